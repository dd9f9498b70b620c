/** Lyrics in time as people write them: `[01:23.45] Words`, a line each, and `<01:23.45>` before a word where its own time
 * is known. */
import type { GivenLine, LyricLine } from '@/api/types';

const STAMP = /^\s*\[(\d{1,3}):([0-5]?\d)(?:[.:](\d{1,3}))?\]/;
const MARK = /<(\d{1,3}):([0-5]?\d)(?:[.:](\d{1,3}))?>/g;
/** `[ar:…]`, `[length:…]`: what programs put before the words. */
const REMARK = /^\s*\[[a-z#]+:.*\]\s*$/i;

/** Hundredths, as everybody writes them, or thousandths where there are any. */
function clock(milliseconds: number): string {
  const time = Math.max(0, Math.floor(milliseconds));
  const pad = (part: number, length = 2) => String(part).padStart(length, '0');
  const fraction = time % 10 === 0 ? pad((time % 1000) / 10) : pad(time % 1000, 3);
  return `${pad(Math.floor(time / 60_000))}:${pad(Math.floor(time / 1000) % 60)}.${fraction}`;
}

const read = (minutes = '', seconds = '', fraction = ''): number =>
  (Number(minutes) * 60 + Number(seconds)) * 1000 + Number(fraction.padEnd(3, '0'));

/** A time as it stands before a line. Milliseconds. */
export const stamp = (milliseconds: number): string => `[${clock(milliseconds)}]`;
/** A time as it stands before a word. Milliseconds. */
export const mark = (milliseconds: number): string => `<${clock(milliseconds)}>`;

export function textOf(lines: Omit<LyricLine, 'singer'>[]): string {
  return lines.map((line) => `${stamp(line.start)} ${marked(line)}`.trimEnd()).join('\n');
}

function marked(line: Omit<LyricLine, 'singer'>): string {
  if (!line.words) return line.text;
  return line.words.map(({ start, text, end }) => `${mark(start)}${text}${end === null ? '' : mark(end)}`).join('');
}

/** The lines of a text, or the number of the first (from 1) that has no time. A line with several times is sung again, its
 * words at the same distance from it. */
export function linesOf(text: string): { lines: GivenLine[]; wrong: number | null } {
  const lines: GivenLine[] = [];
  for (const [place, written] of text.split('\n').entries()) {
    if (!written.trim() || REMARK.test(written)) continue;
    const starts: number[] = [];
    let rest = written;
    for (let found = STAMP.exec(rest); found; found = STAMP.exec(rest)) {
      starts.push(read(found[1], found[2], found[3]));
      rest = rest.slice(found[0].length);
    }
    const [first] = starts;
    if (first === undefined) return { lines: [], wrong: place + 1 };
    lines.push(...starts.map((start) => ({ start, text: moved(rest.trim(), start - first) })));
  }
  lines.sort((one, other) => one.start - other.start);
  return { lines, wrong: null };
}

function moved(text: string, by: number): string {
  if (by === 0) return text;
  return text.replace(MARK, (_, minutes, seconds, fraction) => mark(read(minutes, seconds, fraction) + by));
}
