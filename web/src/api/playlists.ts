import { api, ask, askList, tell } from './client';
import type { PlayableItem, Playlist, PlaylistDetail, PlaylistItem, Slice } from './types';

export interface PlaylistChange {
  title?: string;
  description?: string;
  is_public?: boolean;
  /** Replaces all items; a track that is in no library here stands as its Spotify address. */
  tracks?: (number | string)[];
}

export const listPlaylists = (): Promise<Slice<Playlist>> =>
  askList(api.GET('/api/v1/playlists', { params: { query: { limit: 500, offset: 0 } } }));

export const readPlaylist = (id: number): Promise<PlaylistDetail> =>
  ask(api.GET('/api/v1/playlists/{id}', { params: { path: { id } } }));

export const createPlaylist = (title: string, tracks: number[]): Promise<Playlist> =>
  ask(api.POST('/api/v1/playlists', { body: { title, tracks } }));

export const changePlaylist = (id: number, change: PlaylistChange): Promise<Playlist> =>
  ask(api.PUT('/api/v1/playlists/{id}', { params: { path: { id } }, body: change }));

export const deletePlaylist = (id: number): Promise<void> =>
  tell(api.DELETE('/api/v1/playlists/{id}', { params: { path: { id } }, keepalive: true }));

/** Items that can be played; the others keep their place but have no song here. */
export const playableItems = (items: PlaylistItem[]): PlayableItem[] =>
  items.filter((item): item is PlayableItem => item.song !== null);
