/** People: one's own profile, everybody as admins see them, invitations, the record. */
import { api, ask, askList, sendFile, tell } from './client';
import type { components } from './schema';
import type { AuditEntry, Invitation, Member, NewInvitation, Slice } from './types';

type Schemas = components['schemas'];

export const roles = ['user', 'artist', 'admin'] as const;
export type Role = (typeof roles)[number];
export const rights = ['stream', 'download', 'upload', 'share', 'public_playlists', 'jukebox'] as const;
export type Right = (typeof rights)[number];
export type Standing = 'active' | 'waiting' | 'blocked';

export const PAGE = 50;

const at = (id: number) => ({ params: { path: { id } } });

/** Whoever asks for themselves, and admins, are told everything; these pages ask for nothing else. */
const asMember = (person: Promise<Schemas['Person']>) => person as Promise<Member>;

export const readPerson = (id: number): Promise<Member> => asMember(ask(api.GET('/api/v1/users/{id}', at(id))));

export const changePerson = (id: number, body: Schemas['PersonChange']): Promise<Member> =>
  asMember(ask(api.PUT('/api/v1/users/{id}', { ...at(id), body })));

/** Whether only admins find somebody among the people here. */
export function hideProfile(id: number, hidden: boolean): Promise<Member> {
  const preferences: Record<string, unknown> = { hidden };
  return changePerson(id, { profile: { preferences: preferences as Record<string, never> } });
}

export const putPicture = (id: number, picture: Blob): Promise<Member> =>
  sendFile(`/api/v1/users/${id}/image`, picture);

export const removePicture = (id: number): Promise<Member> =>
  asMember(ask(api.DELETE('/api/v1/users/{id}/image', at(id))));

export const exportAddress = (id: number): string => `/api/v1/users/${id}/export`;

export const removePerson = (id: number, keepSongs: boolean): Promise<void> =>
  tell(api.DELETE('/api/v1/users/{id}', { params: { path: { id }, query: { keep_songs: keepSongs } } }));

export const askToBeArtist = (): Promise<void> => tell(api.POST('/api/v1/auth/artist'));

export const listMembers = (words: string, offset: number): Promise<Slice<Member>> => {
  const query = { ...(words && { q: words }), limit: PAGE, offset };
  return askList(api.GET('/api/v1/users', { params: { query } })) as Promise<Slice<Member>>;
};

export const createMember = (body: Schemas['NewPerson']): Promise<Member> =>
  asMember(ask(api.POST('/api/v1/users', { body })));

export const setRoles = (id: number, wanted: string[]): Promise<Member> =>
  asMember(ask(api.PUT('/api/v1/users/{id}/roles', { ...at(id), body: { roles: wanted } })));

export const changeAccount = (id: number, body: Schemas['AccountChangeShape']): Promise<Member> =>
  asMember(ask(api.PUT('/api/v1/users/{id}/account', { ...at(id), body })));

/** The newest ones, as many as one answer holds. */
export const listInvitations = async (): Promise<Invitation[]> =>
  (await askList(api.GET('/api/v1/invitations', { params: { query: { limit: 500 } } }))).items;

export const createInvitation = (body: Schemas['Invite']): Promise<NewInvitation> =>
  ask(api.POST('/api/v1/invitations', { body }));

export const revokeInvitation = (id: number): Promise<void> => tell(api.DELETE('/api/v1/invitations/{id}', at(id)));

/** `action` is the whole name of an action; empty values leave a filter out. */
export const listAudit = (action: string, personId: number, offset: number): Promise<Slice<AuditEntry>> => {
  const query = { ...(action && { action }), ...(personId && { user_id: personId }), limit: PAGE, offset };
  return askList(api.GET('/api/v1/audit', { params: { query } }));
};
