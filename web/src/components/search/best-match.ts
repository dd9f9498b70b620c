import type { Album, Artist, SearchResult, Song } from '@/api/types';

export type Match = { kind: 'artist'; artist: Artist } | { kind: 'album'; album: Album } | { kind: 'song'; song: Song };

const plain = (text: string) => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().trim();

/** 3 for the very name, 2 for its beginning, 1 for a word's beginning, 0 otherwise. */
function closeness(name: string, words: string): number {
  const [have, wanted] = [plain(name), plain(words)];
  if (have === wanted) return 3;
  if (have.startsWith(wanted)) return 2;
  return have.includes(` ${wanted}`) ? 1 : 0;
}

/** What was most likely meant: the closest name; an artist before an album before a song. */
export function bestMatch(result: SearchResult, words: string): Match | null {
  const candidates: { match: Match; score: number }[] = [];
  const [artist, album, song] = [result.artists[0], result.albums[0], result.songs[0]];
  if (artist) candidates.push({ match: { kind: 'artist', artist }, score: closeness(artist.name, words) + 0.2 });
  if (album) candidates.push({ match: { kind: 'album', album }, score: closeness(album.title, words) + 0.1 });
  if (song) candidates.push({ match: { kind: 'song', song }, score: closeness(song.title, words) });
  candidates.sort((left, right) => right.score - left.score);
  return candidates[0]?.match ?? null;
}
