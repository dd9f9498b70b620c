import { expect, it } from 'vitest';
import { besideLines, lineAt, partsOf, wordAt } from './lyrics';

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

const line = (start: number, text: string, singer: string | null = null) => ({ start, text, words: null, singer });
const layer = (kind: string, language: string | null, ...lines: ReturnType<typeof line>[]) => ({
  kind,
  language,
  lines,
});

it('shows below a line how it is spoken and what it means, in the language of the reader where there is one', () => {
  const layers = [
    layer('translation', 'fr', line(1000, 'La nuit')),
    layer('translation', 'en-GB', line(1000, 'The night'), line(2000, 'A bell')),
    layer('pronunciation', null, line(1000, 'yoru')),
  ];
  expect(
    besideLines(layers, 'en')
      .get(1000)
      ?.map(({ text }) => text),
  ).toEqual(['yoru', 'The night']);
  expect(
    besideLines(layers, 'en')
      .get(2000)
      ?.map(({ text }) => text),
  ).toEqual(['A bell']);
  expect(
    besideLines(layers, 'de')
      .get(1000)
      ?.map(({ text }) => text),
  ).toEqual(['yoru', 'La nuit']);
  expect(besideLines([], 'en').size).toBe(0);
});

it('names a singer where another one begins, and nobody behind the lines', () => {
  const singers = [
    { id: 'v1', role: 'main', name: 'Ines' },
    { id: 'v2', role: 'voice', name: null },
    { id: 'b', role: 'bg', name: 'Choir' },
  ];
  const synced = [
    line(0, 'a', 'v1'),
    line(1, 'ooh', 'b'),
    line(2, 'b', 'v1'),
    line(3, 'c', 'v2'),
    line(4, 'd', 'v1'),
    line(5, ''),
  ];
  expect(partsOf({ synced, singers })).toEqual([
    { role: 'main', name: 'Ines' },
    { role: 'bg', name: '' },
    { role: 'main', name: '' },
    { role: 'voice', name: '' },
    { role: 'main', name: 'Ines' },
    { role: 'main', name: '' },
  ]);
});
