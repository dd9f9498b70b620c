import { createPinia, setActivePinia } from 'pinia';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { reportNowPlaying, reportPlay } from '@/api/listening';
import type { EngineListener } from '@/player/engine';
import { diagnoseFailure } from '@/player/failure';
import { songNamed } from '@/test/songs';
import { useNotices } from './notices';
import { usePlayer } from './player';
import { useSession } from './session';

const engine = vi.hoisted(() => ({
  listener: null as unknown,
  load: vi.fn(),
  prepare: vi.fn(),
  play: vi.fn(),
  pause: vi.fn(),
  stop: vi.fn(),
  seek: vi.fn(),
  setVolume: vi.fn(),
  position: 0,
}));

vi.mock('@/player/engine', () => ({
  Engine: class {
    constructor(listener: unknown) {
      engine.listener = listener;
      Object.assign(this, engine);
    }
  },
}));
vi.mock('@/player/failure', () => ({ diagnoseFailure: vi.fn() }));
vi.mock('@/api/listening', () => ({
  reportNowPlaying: vi.fn().mockResolvedValue(undefined),
  reportPlay: vi.fn().mockResolvedValue(undefined),
}));

const ada = { id: 1, username: 'ada', email: 'ada@example.org', full_name: null, roles: ['user'], image: null };
const sound = () => engine.listener as EngineListener;
const album = () => ['one', 'two', 'three'].map((title) => songNamed(title));

/** Lets the song sound from one second to another, as an audio element tells it. */
function listen(from: number, to: number): void {
  for (let seconds = from; seconds <= to; seconds += 0.25) sound().onTime(seconds);
}

beforeEach(() => {
  localStorage.clear();
  vi.clearAllMocks();
  setActivePinia(createPinia());
  useSession().user = ada as never;
});

describe('the player', () => {
  it('plays the chosen song and tells the others what it is', () => {
    const player = usePlayer();
    const songs = album();
    player.playSongs(songs, 1);
    expect(engine.load).toHaveBeenLastCalledWith(songs[1]?.id, 0);
    expect(player.playing).toBe(true);
    expect(reportNowPlaying).toHaveBeenLastCalledWith(songs[1]?.id);
  });

  it('fetches the next song shortly before the end and goes on by itself', () => {
    const player = usePlayer();
    const songs = album();
    player.playSongs(songs);
    sound().onTime(100);
    expect(engine.prepare).not.toHaveBeenCalled();
    sound().onTime(175);
    expect(engine.prepare).toHaveBeenCalledWith(songs[1]?.id);
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
    expect(reportNowPlaying).toHaveBeenLastCalledWith(null);
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
    sound().onFailed(songs[0]?.id as number);
    await vi.waitFor(() => expect(player.current?.title).toBe('two'));
    expect(player.playing).toBe(true);
    expect(useNotices().notices[0]?.text).toBe('“one” is no longer in the library. Skipped to the next song.');
  });

  it('gives up after three failures in a row', async () => {
    vi.mocked(diagnoseFailure).mockResolvedValue('busy');
    const player = usePlayer();
    player.playSongs([...album(), ...album()]);
    for (let failure = 1; failure <= 3; failure += 1) {
      sound().onFailed(player.current?.id as number);
      await vi.waitFor(() => expect(diagnoseFailure).toHaveBeenCalledTimes(failure));
      await Promise.resolve();
    }
    expect(player.playing).toBe(false);
    expect(player.queue.index).toBe(2);
  });

  it('waits for the connection instead of skipping', async () => {
    vi.mocked(diagnoseFailure).mockResolvedValue('offline');
    const player = usePlayer();
    const songs = album();
    player.playSongs(songs);
    sound().onTime(42);
    sound().onFailed(songs[0]?.id as number);
    await vi.waitFor(() => expect(player.waiting).toBe(true));
    expect(player.current?.title).toBe('one');
    window.dispatchEvent(new Event('online'));
    expect(engine.load).toHaveBeenLastCalledWith(songs[0]?.id, 42);
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
