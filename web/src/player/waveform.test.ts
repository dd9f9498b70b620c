import { expect, it } from 'vitest';
import { barsOf } from './waveform';

it('keeps the highest of each part and uses the whole height', () => {
  expect(barsOf([0, 50, 10, 100, 25, 0], 3)).toEqual([0.5, 1, 0.25]);
});

it('draws as many bars as there is room for, also where there are fewer heights', () => {
  expect(barsOf([10, 20], 4)).toEqual([0.5, 0.5, 1, 1]);
  expect(barsOf([], 3)).toEqual([0, 0, 0]);
});
