/** The artists' desk: one's own songs and albums, and tables to take away. */
import { api, ask, askList, tell } from './client';
import type { components, paths } from './schema';
import type { Lyrics, Slice } from './types';

type Schemas = components['schemas'];
export type DeskSong = Schemas['DeskSong'];
export type DeskAlbum = Schemas['DeskAlbum'];
export type DeskTotals = Schemas['DeskTotals'];
export type DeskSound = Schemas['DeskSound'];
export type TableExport = Schemas['Export'];
export type ExportKind = TableExport['kind'];
export type SongState = DeskSong['state'];
export type SongChange = Schemas['GivenSong'];
export type LicenceCode = NonNullable<SongChange['licence']>['code'];

type Query<Path extends '/api/v1/desk/songs' | '/api/v1/desk/albums'> = NonNullable<
  paths[Path]['get']['parameters']['query']
>;
export type DeskSongSort = NonNullable<Query<'/api/v1/desk/songs'>['sort']>;
export type DeskAlbumSort = NonNullable<Query<'/api/v1/desk/albums'>['sort']>;
export type DeskFilter = NonNullable<Query<'/api/v1/desk/songs'>['state']>;

export const PAGE = 50;

const at = <Id extends number | string>(id: Id) => ({ params: { path: { id } } });

export const readTotals = (): Promise<DeskTotals> => ask(api.GET('/api/v1/desk'));

/** How far loudness, waveform, tempo and key of one's own songs are. */
export const readOwnSound = (): Promise<DeskSound> => ask(api.GET('/api/v1/desk/sound'));

export const listOwnSongs = (
  wanted: { sort: DeskSongSort; state: DeskFilter; q: string },
  offset: number,
): Promise<Slice<DeskSong>> =>
  askList(api.GET('/api/v1/desk/songs', { params: { query: { ...wanted, limit: PAGE, offset } } }));

export const listOwnAlbums = (wanted: { sort: DeskAlbumSort; q: string }, offset: number): Promise<Slice<DeskAlbum>> =>
  askList(api.GET('/api/v1/desk/albums', { params: { query: { ...wanted, limit: PAGE, offset } } }));

export const readOwnSong = (id: number): Promise<DeskSong> => ask(api.GET('/api/v1/desk/songs/{id}', at(id)));

export const readWords = (id: number): Promise<Lyrics> => ask(api.GET('/api/v1/songs/{id}/lyrics', at(id)));

/** Refused where the song was changed since it was read. */
export const changeOwnSong = async (song: DeskSong, change: SongChange): Promise<void> => {
  const body = { ...change, updated_at: song.updated_at };
  await tell(api.PUT('/api/v1/songs/{id}', { ...at(song.id), body }));
};

export const releaseAlbum = async (album: DeskAlbum, moment: string | null): Promise<void> => {
  const body = { release_at: moment, updated_at: album.updated_at };
  await tell(api.PUT('/api/v1/albums/{id}', { ...at(album.id), body }));
};

export const listExports = async (): Promise<TableExport[]> =>
  (await askList(api.GET('/api/v1/exports', { params: { query: { limit: PAGE } } }))).items;

export const startExport = (kind: ExportKind, bom: boolean): Promise<TableExport> =>
  ask(api.POST('/api/v1/exports', { body: { kind, bom } }));

export const removeExport = (id: string): Promise<void> => tell(api.DELETE('/api/v1/exports/{id}', at(id)));
