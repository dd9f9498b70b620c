import { expect, it } from 'vitest';
import { energyOf, keyOf, loudnessOf } from './sound';

it('tells keys as musicians write them, and a guess as a guess', () => {
  expect(keyOf({ key: 'F#m', key_strength: 0.9 })).toBe('F♯ minor');
  expect(keyOf({ key: 'Bb', key_strength: 0.9 })).toBe('B♭ major');
  expect(keyOf({ key: 'B', key_strength: 0.4 })).toBe('perhaps B major');
  expect(keyOf({ key: null, key_strength: null })).toBeNull();
});

it('has a word for each energy', () => {
  expect([0.1, 0.5, 0.7, 0.9].map((energy) => energyOf({ energy }))).toEqual(['Calm', 'Easy', 'Lively', 'Driving']);
  expect(energyOf({ energy: null })).toBeNull();
});

it('tells loudness with its range', () => {
  expect(loudnessOf({ loudness: -14.04, loudness_range: 6 })).toBe('-14.0 LUFS, range 6.0 LU');
  expect(loudnessOf({ loudness: null, loudness_range: null })).toBeNull();
});
