/** Where the page of a thing is that somebody has reported, and what is played from it. */
import type { RouteLocationRaw } from 'vue-router';
import { readSong, songsOfAlbum, songsOfArtist } from '@/api/catalogue';
import type { ReportSubject } from '@/api/moderation';
import { playableItems, readPlaylist } from '@/api/playlists';
import type { PlayableSong } from '@/api/types';

export function pageOf(subject: ReportSubject, id: number): RouteLocationRaw | null {
  if (subject === 'song') return null;
  return { name: subject === 'user' ? 'settings-member' : subject, params: { id } };
}

/** The songs that stand for a thing; a person has none. */
export async function songsOfSubject(subject: ReportSubject, id: number): Promise<PlayableSong[]> {
  switch (subject) {
    case 'song':
      return [await readSong(id)];
    case 'album':
      return songsOfAlbum(id);
    case 'artist':
      return songsOfArtist(id);
    case 'playlist':
      return playableItems((await readPlaylist(id)).items).map((item) => item.song);
    case 'user':
      return [];
  }
}
