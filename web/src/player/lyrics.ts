import type { LyricWord } from '@/api/types';

/** The line, or word, that has begun last at `milliseconds`, by halving; -1 before the first. */
export function lineAt(lines: readonly { start: number }[], milliseconds: number): number {
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((lines[middle] as { start: number }).start <= milliseconds) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The word of a line that has begun last, -1 before the first, and whether it sounds still: a rest may follow it. */
export function wordAt(words: readonly LyricWord[], milliseconds: number): { place: number; sounds: boolean } {
  const place = lineAt(words, milliseconds);
  const end = words[place]?.end ?? null;
  return { place, sounds: place >= 0 && (end === null || milliseconds < end) };
}
