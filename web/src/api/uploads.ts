/** Uploads on the server, and the drafts that they become. The bytes themselves go by `uploads/tus.ts`. */
import { api, ask, askList, tell } from './client';
import type { components } from './schema';
import type { Song } from './types';

type Schemas = components['schemas'];

export type Upload = Schemas['Upload'];
export type UploadRoom = Schemas['UploadRoom'];
export type DraftSong = Schemas['DraftSong'];
export type Visibility = Schemas['VisibilityOfSongs']['visibility'];

/** As many as one answer holds. */
const MOST = 500;

const at = (id: number) => ({ params: { path: { id } } });

export const readRoom = (): Promise<UploadRoom> => ask(api.GET('/api/v1/uploads/room'));

export const listUploads = async (): Promise<Upload[]> =>
  (await askList(api.GET('/api/v1/uploads', { params: { query: { limit: MOST } } }))).items;

export const listDrafts = (slice: { limit: number; offset: number }): Promise<{ items: DraftSong[]; total: number }> =>
  askList(api.GET('/api/v1/uploads/drafts', { params: { query: slice } }));

export const showSongs = (ids: number[], visibility: Visibility): Promise<unknown> =>
  ask(api.PUT('/api/v1/songs/visibility', { body: { ids, visibility } }));

export const correctSong = (id: number, words: { title?: string; artist?: string }): Promise<Song> =>
  ask(api.PUT('/api/v1/songs/{id}', { ...at(id), body: words }));

/** Files a song under one's own album of that title, which is made where there is none; an empty title: under none. */
export const fileUnderAlbum = (id: number, title: string): Promise<Song> =>
  ask(api.PUT('/api/v1/songs/{id}/album', { ...at(id), body: { title } }));

export const deleteSong = (id: number): Promise<void> => tell(api.DELETE('/api/v1/songs/{id}', at(id)));
