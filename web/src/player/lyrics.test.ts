import { expect, it } from 'vitest';
import { lineAt, wordAt } from './lyrics';

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

const words = [
  { start: 1000, text: 'One ', end: null },
  { start: 1500, text: 'two ', end: 1800 },
  { start: 2500, text: 'three', end: 2500 },
];

it.each([
  [999, -1, false],
  [1000, 0, true],
  [1499, 0, true],
  [1799, 1, true],
  [1800, 1, false],
  [2499, 1, false],
  [2500, 2, false],
])('finds the word sung at %i ms', (milliseconds, place, sounds) => {
  expect(wordAt(words, milliseconds)).toEqual({ place, sounds });
});

it('sings the last word on where nothing ends it, and none where there are none', () => {
  expect(wordAt(words.slice(0, 1), 90_000)).toEqual({ place: 0, sounds: true });
  expect(wordAt([], 90_000)).toEqual({ place: -1, sounds: false });
});
