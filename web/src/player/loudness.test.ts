import { describe, expect, it } from 'vitest';
import { songNamed } from '@/test/songs';
import { areNeighbours, fadeBetween, gainFactor, type Levelling } from './loudness';

const wish = (levelling: Levelling, parts = {}) => ({ levelling, preamp: 0, preventClipping: false, ...parts });
const decibel = (factor: number) => 20 * Math.log10(factor);
const song = songNamed('loud', {
  replay_gain: { track_gain: -8, track_peak: 0.9, album_gain: -5, album_peak: 1 },
});

describe('the gain of a song', () => {
  it.each([
    ['off', true, 0],
    ['track', true, -8],
    ['album', false, -5],
    ['auto', true, -5],
    ['auto', false, -8],
  ] as const)('with %s (in its album: %s) is %d dB', (levelling, inAlbum, expected) => {
    expect(decibel(gainFactor(song, wish(levelling), inAlbum))).toBeCloseTo(expected);
  });

  it('takes what is known, and leaves alone what nothing is known of', () => {
    const half = songNamed('half', {
      replay_gain: { track_gain: null, track_peak: null, album_gain: -3, album_peak: null },
    });
    expect(decibel(gainFactor(half, wish('track'), false))).toBeCloseTo(-3);
    expect(gainFactor(songNamed('unknown'), wish('track', { preamp: 6 }), false)).toBe(1);
  });

  it('makes a quiet song louder, but not so much that it is cut off', () => {
    const quiet = songNamed('quiet', {
      replay_gain: { track_gain: 6, track_peak: 0.8, album_gain: null, album_peak: null },
    });
    expect(decibel(gainFactor(quiet, wish('track', { preamp: 2 }), false))).toBeCloseTo(8);
    expect(gainFactor(quiet, wish('track', { preventClipping: true }), false)).toBeCloseTo(1 / 0.8);
  });
});

it('knows which songs follow each other on an album', () => {
  const at = (disc: number, track: number, album_id: number | null = 1) =>
    songNamed(`${disc}.${track}`, { disc, track, album_id });
  expect(areNeighbours(at(1, 3), at(1, 4))).toBe(true);
  expect(areNeighbours(at(1, 9), at(2, 1))).toBe(true);
  expect(areNeighbours(at(1, 3), at(1, 5))).toBe(false);
  expect(areNeighbours(at(1, 3), at(1, 4, 2))).toBe(false);
  expect(areNeighbours(at(1, 3, null), at(1, 4, null))).toBe(false);
  expect(areNeighbours(null, at(1, 1))).toBe(false);
});

it('fades over no more than a third of either song, and not within an album', () => {
  const lasting = (duration: number, parts = {}) => songNamed(`${duration}`, { duration, album_id: null, ...parts });
  expect(fadeBetween(lasting(300), lasting(240), 12)).toBe(12);
  expect(fadeBetween(lasting(15), lasting(240), 12)).toBe(5);
  expect(fadeBetween(lasting(300), lasting(9), 12)).toBe(3);
  expect(fadeBetween(lasting(300, { album_id: 1, track: 1 }), lasting(240, { album_id: 1, track: 2 }), 12)).toBe(0);
});
