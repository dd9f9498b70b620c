import type { ModerationCaseDetail } from '@/api/moderation';
import type { Album, Artist, PlayableSong, Playlist } from '@/api/types';

/** What a command is about. */
export type Subject =
  | { kind: 'everything' }
  | { kind: 'account' }
  | { kind: 'songs'; songs: PlayableSong[]; playlistItems?: PlaylistPlaces }
  | { kind: 'album'; album: Album }
  | { kind: 'artist'; artist: Artist }
  | { kind: 'playlist'; playlist: Playlist }
  | { kind: 'case'; case: ModerationCaseDetail };

/** Where the songs stand in a playlist that the person may change. */
export interface PlaylistPlaces {
  playlistId: number;
  itemIds: number[];
}

export const everything: Subject = { kind: 'everything' };
