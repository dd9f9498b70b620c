import { api, ask, askList } from './client';
import type { Playlist, PlaylistDetail, Slice } from './types';

export interface PlaylistChange {
  title?: string;
  description?: string;
  is_public?: boolean;
  tracks?: number[];
}

export const listPlaylists = (): Promise<Slice<Playlist>> =>
  askList(api.GET('/api/v1/playlists', { params: { query: { limit: 500, offset: 0 } } }));

export const readPlaylist = (id: number): Promise<PlaylistDetail> =>
  ask(api.GET('/api/v1/playlists/{id}', { params: { path: { id } } }));

export const createPlaylist = (title: string, tracks: number[]): Promise<Playlist> =>
  ask(api.POST('/api/v1/playlists', { body: { title, tracks } }));

export const changePlaylist = (id: number, change: PlaylistChange): Promise<Playlist> =>
  ask(api.PUT('/api/v1/playlists/{id}', { params: { path: { id } }, body: change }));

export const deletePlaylist = (id: number): Promise<unknown> =>
  ask(api.DELETE('/api/v1/playlists/{id}', { params: { path: { id } }, keepalive: true }));
