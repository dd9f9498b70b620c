/** The server's own output. */
import { api, ask } from './client';
import type { components } from './schema';

type Schemas = components['schemas'];
export type JukeboxState = Schemas['JukeboxShape'];

/** Null where there is none for who asks. */
export const readJukebox = (): Promise<JukeboxState | null> => ask(api.GET('/api/v1/jukebox'));

export const changeJukebox = (body: Schemas['JukeboxChange']): Promise<JukeboxState> =>
  ask(api.PUT('/api/v1/jukebox', { body }));

export const setJukeboxQueue = (song_ids: number[]): Promise<JukeboxState> =>
  ask(api.PUT('/api/v1/jukebox/queue', { body: { song_ids } }));

export const addToJukebox = (song_ids: number[]): Promise<JukeboxState> =>
  ask(api.POST('/api/v1/jukebox/queue', { body: { song_ids } }));

export const removeFromJukebox = (place: number): Promise<JukeboxState> =>
  ask(api.DELETE('/api/v1/jukebox/queue/{place}', { params: { path: { place } } }));

export const shuffleJukebox = (): Promise<JukeboxState> => ask(api.POST('/api/v1/jukebox/shuffle'));
