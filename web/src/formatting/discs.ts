import type { Song } from '@/api/types';

export interface Disc {
  number: number;
  title: string;
  songs: Song[];
  /** Place of the first song in the whole album. */
  start: number;
}

/** Songs in album order, parted where the disc changes. */
export function discsOf(songs: Song[], titles: Record<string, string>): Disc[] {
  const discs: Disc[] = [];
  songs.forEach((song, place) => {
    const number = song.disc ?? 1;
    const last = discs.at(-1);
    if (last?.number === number) last.songs.push(song);
    else discs.push({ number, title: titles[String(number)] ?? '', songs: [song], start: place });
  });
  return discs;
}
