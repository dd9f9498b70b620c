/** Changing songs, albums and artists, and taking it back: one function a route. */
import { api, ask, askList, sendFile, tell } from './client';
import type { components } from './schema';
import type { AlbumDetail, ArtistDetail, Slice, Song } from './types';

type Schemas = components['schemas'];
/** What shall become of a song; what is left out stays. */
export type SongEdit = Schemas['GivenSong'];
export type AlbumEdit = Schemas['GivenAlbum'];
export type ArtistEdit = Schemas['GivenArtist'];
/** One field that was changed. */
export type Change = Omit<Schemas['Change'], 'old' | 'new'> & { old: unknown; new: unknown };
export type EditedThing = 'songs' | 'albums' | 'artists';

const MOST_NAMED = 500;
export const CHANGES_PAGE = 30;

/** Songs by their ids, in that order, as far as one may see them. */
export async function readSongs(ids: number[]): Promise<Song[]> {
  const found: Song[] = [];
  for (let first = 0; first < ids.length; first += MOST_NAMED) {
    const query = { ids: ids.slice(first, first + MOST_NAMED).join(',') };
    const { items } = await askList(api.GET('/api/v1/songs', { params: { query } }));
    found.push(...items);
  }
  return found;
}

export const changeSong = (song: Song, edit: SongEdit): Promise<Song> =>
  ask(
    api.PUT('/api/v1/songs/{id}', {
      params: { path: { id: song.id } },
      body: { ...edit, updated_at: song.updated_at },
    }),
  );

/** Gives the change that undoes all of it in one step, null where nothing differed. */
export async function changeSongs(songs: Song[], edit: SongEdit): Promise<number | null> {
  const seen = songs.map(({ id, updated_at }) => ({ id, updated_at }));
  const body = { ...edit, ids: songs.map((song) => song.id), seen };
  return (await ask(api.PUT('/api/v1/songs', { body }))).change_id;
}

export const changeAlbum = (album: AlbumDetail, edit: AlbumEdit): Promise<AlbumDetail> =>
  ask(
    api.PUT('/api/v1/albums/{id}', {
      params: { path: { id: album.id } },
      body: { ...edit, updated_at: album.updated_at },
    }),
  );

/** Renames an artist; songs and albums follow. */
export const changeArtist = (id: number, edit: ArtistEdit): Promise<ArtistDetail> =>
  ask(api.PUT('/api/v1/artists/{id}', { params: { path: { id } }, body: edit }));

export const createAlbum = (title: string, artist: string): Promise<AlbumDetail> =>
  ask(api.POST('/api/v1/albums', { body: { title, ...(artist && { artist }) } }));

export const putCover = (kind: 'songs' | 'albums', id: number, picture: Blob): Promise<unknown> =>
  sendFile(`/api/v1/${kind}/${id}/image`, picture);

export const removeCover = (kind: 'songs' | 'albums', id: number): Promise<void> =>
  tell(
    kind === 'songs'
      ? api.DELETE('/api/v1/songs/{id}/image', { params: { path: { id } } })
      : api.DELETE('/api/v1/albums/{id}/image', { params: { path: { id } } }),
  );

export const removeSong = (id: number): Promise<void> =>
  tell(api.DELETE('/api/v1/songs/{id}', { params: { path: { id } } }));

export const restoreSong = (id: number): Promise<void> =>
  tell(api.POST('/api/v1/songs/{id}/restore', { params: { path: { id } } }));

/** What was changed of a thing, the latest first. The list does not know how long it is. */
export async function listChanges(kind: EditedThing, id: number, offset: number): Promise<Slice<Change>> {
  const params = { path: { id }, query: { limit: CHANGES_PAGE, offset } };
  const asked = {
    songs: () => api.GET('/api/v1/songs/{id}/changes', { params }),
    albums: () => api.GET('/api/v1/albums/{id}/changes', { params }),
    artists: () => api.GET('/api/v1/artists/{id}/changes', { params }),
  }[kind];
  const { items } = (await askList(asked())) as Slice<Change>;
  const mayHaveMore = items.length === CHANGES_PAGE;
  return { items, total: offset + items.length + (mayHaveMore ? 1 : 0) };
}

export const undoChange = (id: number): Promise<void> =>
  tell(api.POST('/api/v1/changes/{id}/undo', { params: { path: { id } } }));

export const undoStep = (id: number): Promise<void> =>
  tell(api.POST('/api/v1/changes/{id}/undo-step', { params: { path: { id } } }));
