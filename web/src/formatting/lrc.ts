/** Lyrics in time as people write them: `[01:23.45] Words`, a line each. */
import type { LyricLine } from '@/api/types';

const STAMP = /^\s*\[(\d{1,3}):([0-5]?\d)(?:[.:](\d{1,3}))?\]/;
/** `[ar:…]`, `[length:…]`: what programs put before the words. */
const REMARK = /^\s*\[[a-z#]+:.*\]\s*$/i;

/** A time as it stands before a line. Milliseconds. */
export function stamp(milliseconds: number): string {
  const hundredths = Math.floor(Math.max(0, milliseconds) / 10);
  const pad = (part: number) => String(part).padStart(2, '0');
  return `[${pad(Math.floor(hundredths / 6000))}:${pad(Math.floor(hundredths / 100) % 60)}.${pad(hundredths % 100)}]`;
}

export function textOf(lines: LyricLine[]): string {
  return lines.map((line) => `${stamp(line.start)} ${line.text}`.trimEnd()).join('\n');
}

/** The lines of a text, or the number of the first (from 1) that has no time. A line with several times is sung again. */
export function linesOf(text: string): { lines: LyricLine[]; wrong: number | null } {
  const lines: LyricLine[] = [];
  for (const [place, written] of text.split('\n').entries()) {
    if (!written.trim() || REMARK.test(written)) continue;
    const starts: number[] = [];
    let rest = written;
    for (let found = STAMP.exec(rest); found; found = STAMP.exec(rest)) {
      const [whole, minutes, seconds, fraction = ''] = found;
      starts.push((Number(minutes) * 60 + Number(seconds)) * 1000 + Number(fraction.padEnd(3, '0')));
      rest = rest.slice(whole.length);
    }
    if (starts.length === 0) return { lines: [], wrong: place + 1 };
    lines.push(...starts.map((start) => ({ start, text: rest.trim() })));
  }
  lines.sort((one, other) => one.start - other.start);
  return { lines, wrong: null };
}
