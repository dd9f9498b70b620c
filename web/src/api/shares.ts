/** Public pages with some songs. */
import { api, ask, askList, tell } from './client';
import type { components } from './schema';
import type { Slice } from './types';

type Schemas = components['schemas'];
export type Share = Schemas['Share'];
export type SharedThing = Schemas['Thing'];
export type ShareChange = Schemas['ChangeShare'];

const at = (id: number) => ({ params: { path: { id } } });

export const listShares = (): Promise<Slice<Share>> => askList(api.GET('/api/v1/shares'));

export const makeShare = (body: Schemas['MakeShare']): Promise<Share> => ask(api.POST('/api/v1/shares', { body }));

export const changeShare = (id: number, body: ShareChange): Promise<Share> =>
  ask(api.PUT('/api/v1/shares/{id}', { ...at(id), body }));

/** It is sent also while the page is being left. */
export const endShare = (id: number): Promise<void> =>
  tell(api.DELETE('/api/v1/shares/{id}', { ...at(id), keepalive: true }));

/** Where everybody with this address hears it. */
export const addressOfShare = (share: Share): string => new URL(share.path, location.origin).href;
