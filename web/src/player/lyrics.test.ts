import { expect, it } from 'vitest';
import { lineAt } from './lyrics';

const lines = [1000, 2000, 4000].map((start) => ({ start, text: String(start) }));

it.each([
  [0, -1],
  [999, -1],
  [1000, 0],
  [3999, 1],
  [90_000, 2],
])('finds the line sung at %i ms', (milliseconds, place) => {
  expect(lineAt(lines, milliseconds)).toBe(place);
});

it('has no line where there are none', () => {
  expect(lineAt([], 5000)).toBe(-1);
});
