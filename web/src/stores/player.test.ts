import { createPinia, disposePinia, getActivePinia, type Pinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { nextTick } from 'vue';
import { listBookmarks, reportPlay, setBookmark } from '@/api/listening';
import type { EngineListener } from '@/player/engine';
import { awaitConnection, diagnoseFailure, diagnoseSilence } from '@/player/failure';
import type { Source } from '@/player/sources';
import { songNamed } from '@/test/songs';
import { useNotices } from './notices';
import { usePlayer } from './player';
import { usePreferences } from './preferences';
import { useSession } from './session';

const engine = vi.hoisted(() => ({
  listener: null as unknown,
  load: vi.fn(),
  prepare: vi.fn(),
  prepareNothing: vi.fn(),
  play: vi.fn(),
  pause: vi.fn(),
  stop: vi.fn(),
  seek: vi.fn(),
  setVolume: vi.fn(),
  setGain: vi.fn(),
  setRate: vi.fn(),
  setFade: vi.fn(),
  position: 0,
}));

const failed = vi.hoisted(() => ({ isEmpty: false }));
const undecodable = vi.hoisted(() => new Set<number>());

vi.mock('@/player/engine', () => ({
  Engine: class {
    constructor(listener: unknown) {
      engine.listener = listener;
      Object.assign(this, engine);
    }
    get isEmpty() {
      return failed.isEmpty;
    }
  },
}));
vi.mock('@/player/failure', () => ({
  diagnoseFailure: vi.fn(),
  diagnoseSilence: vi.fn(),
  awaitConnection: vi.fn(() => () => undefined),
}));
vi.mock('@/player/decoding', () => ({
  canDecode: (song: { id: number; format: string }) => song.format !== 'alac' && !undecodable.has(song.id),
  noteFailed: (id: number) => undecodable.add(id),
  lossyForm: () => 'opus',
  playsFlac: () => true,
}));
vi.mock('@/api/listening', () => ({
  reportPlay: vi.fn().mockResolvedValue(undefined),
  listBookmarks: vi.fn().mockResolvedValue(new Map()),
  setBookmark: vi.fn().mockResolvedValue(undefined),
  removeBookmark: vi.fn().mockResolvedValue(undefined),
}));

const ada = { id: 1, username: 'ada', email: 'ada@example.org', full_name: null, roles: ['user'], image: null };
const sound = () => engine.listener as EngineListener;
const album = () => ['one', 'two', 'three'].map((title, place) => songNamed(title, { track: place + 1 }));

/** What the engine was told to fetch last, and from which second on. */
function loaded(): Source & { from: number } {
  const [track, from] = engine.load.mock.lastCall as [{ source: Source }, number];
  return { ...track.source, from };
}

/** Lets the song sound from one second to another, as an audio element tells it. */
function listen(from: number, to: number): void {
  for (let seconds = from; seconds <= to; seconds += 0.25) sound().onTime(seconds);
}

/** What a test leaves behind would hear of the next one's choices. */
afterEach(() => disposePinia(getActivePinia() as Pinia));

beforeEach(() => {
  localStorage.clear();
  vi.clearAllMocks();
  undecodable.clear();
  failed.isEmpty = false;
  setActivePinia(createPinia());
  useSession().user = ada as never;
});

describe('the player', () => {
  it('plays the chosen song', () => {
    const player = usePlayer();
    const songs = album();
    player.playSongs(songs, 1);
    expect(loaded()).toMatchObject({ songId: songs[1]?.id, form: null, from: 0 });
    expect(player.playing).toBe(true);
  });

  it('fetches the next song shortly before the end and goes on by itself', () => {
    const player = usePlayer();
    const songs = album();
    player.playSongs(songs);
    sound().onTime(100);
    expect(engine.prepare).not.toHaveBeenCalled();
    sound().onTime(175);
    expect(engine.prepare.mock.lastCall?.[0]).toMatchObject({ source: { songId: songs[1]?.id } });
    sound().onEnded();
    expect(player.current?.title).toBe('two');
    expect(player.playing).toBe(true);
  });

  it('stops after the last song and stands at its beginning', () => {
    const player = usePlayer();
    player.playSongs(album(), 2);
    sound().onEnded();
    expect(player.playing).toBe(false);
    expect(player.position).toBe(0);
  });

  it('goes back to the start of the song first, then to the song before', () => {
    const player = usePlayer();
    player.playSongs(album(), 1);
    sound().onTime(40);
    player.previous();
    expect(player.current?.title).toBe('two');
    expect(engine.seek).toHaveBeenLastCalledWith(0);
    player.previous();
    expect(player.current?.title).toBe('one');
  });

  it('reports a play once half of the song has been heard', () => {
    const player = usePlayer();
    const songs = album();
    player.playSongs(songs);
    listen(0, 99);
    expect(reportPlay).not.toHaveBeenCalled();
    listen(99.25, 120);
    expect(reportPlay).toHaveBeenCalledTimes(1);
    expect(vi.mocked(reportPlay).mock.calls[0]?.[0]).toMatchObject({ song_id: songs[0]?.id, seconds: 100 });
  });

  it('says why a song cannot be played and skips it', async () => {
    vi.mocked(diagnoseFailure).mockResolvedValue('missing');
    const player = usePlayer();
    const songs = album();
    player.playSongs(songs);
    sound().onFailed(songs[0]?.id as number, false);
    await vi.waitFor(() => expect(player.current?.title).toBe('two'));
    expect(player.playing).toBe(true);
    expect(useNotices().notices[0]?.text).toBe('“one” is no longer in the library. Skipped to the next song.');
  });

  it('gives up after three failures in a row', async () => {
    vi.mocked(diagnoseFailure).mockResolvedValue('busy');
    const player = usePlayer();
    player.playSongs([...album(), ...album()]);
    for (let failure = 1; failure <= 3; failure += 1) {
      sound().onFailed(player.current?.id as number, false);
      await vi.waitFor(() => expect(diagnoseFailure).toHaveBeenCalledTimes(failure));
      await Promise.resolve();
    }
    expect(player.playing).toBe(false);
    expect(player.queue.index).toBe(2);
  });

  it('fetches what could not be played anew when one presses play', async () => {
    vi.mocked(diagnoseFailure).mockResolvedValue('busy');
    const player = usePlayer();
    const songs = album();
    player.playSongs(songs, 2);
    sound().onTime(42);
    failed.isEmpty = true;
    sound().onFailed(songs[2]?.id as number, false);
    await vi.waitFor(() => expect(player.playing).toBe(false));
    engine.load.mockClear();
    player.play();
    expect(loaded()).toMatchObject({ songId: songs[2]?.id, from: 42 });
    expect(engine.play).toHaveBeenCalledTimes(2);
  });

  it('does not speak of the next song where it was paused', async () => {
    vi.mocked(diagnoseFailure).mockResolvedValue('busy');
    const player = usePlayer();
    const songs = album();
    player.playSongs(songs);
    player.pause();
    sound().onFailed(songs[0]?.id as number, false);
    await vi.waitFor(() => expect(useNotices().notices).toHaveLength(1));
    expect(useNotices().notices[0]?.text).not.toContain('Skipped');
    expect(player.current?.title).toBe('one');
  });

  it('waits for the connection instead of skipping', async () => {
    vi.mocked(diagnoseFailure).mockResolvedValue('offline');
    const player = usePlayer();
    const songs = album();
    player.playSongs(songs);
    sound().onTime(42);
    sound().onFailed(songs[0]?.id as number, false);
    await vi.waitFor(() => expect(player.waiting).toBe(true));
    expect(player.current?.title).toBe('one');
    vi.mocked(awaitConnection).mock.lastCall?.[1]();
    expect(loaded()).toMatchObject({ songId: songs[0]?.id, from: 42 });
    expect(player.playing).toBe(true);
  });

  it('fetches a song anew that was cut off, and gives up where that does not help', async () => {
    vi.mocked(diagnoseFailure).mockResolvedValue(null);
    const player = usePlayer();
    const songs = album();
    player.playSongs(songs);
    sound().onTime(42);
    for (let cut = 1; cut <= 2; cut += 1) {
      sound().onFailed(songs[0]?.id as number, true);
      await vi.waitFor(() => expect(engine.load).toHaveBeenCalledTimes(1 + cut));
      expect(loaded()).toMatchObject({ songId: songs[0]?.id, form: null, from: 42 });
    }
    sound().onFailed(songs[0]?.id as number, true);
    await vi.waitFor(() => expect(player.current?.title).toBe('two'));
    expect(useNotices().notices[0]?.text).toContain('This browser cannot play the file of “one”.');
  });

  it('looks after a song that has run dry: one that is made begins anew where it is, and a lost server is told', async () => {
    vi.useFakeTimers();
    const player = usePlayer();
    player.playSongs([songNamed('apple', { format: 'alac' }), ...album()]);
    sound().onTime(42);
    sound().onWaiting(true);
    sound().onBuffered(0.2);
    await vi.advanceTimersByTimeAsync(7000);
    sound().onBuffered(0.21);
    await vi.advanceTimersByTimeAsync(7000);
    expect(diagnoseSilence).not.toHaveBeenCalled();
    vi.mocked(diagnoseSilence).mockResolvedValue(null);
    await vi.advanceTimersByTimeAsync(2000);
    expect(loaded()).toMatchObject({ form: 'flac', from: 42 });
    expect(engine.load).toHaveBeenCalledTimes(2);
    vi.mocked(diagnoseSilence).mockResolvedValue('offline');
    sound().onWaiting(true);
    await vi.advanceTimersByTimeAsync(17_000);
    expect(useNotices().notices[0]?.text).toContain('The connection is gone.');
    sound().onWaiting(false);
    expect(useNotices().notices.some(({ text }) => text === 'The connection is back.')).toBe(true);
    vi.useRealTimers();
  });

  it('has a song converted whose own file does not do, at the place one leapt to', () => {
    const player = usePlayer();
    const songs = album();
    player.playSongs(songs);
    sound().onUnfit(songs[1]?.id as number, 0);
    expect(engine.load).toHaveBeenCalledTimes(1);
    sound().onUnfit(songs[0]?.id as number, 90);
    expect(loaded()).toMatchObject({ songId: songs[0]?.id, form: 'flac', from: 90 });
    expect(player.position).toBe(90);
  });

  it('goes on with the prepared song when the engine does, and knows what it plays', () => {
    const player = usePlayer();
    const songs = album();
    player.playSongs(songs);
    engine.load.mockClear();
    sound().onFollowed(songs[1]?.id as number);
    expect(player.current?.title).toBe('two');
    expect(player.source?.songId).toBe(songs[1]?.id);
    expect(engine.load).not.toHaveBeenCalled();
    listen(0, 120);
    expect(reportPlay).toHaveBeenCalledTimes(1);
  });

  it('fades between albums and never within one', () => {
    const player = usePlayer();
    usePreferences().crossfade = 8;
    const songs = [
      songNamed('a1', { track: 1 }),
      songNamed('a2', { track: 2 }),
      songNamed('b1', { track: 1, album_id: 2 }),
    ];
    player.playSongs(songs);
    sound().onTime(180);
    expect(engine.prepare.mock.lastCall?.[1]).toBe(0);
    player.next();
    sound().onTime(180);
    expect(engine.prepare.mock.lastCall?.[1]).toBe(8);
  });

  it('has a song converted that the browser cannot decode, also when it finds out late', async () => {
    vi.mocked(diagnoseFailure).mockResolvedValue(null);
    const player = usePlayer();
    player.playSongs([songNamed('apple', { format: 'alac' })]);
    expect(loaded()).toMatchObject({ form: 'flac' });
    const [flac] = album();
    player.playSongs([flac as never]);
    expect(loaded()).toMatchObject({ form: null });
    sound().onTime(12);
    sound().onFailed(flac?.id as number, false);
    await vi.waitFor(() => expect(loaded()).toMatchObject({ form: 'flac', from: 12 }));
    expect(player.playing).toBe(true);
    expect(useNotices().notices).toEqual([]);
  });

  it('changes the quality in mid-song', async () => {
    const player = usePlayer();
    player.playSongs(album());
    sound().onTime(30);
    usePreferences().quality = 'normal';
    await nextTick();
    expect(loaded()).toMatchObject({ form: 'opus', bitrate: 128, from: 30 });
    expect(player.playing).toBe(true);
  });

  it('ends with the song or the album when one wants to sleep', () => {
    const player = usePlayer();
    const songs = [...album(), songNamed('other', { album_id: 2 })];
    player.playSongs(songs, 1);
    player.sleep.set({ kind: 'album' });
    sound().onTime(190);
    expect(engine.prepare).toHaveBeenCalled();
    player.next();
    sound().onTime(190);
    expect(engine.prepareNothing).toHaveBeenCalled();
    sound().onEnded();
    expect(player.current?.title).toBe('other');
    expect(player.playing).toBe(false);
    expect(player.sleep.isSet).toBe(false);
  });

  it('goes on with something long where it was left, and back to its start', async () => {
    const long = songNamed('lecture', { duration: 3600 });
    vi.mocked(listBookmarks).mockResolvedValue(new Map([[long.id, { position: 2530, comment: 'nap' }]]));
    const player = usePlayer();
    player.playSongs([long]);
    await vi.waitFor(() => expect(engine.seek).toHaveBeenLastCalledWith(2530));
    const notice = useNotices().notices[0];
    expect(notice?.text).toBe('Goes on at 42:10.');
    notice?.action?.run();
    expect(engine.seek).toHaveBeenLastCalledWith(0);
    sound().onTime(400);
    player.pause();
    await vi.waitFor(() => expect(setBookmark).toHaveBeenLastCalledWith(long.id, 400, 'nap'));
  });

  it('has the same queue after a reload, paused where it stood, but not for somebody else', () => {
    const player = usePlayer();
    player.playSongs(album(), 1);
    sound().onTime(63);
    window.dispatchEvent(new Event('pagehide'));

    setActivePinia(createPinia());
    useSession().user = ada as never;
    const reloaded = usePlayer();
    reloaded.restore();
    expect(reloaded.current?.title).toBe('two');
    expect(reloaded.position).toBe(63);
    expect(reloaded.playing).toBe(false);

    setActivePinia(createPinia());
    useSession().user = { ...ada, id: 2 } as never;
    const other = usePlayer();
    other.restore();
    expect(other.current).toBeNull();
  });

  it('takes an added song back', () => {
    const player = usePlayer();
    player.playSongs(album());
    const before = player.queue;
    player.enqueue([songNamed('extra')], 'next');
    expect(player.queue.entries[1]?.song.title).toBe('extra');
    player.restoreEntries(before);
    expect(player.queue.entries.map((entry) => entry.song.title)).toEqual(['one', 'two', 'three']);
    expect(player.playing).toBe(true);
  });
});
