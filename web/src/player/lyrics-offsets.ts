/** By how much somebody moved the lyrics of a song against its sound, kept in this browser. */
const STORAGE_KEY = 'antiphon.lyrics-offsets';
const MOST_SONGS = 500;
/** Further than this, they are the lyrics of something else. Milliseconds. */
const FURTHEST = 30_000;

/** Song ids and milliseconds, the song that was changed last at the end. */
function all(): [number, number][] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? '[]');
    return Array.isArray(stored) ? (stored as [number, number][]) : [];
  } catch {
    return [];
  }
}

/** Milliseconds by which the lines come later; negative for earlier. */
export function lyricsOffset(songId: number): number {
  return all().find(([id]) => id === songId)?.[1] ?? 0;
}

export function keepLyricsOffset(songId: number, wanted: number): number {
  const offset = Math.min(FURTHEST, Math.max(-FURTHEST, Math.round(wanted)));
  const others = all().filter(([id]) => id !== songId);
  const kept: [number, number][] = offset === 0 ? others : [...others, [songId, offset]];
  localStorage.setItem(STORAGE_KEY, JSON.stringify(kept.slice(-MOST_SONGS)));
  return offset;
}
