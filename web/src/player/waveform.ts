/** The outline of a song, as a seek bar draws it. */

/** `count` bars from 0 to 1: the highest in each part of the song, and the highest of all at 1. The whole height is used
 * whatever the song's loudness: the bar shows where it is quiet and where it is loud, not how loud it is mastered. */
export function barsOf(heights: number[], count: number): number[] {
  const top = Math.max(1, ...heights);
  return Array.from({ length: count }, (_, place) => {
    const first = Math.floor((place * heights.length) / count);
    const last = Math.max(first + 1, Math.floor(((place + 1) * heights.length) / count));
    return Math.max(0, ...heights.slice(first, last)) / top;
  });
}
