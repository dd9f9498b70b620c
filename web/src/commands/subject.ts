import type { ModerationCaseDetail } from '@/api/moderation';
import type { Album, Artist, PlayableSong, Playlist } from '@/api/types';
import { isEpisode, type Playable, type QueuedEpisode } from '@/player/items';

/** What a command is about. */
export type Subject =
  | { kind: 'everything' }
  | { kind: 'account' }
  | { kind: 'songs'; songs: PlayableSong[]; playlistItems?: PlaylistPlaces }
  | { kind: 'episode'; episode: QueuedEpisode }
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

/** What stands in the queue, as commands take it. */
export function about(item: Playable): Subject {
  return isEpisode(item) ? { kind: 'episode', episode: item } : { kind: 'songs', songs: [item] };
}
