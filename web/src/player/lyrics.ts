import type { LyricLine } from '@/api/types';

/** The line that is sung at `milliseconds`, by halving; -1 before the first. */
export function lineAt(lines: LyricLine[], milliseconds: number): number {
  let low = 0;
  let high = lines.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((lines[middle] as LyricLine).start <= milliseconds) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
