import { createPinia, disposePinia, getActivePinia, type Pinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { nextTick, reactive } from 'vue';
import { listDevices, saveQueue, takeOver } from '@/api/devices';
import { reportNowPlaying } from '@/api/listening';
import type { AppPlayback } from '@/api/types';
import { clientName, shownName } from '@/player/device';
import { emptyQueue, replaceWith } from '@/player/queue';
import { episodeNamed, songNamed } from '@/test/songs';
import { useDevices } from './devices';
import { useNotices } from './notices';
import { useSession } from './session';

const player = reactive({
  queue: emptyQueue(),
  playing: false,
  current: null as unknown,
  position: 0,
  leaps: 0,
  pause: vi.fn(),
  goOnWith: vi.fn(),
  tellPlace: vi.fn(),
});
vi.mock('./player', () => ({ usePlayer: () => player }));
vi.mock('@/api/devices', () => ({ listDevices: vi.fn(), saveQueue: vi.fn(), takeOver: vi.fn() }));
vi.mock('@/api/listening', () => ({ reportNowPlaying: vi.fn() }));

const songs = [songNamed('one'), songNamed('two')];

function at(client: string, parts: Partial<AppPlayback> = {}): AppPlayback {
  const changed_at = new Date().toISOString();
  return {
    client,
    song: songs[0] as never,
    episode: null,
    position: 42,
    playing: false,
    items: 2,
    songs: 2,
    changed_at,
    ...parts,
  };
}

async function playHere(): Promise<void> {
  Object.assign(player, { queue: replaceWith(emptyQueue(), songs, 1), current: songs[1], playing: true, position: 7 });
  await vi.advanceTimersByTimeAsync(600);
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.clearAllMocks();
  localStorage.clear();
  Object.assign(player, { queue: emptyQueue(), current: null, playing: false, position: 0 });
  vi.mocked(saveQueue).mockResolvedValue(undefined);
  vi.mocked(reportNowPlaying).mockResolvedValue(undefined);
  setActivePinia(createPinia());
  useSession().user = { id: 1, username: 'ada' } as never;
});
afterEach(() => {
  disposePinia(getActivePinia() as Pinia);
  vi.useRealTimers();
});

describe('devices', () => {
  it('have names of their own that people do not see', () => {
    expect(clientName()).toBe(clientName());
    expect(clientName()).not.toBe(shownName(clientName()));
    expect(shownName('Symfonium')).toBe('Symfonium');
  });

  it('tell what plays and where, but not that a page was merely opened', async () => {
    useDevices();
    Object.assign(player, { queue: replaceWith(emptyQueue(), songs, 0), current: songs[0] });
    await vi.advanceTimersByTimeAsync(600);
    expect(saveQueue).not.toHaveBeenCalled();
    vi.mocked(reportNowPlaying).mockRejectedValueOnce(new Error('busy'));
    await playHere();
    expect(saveQueue).not.toHaveBeenCalled();
    // What did not come through is told again with the next change.
    player.leaps += 1;
    await vi.advanceTimersByTimeAsync(600);
    expect(reportNowPlaying).toHaveBeenCalledTimes(2);
    expect(reportNowPlaying).toHaveBeenLastCalledWith(clientName(), songs[1]?.id, 7);
    const queue = { client: clientName(), items: songs.map((song) => ['song', song.id]), place: 1, position: 7 };
    expect(saveQueue).toHaveBeenLastCalledWith(queue);
    player.playing = false;
    await vi.advanceTimersByTimeAsync(600);
    expect(reportNowPlaying).toHaveBeenLastCalledWith(clientName(), null, 7);
  });

  it('offer what another one plays, and what it left last until something is played here', async () => {
    const devices = useDevices();
    vi.mocked(listDevices).mockResolvedValue([at('phone'), at(clientName())]);
    await devices.refresh();
    expect(devices.offer?.client).toBe('phone');
    devices.dismiss();
    expect(devices.offer).toBeNull();
    vi.mocked(listDevices).mockResolvedValue([at(clientName()), at('phone', { song: songs[1] as never })]);
    await devices.refresh();
    expect(devices.offer).toBeNull();
    vi.mocked(listDevices).mockResolvedValue([at(clientName()), at('kitchen', { playing: true })]);
    await devices.refresh();
    expect(devices.offer?.client).toBe('kitchen');
    player.playing = true;
    await nextTick();
    expect(devices.offer).toBeNull();
  });

  it('tell the place in an episode before the queue, and no song with it', async () => {
    useDevices();
    const items = [...songs, episodeNamed('talk')];
    Object.assign(player, { queue: replaceWith(emptyQueue(), items, 2), playing: true, position: 7 });
    await vi.advanceTimersByTimeAsync(600);
    expect(player.tellPlace).toHaveBeenLastCalledWith(false);
    expect(reportNowPlaying).not.toHaveBeenCalled();
    const saved = vi.mocked(saveQueue).mock.lastCall?.[0];
    expect(saved?.items.map(([kind]) => kind)).toEqual(['song', 'song', 'episode']);
    const order = (mock: { mock: { invocationCallOrder: number[] } }) => mock.mock.invocationCallOrder[0] ?? 0;
    expect(order(player.tellPlace)).toBeLessThan(order(vi.mocked(saveQueue)));
  });

  it('know what another one has of episodes', async () => {
    const devices = useDevices();
    const talk = episodeNamed('talk');
    vi.mocked(listDevices).mockResolvedValue([at('phone', { song: null, episode: talk as never, playing: true })]);
    await devices.refresh();
    expect(devices.offer?.item).toEqual(talk);
  });

  it('hand over in mid-song', async () => {
    const devices = useDevices();
    vi.mocked(listDevices).mockResolvedValue([at('kitchen', { playing: true })]);
    vi.mocked(takeOver).mockResolvedValue({ items: songs, place: 1, position: 61 });
    await devices.refresh();
    await devices.continueHere(devices.others[0] as never);
    expect(takeOver).toHaveBeenCalledWith('kitchen', clientName());
    expect(player.goOnWith).toHaveBeenCalledWith(songs, 1, 61);
  });

  it('pause when they hear that another one goes on, and only then', async () => {
    const devices = useDevices();
    await playHere();
    devices.heardTaken('kitchen', 'phone');
    expect(player.pause).not.toHaveBeenCalled();
    devices.heardTaken(clientName(), 'Firefox on Linux · a1b2c3');
    expect(player.pause).toHaveBeenCalledTimes(1);
    expect(useNotices().notices[0]?.text).toBe('Playing goes on at Firefox on Linux.');
  });

  it('leave nothing behind under an old name', async () => {
    const devices = useDevices();
    await playHere();
    const before = clientName();
    await devices.rename('Kitchen');
    expect(shownName(clientName())).toBe('Kitchen');
    expect(saveQueue).toHaveBeenCalledWith({ client: before, items: [], place: 0, position: 0 });
    expect(saveQueue).toHaveBeenLastCalledWith(expect.objectContaining({ client: clientName() }));
  });
});
