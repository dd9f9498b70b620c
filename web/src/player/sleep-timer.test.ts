import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { songNamed } from '@/test/songs';
import { FADE_SECONDS, makeSleepTimer } from './sleep-timer';

const fade = vi.fn();
const end = vi.fn();

beforeEach(() => {
  vi.useFakeTimers();
  vi.clearAllMocks();
});
afterEach(() => vi.useRealTimers());

describe('the sleep timer', () => {
  it('counts down, lets the sound fall away and ends it once', () => {
    const timer = makeSleepTimer({ fade, end });
    timer.set({ kind: 'minutes', minutes: 15 });
    vi.advanceTimersByTime((15 * 60 - FADE_SECONDS - 1) * 1000);
    expect(fade).not.toHaveBeenCalled();
    expect(timer.left.value).toBeCloseTo(FADE_SECONDS + 1, 0);
    vi.advanceTimersByTime(11_000);
    expect(fade.mock.lastCall?.[0]).toBeCloseTo(0.25, 1);
    expect(end).not.toHaveBeenCalled();
    vi.advanceTimersByTime(60_000);
    expect(end).toHaveBeenCalledTimes(1);
    expect(timer.ends.value).toBe(1);
    expect(timer.isSet.value).toBe(false);
    // The next song is as loud as ever.
    expect(fade).toHaveBeenLastCalledWith(1);
  });

  it('is called off at full loudness', () => {
    const timer = makeSleepTimer({ fade, end });
    timer.set({ kind: 'minutes', minutes: 1 });
    vi.advanceTimersByTime(55_000);
    timer.clear();
    expect(fade).toHaveBeenLastCalledWith(1);
    vi.advanceTimersByTime(60_000);
    expect(end).not.toHaveBeenCalled();
    expect(timer.ends.value).toBe(0);
  });

  it('knows where a song and an album end', () => {
    const timer = makeSleepTimer({ fade, end });
    const [one, two, other] = [songNamed('1'), songNamed('2'), songNamed('3', { album_id: 2 })];
    expect(timer.endsBetween(one, two)).toBe(false);
    timer.set({ kind: 'album' });
    expect(timer.endsBetween(one, two)).toBe(false);
    expect(timer.endsBetween(two, other)).toBe(true);
    expect(timer.endsBetween(two, null)).toBe(true);
    timer.set({ kind: 'song' });
    expect(timer.endsBetween(one, two)).toBe(true);
  });
});
