/** Services elsewhere that keep what one listens to, and what one brings along from them. */
import { api, ask, askList, sendBytes, tell } from './client';
import type { components } from './schema';
import type { Job, Slice } from './types';

type Schemas = components['schemas'];
export type ScrobbleService = Schemas['Service'];
export type Connection = Schemas['Connection'];
export type HistorySource = 'listenbrainz' | 'lastfm';

const at = (service: string) => ({ params: { path: { service } } });

export const listServices = (): Promise<Slice<ScrobbleService>> => askList(api.GET('/api/v1/scrobbling/services'));

export const listConnections = (): Promise<Slice<Connection>> => askList(api.GET('/api/v1/scrobbling'));

/** With a token the connection; without one, the address of the service's own page. */
export const connectService = (service: string, token: string): Promise<Schemas['Connecting']> =>
  ask(api.POST('/api/v1/scrobbling/{service}', { ...at(service), body: { token } }));

export const changeConnection = (service: string, body: Schemas['ChangeConnection']): Promise<Connection> =>
  ask(api.PATCH('/api/v1/scrobbling/{service}', { ...at(service), body }));

export const disconnectService = (service: string): Promise<void> =>
  tell(api.DELETE('/api/v1/scrobbling/{service}', at(service)));

export const importLoves = (service: string): Promise<Job> =>
  ask(api.POST('/api/v1/scrobbling/{service}/loves', at(service)));

export const importHistory = (source: HistorySource, file: Blob): Promise<Job> =>
  sendBytes(`/api/v1/scrobbling/import?source=${source}`, file);

export const readJob = (id: string): Promise<Job> => ask(api.GET('/api/v1/jobs/{id}', { params: { path: { id } } }));
