/** Music folders: what they are called, who may browse them, and folders that are added. */
import { api, ask, tell } from './client';
import type { components } from './schema';
import type { Job, Library } from './types';

type Schemas = components['schemas'];
export type LibraryAccess = Schemas['LibraryAccess'];
export type NamedPerson = Schemas['NamedPerson'];
export type FolderToAdd = Schemas['FolderToAdd'];

const at = (id: number) => ({ params: { path: { id } } });

export const renameLibrary = (id: number, name: string): Promise<Library> =>
  ask(api.PUT('/api/v1/libraries/{id}', { ...at(id), body: { name } }));

export const readAccess = (id: number): Promise<LibraryAccess> => ask(api.GET('/api/v1/libraries/{id}/rights', at(id)));

export const setAccess = (id: number, openToAll: boolean, userIds: number[]): Promise<LibraryAccess> =>
  ask(api.PUT('/api/v1/libraries/{id}/rights', { ...at(id), body: { open_to_all: openToAll, user_ids: userIds } }));

export const addLibrary = (path: string, name: string): Promise<Library> =>
  ask(api.POST('/api/v1/libraries', { body: { path, name } }));

/** Its files stay where they are. */
export const removeLibrary = (id: number): Promise<void> => tell(api.DELETE('/api/v1/libraries/{id}', at(id)));

/** The folders below one, or those that the owner of the server has set; none where there are none. */
export const listFolders = (below: string): Promise<FolderToAdd[]> =>
  ask(api.GET('/api/v1/libraries/folders', { params: { query: below ? { below } : {} } }));

export const scanLibrary = (id: number): Promise<Job> => ask(api.POST('/api/v1/scan', { body: { library_id: id } }));
