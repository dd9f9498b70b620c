import { createPinia, disposePinia, getActivePinia, type Pinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { nextTick } from 'vue';
import { readEpisode, setPlayed, setPosition } from '@/api/broadcasts';
import { listBookmarks, reportPlay, setBookmark } from '@/api/listening';
import type { EngineListener } from '@/player/engine';
import { awaitConnection, diagnoseFailure, diagnoseSilence } from '@/player/failure';
import type { Source } from '@/player/sources';
import { episodeNamed, songNamed } from '@/test/songs';
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
  hasFailed: (id: number) => undecodable.has(id),
  lossyForm: () => 'opus',
  playsFlac: () => true,
}));
vi.mock('@/api/listening', () => ({
  reportPlay: vi.fn().mockResolvedValue(undefined),
  listBookmarks: vi.fn().mockResolvedValue(new Map()),
  setBookmark: vi.fn().mockResolvedValue(undefined),
  removeBookmark: vi.fn().mockResolvedValue(undefined),
}));

vi.mock('@/api/broadcasts', () => ({
  readEpisode: vi.fn().mockRejectedValue(new Error('away')),
  setPosition: vi.fn().mockResolvedValue(undefined),
  setPlayed: vi.fn().mockResolvedValue(undefined),
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
    expect(loaded()).toMatchObject({ soundId: songs[1]?.id, form: null, from: 0 });
    expect(player.playing).toBe(true);
  });

  it('fetches the next song shortly before the end and goes on by itself', () => {
    const player = usePlayer();
    const songs = album();
    player.playSongs(songs);
    sound().onTime(100);
    expect(engine.prepare).not.toHaveBeenCalled();
    sound().onTime(175);
    expect(engine.prepare.mock.lastCall?.[0]).toMatchObject({ source: { soundId: songs[1]?.id } });
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
    expect(loaded()).toMatchObject({ soundId: songs[2]?.id, from: 42 });
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
    expect(loaded()).toMatchObject({ soundId: songs[0]?.id, from: 42 });
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
      expect(loaded()).toMatchObject({ soundId: songs[0]?.id, form: null, from: 42 });
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
    expect(loaded()).toMatchObject({ soundId: songs[0]?.id, form: 'flac', from: 90 });
    expect(player.position).toBe(90);
  });

  it('goes on with the prepared song when the engine does, and knows what it plays', () => {
    const player = usePlayer();
    const songs = album();
    player.playSongs(songs);
    engine.load.mockClear();
    sound().onFollowed(songs[1]?.id as number);
    expect(player.current?.title).toBe('two');
    expect(player.source?.soundId).toBe(songs[1]?.id);
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
    expect(player.queue.entries[1]?.item.title).toBe('extra');
    player.restoreEntries(before);
    expect(player.queue.entries.map((entry) => entry.item.title)).toEqual(['one', 'two', 'three']);
    expect(player.playing).toBe(true);
  });
});

describe('an episode in the queue', () => {
  const settled = () => new Promise((resolve) => setTimeout(resolve));
  const told = { rate: expect.any(Number), client: expect.any(String) };

  it('begins where it was left, and tells where it is', async () => {
    const player = usePlayer();
    const talk = episodeNamed('talk', { position: 600 });
    player.goOnWith([...album(), talk, ...album()], 2, 0);
    player.next();
    expect(loaded()).toMatchObject({ soundId: -talk.id, form: null, from: 600 });
    expect([player.item, player.current, player.kind]).toEqual([talk, null, 'spoken']);
    await settled();
    listen(600, 620);
    await settled();
    expect(setPosition).toHaveBeenLastCalledWith(talk.id, 615, { ...told, rate: 1 });
    player.pause();
    await settled();
    expect(setPosition).toHaveBeenLastCalledWith(talk.id, 620, { ...told, rate: 0 });
    expect(reportPlay).not.toHaveBeenCalled();
  });

  it('goes on where the server knows a later place, unless somebody has moved already', async () => {
    const player = usePlayer();
    const talk = episodeNamed('talk', { position: 600 });
    player.enqueue([talk], 'last');
    vi.mocked(readEpisode).mockResolvedValueOnce({ ...talk, position: 900 } as never);
    player.jumpTo(player.queue.entries[0]?.key as number);
    await settled();
    expect(player.position).toBe(900);
    expect(useNotices().notices.at(-1)?.text).toBe('Goes on at 15:00.');
    vi.mocked(readEpisode).mockResolvedValueOnce({ ...talk, position: 300 } as never);
    player.jumpTo(player.queue.entries[0]?.key as number);
    player.seek(1000);
    await settled();
    expect(player.position).toBe(1000);
  });

  it('is heard when it is over, and its place is kept when it is left', async () => {
    const player = usePlayer();
    const [talk, more] = [episodeNamed('talk'), episodeNamed('more', { position: 30 })];
    player.enqueue([talk, more], 'last');
    listen(0, 10);
    sound().onTime(1780);
    // What goes on at its place cannot be begun beforehand.
    expect(engine.prepare).not.toHaveBeenCalled();
    sound().onEnded();
    expect(loaded()).toMatchObject({ soundId: -more.id, from: 30 });
    await settled();
    expect(setPlayed).toHaveBeenCalledWith(talk.id, true);
    listen(30, 50);
    player.previous();
    player.seek(0);
    player.previous();
    await settled();
    expect(setPlayed).toHaveBeenCalledTimes(1);
    expect(setPosition).toHaveBeenLastCalledWith(more.id, 0, { ...told, rate: 0 });
  });

  it('meets a song without a gap where its length is known, and is never faded', () => {
    const player = usePlayer();
    usePreferences().crossfade = 8;
    const [song] = [songNamed('one')];
    player.goOnWith([episodeNamed('talk'), song], 0, 0);
    sound().onTime(1790);
    expect(engine.prepare.mock.lastCall).toMatchObject([{ source: { soundId: song.id } }, 0]);
    engine.prepare.mockClear();
    player.goOnWith([episodeNamed('rough', { status: 'new' }), song], 0, 0);
    sound().onTime(1790);
    expect(engine.prepare).not.toHaveBeenCalled();
    player.goOnWith([song, episodeNamed('talk')], 0, 0);
    sound().onTime(175);
    expect(engine.prepare.mock.lastCall?.[1]).toBe(0);
  });

  it('ends with the sleep timer as a song does', () => {
    const player = usePlayer();
    player.goOnWith([episodeNamed('talk'), ...album()], 0, 0);
    player.sleep.set({ kind: 'song' });
    sound().onEnded();
    expect([player.playing, player.current?.title]).toEqual([false, 'one']);
  });

  it('leaves its place to the server as long as it has not sounded here', async () => {
    const player = usePlayer();
    player.goOnWith([songNamed('one'), episodeNamed('talk', { position: 600 }), songNamed('two')], 0, 0);
    player.pause();
    player.removeEntries([player.queue.entries[0]?.key as number]);
    await player.tellPlace(false);
    player.removeEntries([player.queue.entries[0]?.key as number]);
    await settled();
    expect(setPosition).not.toHaveBeenCalled();
  });

  it('stands in the queue again after a reload', () => {
    const player = usePlayer();
    const talk = episodeNamed('talk');
    player.goOnWith([songNamed('one'), talk], 1, 42);
    window.dispatchEvent(new Event('pagehide'));
    disposePinia(getActivePinia() as Pinia);
    setActivePinia(createPinia());
    useSession().user = ada as never;
    const later = usePlayer();
    later.restore();
    expect([later.episode, later.position]).toEqual([talk, 42]);
  });
});
