/** What guards one's account: password, address, second factor, sessions, and the secrets of other programs. */
import { api, ask, tell } from './client';
import type {
  ApiKey,
  AppPassword,
  Identity,
  NewApiKey,
  NewAppPassword,
  NewSecondFactor,
  SecondFactor,
  UserSession,
} from './types';

export const scopes = ['read', 'write', 'upload', 'admin'] as const;
export type Scope = (typeof scopes)[number];

export const changePassword = (current: string, next: string): Promise<void> =>
  tell(api.PUT('/api/v1/auth/password', { body: { current_password: current, new_password: next } }));

/** A link goes to the new address; it counts from the moment the link is opened. */
export const changeEmail = (email: string, password: string): Promise<void> =>
  tell(api.PUT('/api/v1/auth/email', { body: { email, password } }));

export const resendProof = (): Promise<void> => tell(api.POST('/api/v1/auth/verify-email/resend'));

export const listSessions = (): Promise<UserSession[]> => ask(api.GET('/api/v1/auth/sessions'));

export const endSession = (id: number): Promise<void> =>
  tell(api.DELETE('/api/v1/auth/sessions/{id}', { params: { path: { id } } }));

export const endOtherSessions = (): Promise<void> => tell(api.DELETE('/api/v1/auth/sessions'));

export const readSecondFactor = (): Promise<SecondFactor> => ask(api.GET('/api/v1/auth/mfa'));

export const beginSecondFactor = (password: string): Promise<NewSecondFactor> =>
  ask(api.POST('/api/v1/auth/mfa', { body: { password } }));

const codesOf = ({ recovery_codes }: { recovery_codes: string[] }) => recovery_codes;

export const confirmSecondFactor = async (code: string): Promise<string[]> =>
  codesOf(await ask(api.POST('/api/v1/auth/mfa/confirm', { body: { code } })));

export const renewRecoveryCodes = async (code: string): Promise<string[]> =>
  codesOf(await ask(api.POST('/api/v1/auth/mfa/recovery-codes', { body: { code } })));

export const removeSecondFactor = (code: string): Promise<void> =>
  tell(api.DELETE('/api/v1/auth/mfa', { body: { code } }));

export const listIdentities = (): Promise<Identity[]> => ask(api.GET('/api/v1/auth/identities'));

export const removeIdentity = (id: number): Promise<void> =>
  tell(api.DELETE('/api/v1/auth/identities/{id}', { params: { path: { id } } }));

/** Asks the provider whether the account there still holds. */
export const checkIdentity = (id: number): Promise<Identity> =>
  ask(api.POST('/api/v1/auth/identities/{id}/check', { params: { path: { id } } }));

/** Connects Spotify by the address that the browser was sent to and could not open. */
export const pasteSpotify = (address: string): Promise<Identity> =>
  ask(api.POST('/api/v1/auth/spotify/paste', { body: { address } }));

export const listAppPasswords = (): Promise<AppPassword[]> => ask(api.GET('/api/v1/auth/app-passwords'));

export const createAppPassword = (name: string): Promise<NewAppPassword> =>
  ask(api.POST('/api/v1/auth/app-passwords', { body: { name } }));

export const revokeAppPassword = (id: number): Promise<void> =>
  tell(api.DELETE('/api/v1/auth/app-passwords/{id}', { params: { path: { id } } }));

export const listApiKeys = (): Promise<ApiKey[]> => ask(api.GET('/api/v1/auth/api-keys'));

export const createApiKey = (name: string, wanted: Scope[]): Promise<NewApiKey> =>
  ask(api.POST('/api/v1/auth/api-keys', { body: { name, scopes: wanted } }));

export const revokeApiKey = (id: number): Promise<void> =>
  tell(api.DELETE('/api/v1/auth/api-keys/{id}', { params: { path: { id } } }));
