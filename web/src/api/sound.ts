/** How songs sound: what was measured of them, and what sounds alike. */
import { api, ask, askList } from './client';
import type { components } from './schema';
import type { Job, Slice } from './types';

type Schemas = components['schemas'];
export type Sound = Schemas['Sound'];
export type SimilarSong = Schemas['SimilarSong'];
export type SimilarArtist = Schemas['SimilarArtist'];
export type MeasureStatus = Schemas['MeasureStatus'];
export type UnmeasuredSong = Schemas['UnmeasuredSong'];
export type Duplicates = Schemas['Duplicates'];

const MOST_SHOWN = 100;

const ofSong = (id: number) => ({ params: { path: { id } } });

export const readSound = (id: number): Promise<Sound> => ask(api.GET('/api/v1/songs/{id}/sound', ofSong(id)));

/** 800 heights from 0 to 255, none while the song has not been measured. */
export const readWaveform = async (id: number): Promise<number[]> =>
  (await ask(api.GET('/api/v1/songs/{id}/waveform', ofSong(id)))).heights;

export const similarSongs = async (id: number, limit: number): Promise<SimilarSong[]> =>
  (await askList(api.GET('/api/v1/songs/{id}/similar', { params: { path: { id }, query: { limit } } }))).items;

export const similarArtists = async (id: number): Promise<SimilarArtist[]> =>
  (await askList(api.GET('/api/v1/artists/{id}/similar', { params: { path: { id } } }))).items;

export const readMeasureStatus = (): Promise<MeasureStatus> => ask(api.GET('/api/v1/sound'));

export const startMeasuring = (): Promise<Job> => ask(api.POST('/api/v1/sound'));

export const listUnmeasured = (): Promise<Slice<UnmeasuredSong>> =>
  askList(api.GET('/api/v1/sound/unreadable', { params: { query: { limit: MOST_SHOWN, offset: 0 } } }));

export const listDuplicates = (): Promise<Slice<Duplicates>> =>
  askList(api.GET('/api/v1/sound/duplicates', { params: { query: { limit: MOST_SHOWN, offset: 0 } } }));
