/** What comes from elsewhere: podcasts and internet radio. */
import { api, ask, askList, sendBytes, tell } from './client';
import type { components } from './schema';
import type { Job, Slice } from './types';

type Schemas = components['schemas'];
export type Podcast = Schemas['Podcast'];
export type Episode = Schemas['PodcastEpisode'];
export type Station = Schemas['RadioStation'];
export type StationWords = Schemas['EnterStation'];
export type ListReport = Schemas['ListReport'];

export const EPISODES = 50;

const at = (id: number) => ({ params: { path: { id } } });

export const listPodcasts = (): Promise<Slice<Podcast>> => askList(api.GET('/api/v1/podcasts'));

export const readPodcast = (id: number): Promise<Podcast> => ask(api.GET('/api/v1/podcasts/{id}', at(id)));

export const subscribe = (url: string): Promise<Podcast> => ask(api.POST('/api/v1/podcasts', { body: { url } }));

/** It is sent also while the page is being left. */
export const unsubscribe = (id: number): Promise<void> =>
  tell(api.DELETE('/api/v1/podcasts/{id}', { ...at(id), keepalive: true }));

export const refreshPodcast = (id: number): Promise<Job | null> =>
  ask(api.POST('/api/v1/podcasts/{id}/refresh', at(id)));

export const refreshPodcasts = (): Promise<Job | null> => ask(api.POST('/api/v1/podcasts/refresh'));

/** `list` is a file in OPML. */
export const importPodcasts = (list: Blob): Promise<ListReport> => sendBytes('/api/v1/podcasts/import', list);

export const exportAddress = '/api/v1/podcasts/export';

export const listEpisodes = (id: number, offset: number): Promise<Slice<Episode>> =>
  askList(api.GET('/api/v1/podcasts/{id}/episodes', { params: { path: { id }, query: { limit: EPISODES, offset } } }));

export const listNewest = (limit: number): Promise<Slice<Episode>> =>
  askList(api.GET('/api/v1/podcast-episodes', { params: { query: { limit, offset: 0 } } }));

export const readEpisode = (id: number): Promise<Episode> => ask(api.GET('/api/v1/podcast-episodes/{id}', at(id)));

export const downloadEpisode = (id: number): Promise<Job | null> =>
  ask(api.POST('/api/v1/podcast-episodes/{id}/download', at(id)));

export const deleteDownload = (id: number): Promise<void> =>
  tell(api.DELETE('/api/v1/podcast-episodes/{id}/download', at(id)));

/** How fast an app plays on from its place, 0 for a pause, and its name among a person's devices. */
interface AppTold {
  rate: number;
  client: string;
}

/** Where one is, in seconds. It is sent also while the page is being left. */
export const setPosition = (id: number, position: number, app?: AppTold): Promise<void> =>
  tell(api.PUT('/api/v1/podcast-episodes/{id}/position', { ...at(id), body: { position, ...app }, keepalive: true }));

export const setPlayed = (id: number, played: boolean): Promise<void> =>
  tell(
    played
      ? api.PUT('/api/v1/podcast-episodes/{id}/played', { ...at(id), keepalive: true })
      : api.DELETE('/api/v1/podcast-episodes/{id}/played', at(id)),
  );

export const listStations = (): Promise<Slice<Station>> => askList(api.GET('/api/v1/radio-stations'));

export const addStation = (body: StationWords): Promise<Station> => ask(api.POST('/api/v1/radio-stations', { body }));

export const changeStation = (id: number, body: StationWords): Promise<Station> =>
  ask(api.PUT('/api/v1/radio-stations/{id}', { ...at(id), body }));

/** It is sent also while the page is being left. */
export const removeStation = (id: number): Promise<void> =>
  tell(api.DELETE('/api/v1/radio-stations/{id}', { ...at(id), keepalive: true }));
