import { expect, it } from 'vitest';
import { energyOf, keyOf, loudnessOf } from './sound';

it('tells keys as musicians write them, and a guess as a guess', () => {
  const heard = (key: string | null, key_strength: number | null, own_key: string | null = null) =>
    keyOf({ key, key_strength, own_key });
  expect(heard('F#m', 0.9)).toBe('F♯ minor');
  expect(heard('Bb', 0.9)).toBe('B♭ major');
  expect(heard('B', 0.4)).toBe('perhaps B major');
  expect(heard('B', 0.4, 'Bbm')).toBe('B♭ minor');
  expect(heard(null, null)).toBeNull();
});

it('has a word for each energy', () => {
  expect([0.1, 0.5, 0.7, 0.9].map((energy) => energyOf({ energy }))).toEqual(['Calm', 'Easy', 'Lively', 'Driving']);
  expect(energyOf({ energy: null })).toBeNull();
});

it('tells loudness with its range', () => {
  expect(loudnessOf({ loudness: -14.04, loudness_range: 6 })).toBe('-14.0 LUFS, range 6.0 LU');
  expect(loudnessOf({ loudness: null, loudness_range: null })).toBeNull();
});
