/** Reads of the catalogue, one function a route. */
import { api, ask, askList } from './client';
import type {
  Album,
  AlbumDetail,
  AlbumQuery,
  Artist,
  ArtistDetail,
  ArtistQuery,
  Genre,
  Library,
  Lyrics,
  SearchResult,
  Slice,
  Song,
  SongQuery,
} from './types';

export interface Window {
  limit: number;
  offset: number;
}

export const listSongs = (query: SongQuery, window: Window): Promise<Slice<Song>> =>
  askList(api.GET('/api/v1/songs', { params: { query: { ...query, ...window } } }));

export const listAlbums = (query: AlbumQuery, window: Window): Promise<Slice<Album>> =>
  askList(api.GET('/api/v1/albums', { params: { query: { ...query, ...window } } }));

export const listArtists = (query: ArtistQuery, window: Window): Promise<Slice<Artist>> =>
  askList(api.GET('/api/v1/artists', { params: { query: { ...query, ...window } } }));

export const listGenres = (): Promise<Slice<Genre>> =>
  askList(api.GET('/api/v1/genres', { params: { query: { limit: 500, offset: 0 } } }));

export const readSong = (id: number): Promise<Song> => ask(api.GET('/api/v1/songs/{id}', { params: { path: { id } } }));

export const readAlbum = (id: number): Promise<AlbumDetail> =>
  ask(api.GET('/api/v1/albums/{id}', { params: { path: { id } } }));

export const readArtist = (id: number): Promise<ArtistDetail> =>
  ask(api.GET('/api/v1/artists/{id}', { params: { path: { id } } }));

export const readLyrics = (id: number): Promise<Lyrics> =>
  ask(api.GET('/api/v1/songs/{id}/lyrics', { params: { path: { id } } }));

export const search = (words: string, limit: number, signal?: AbortSignal): Promise<SearchResult> =>
  ask(api.GET('/api/v1/search', { params: { query: { q: words, limit } }, signal }));

/** Every song of an album, in order. */
export const songsOfAlbum = async (id: number): Promise<Song[]> => (await readAlbum(id)).songs;

/** Up to 500 songs of an artist, album by album. */
export const songsOfArtist = async (id: number): Promise<Song[]> =>
  (await listSongs({ artist_id: id, sort: 'album' }, { limit: 500, offset: 0 })).items;

export const listLibraries = (): Promise<Library[]> => ask(api.GET('/api/v1/libraries'));
