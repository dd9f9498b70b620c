import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Track } from './deck';
import { Engine, type EngineListener } from './engine';

/** A deck whose end, readiness and rest are set by the test. */
class Played {
  readonly audio = Object.assign(new EventTarget(), {
    ended: false,
    paused: true,
    currentTime: 0,
    playbackRate: 1,
    error: null as { code: number } | null,
    pause: () => undefined,
    hasAttribute: () => true,
  });
  track: Track | null = null;
  remaining = 0;
  isReady = false;
  isUnfit = false;
  wanted = 0;
  heldBack = 0;
  duration = 60;
  position = 0;
  playLater = vi.fn().mockResolvedValue(undefined);
  setRate = vi.fn();

  constructor() {
    decks.push(this);
  }
  get soundId() {
    return this.track?.source.soundId ?? null;
  }
  fill(track: Track) {
    this.track = track;
  }
  empty() {
    this.track = null;
  }
  holds(track: Track) {
    return this.track === track;
  }
  async play() {
    this.audio.paused = false;
  }
  /** It has read all there is; so much of it is still to be heard. */
  end(remaining: number) {
    Object.assign(this.audio, { ended: true, paused: true });
    this.remaining = remaining;
    this.audio.dispatchEvent(new Event('ended'));
  }
  attach() {}
  setGain() {}
  holdBack() {}
}

const decks = vi.hoisted((): Played[] => []);
vi.mock('./deck', () => ({
  get Deck() {
    return Played;
  },
}));
vi.mock('./graph', () => ({ SoundGraph: { open: () => ({ wake: () => undefined }) } }));

const listener = Object.fromEntries(
  ['onTime', 'onDuration', 'onPlaying', 'onWaiting', 'onBuffered', 'onFollowed', 'onEnded', 'onFailed', 'onUnfit'].map(
    (name) => [name, vi.fn()],
  ),
) as { [name in keyof EngineListener]: ReturnType<typeof vi.fn> };
const track = (soundId: number) =>
  ({ source: { soundId, offset: 0, form: null }, duration: 60, gain: 1 }) as never as Track;

/** The first song plays and the second is being fetched. */
function playing(): { engine: Engine; first: Played; second: Played } {
  const engine = new Engine(listener as never);
  const [first, second] = decks as [Played, Played];
  engine.load(track(1));
  void engine.play();
  first.remaining = 60;
  engine.prepare(track(2), 0);
  return { engine, first, second };
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.clearAllMocks();
  decks.length = 0;
});
afterEach(() => vi.useRealTimers());

it('is empty until something is loaded, and again when that fails', () => {
  const engine = new Engine(listener as never);
  expect(engine.isEmpty).toBe(true);
  engine.load(track(1));
  expect(engine.isEmpty).toBe(false);
  decks[0]?.audio.dispatchEvent(new Event('error'));
  expect(listener.onFailed).toHaveBeenCalledWith(1, false);
  expect(engine.isEmpty).toBe(true);
});

it('begins the next song also after the current one was read to its end, while that is still heard', () => {
  const { first, second } = playing();
  first.end(1.2);
  expect(second.playLater).not.toHaveBeenCalled();
  second.isReady = true;
  vi.advanceTimersByTime(100);
  expect(second.playLater).toHaveBeenCalledWith(1.2);
  first.remaining = 0;
  vi.advanceTimersByTime(100);
  expect(listener.onFollowed).toHaveBeenCalledWith(2);
  expect(listener.onEnded).not.toHaveBeenCalled();
});

it('tells the end when the last sound is heard and nothing became ready', () => {
  const { first } = playing();
  first.end(0.5);
  vi.advanceTimersByTime(400);
  expect(listener.onEnded).not.toHaveBeenCalled();
  first.remaining = 0;
  vi.advanceTimersByTime(100);
  expect(listener.onEnded).toHaveBeenCalledTimes(1);
});

it.each([
  ['cannot be fetched', (_: Engine, second: Played) => second.audio.dispatchEvent(new Event('error'))],
  ['is called off by another speed', (engine: Engine) => engine.setRate(1.5)],
])('tells the end also where the next song %s after it', (_, happens) => {
  const { engine, first, second } = playing();
  second.isReady = true;
  first.end(1);
  expect(second.playLater).toHaveBeenCalledTimes(1);
  second.isReady = false;
  happens(engine, second);
  first.remaining = 0;
  vi.advanceTimersByTime(100);
  expect(listener.onEnded).toHaveBeenCalledTimes(1);
});

it('tells the end also where the next song will not start', async () => {
  const { first, second } = playing();
  second.isReady = true;
  second.playLater.mockImplementation(() => {
    second.isReady = false;
    return Promise.reject(new DOMException('no', 'NotSupportedError'));
  });
  first.end(1);
  await vi.advanceTimersByTimeAsync(10);
  first.remaining = 0;
  await vi.advanceTimersByTimeAsync(100);
  expect(listener.onEnded).toHaveBeenCalledTimes(1);
});
