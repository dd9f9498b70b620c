import { describe, expect, it } from 'vitest';
import { linesOf, stamp, textOf } from './lrc';

describe('lyrics in time', () => {
  it('reads times of every usual precision, and puts lines in order', () => {
    const { lines, wrong } = linesOf('[ar:Somebody]\n[00:12.5] Second\n\n[0:01] First\n[01:02.345]Third\n[100:00.00]');
    expect(wrong).toBeNull();
    expect(lines).toEqual([
      { start: 1000, text: 'First' },
      { start: 12_500, text: 'Second' },
      { start: 62_345, text: 'Third' },
      { start: 6_000_000, text: '' },
    ]);
  });

  it('sings a line again where it has several times', () => {
    expect(linesOf('[00:01.00][00:03.00] Again').lines).toEqual([
      { start: 1000, text: 'Again' },
      { start: 3000, text: 'Again' },
    ]);
  });

  it('names the first line without a time', () => {
    expect(linesOf('[00:01.00] One\nTwo')).toEqual({ lines: [], wrong: 2 });
    expect(linesOf('[00:61.00] No such second').wrong).toBe(1);
  });

  it('moves the times of words along with a line that is sung again', () => {
    expect(linesOf('[00:01.00][01:03.00] Oh <00:01.50>love<0:02>').lines).toEqual([
      { start: 1000, text: 'Oh <00:01.50>love<0:02>' },
      { start: 63_000, text: 'Oh <01:03.50>love<01:04.00>' },
    ]);
  });

  it('writes what it reads', () => {
    const text = '[00:01.00] First\n[01:02.345] Second\n[02:00.00]';
    const lines = linesOf(text).lines.map((line) => ({ ...line, words: null }));
    expect(textOf(lines)).toBe(text);
    expect(stamp(-5)).toBe('[00:00.00]');
  });

  it('writes the times of words before them, and where a rest begins', () => {
    const words = [
      { start: 500, text: 'Oh ', end: 700 },
      { start: 1005, text: 'love', end: null },
    ];
    expect(textOf([{ start: 500, text: 'Oh love', words }])).toBe('[00:00.50] <00:00.50>Oh <00:00.70><00:01.005>love');
  });
});
