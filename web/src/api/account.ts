/** Ways into an account: registering, signing in, proving the address, a forgotten password. */
import { api, ask, tell } from './client';
import type { InvitationTerms, Provider, RegistrationTerms, User } from './types';

export interface Newcomer {
  username: string;
  email: string;
  password: string;
  role?: 'user' | 'artist';
  invitation?: string;
}

/** What registering came to: `signedIn` is false for somebody whom an admin has to let in first. */
export interface Registered {
  user: User;
  signedIn: boolean;
}

export const readMe = (): Promise<User> => ask(api.GET('/api/v1/auth/me'));

export const isSetupNeeded = async (): Promise<boolean> => (await ask(api.GET('/api/v1/setup'))).needed;

export const readRegistration = (): Promise<RegistrationTerms> => ask(api.GET('/api/v1/registration'));

export const checkInvitation = (token: string): Promise<InvitationTerms> =>
  ask(api.POST('/api/v1/invitations/check', { body: { token } }));

export async function setUp(token: string, newcomer: Newcomer): Promise<User> {
  const { username, email, password } = newcomer;
  const body = { username, email, password, setup_token: token, cookie: true };
  return (await ask(api.POST('/api/v1/setup', { body }))).user;
}

export async function register(newcomer: Newcomer): Promise<Registered> {
  const { token, user } = await ask(api.POST('/api/v1/auth/register', { body: { ...newcomer, cookie: true } }));
  return { user, signedIn: token !== null };
}

/** `name` is a user name or an e-mail address; `code` is of the second factor, where the account has one. */
export async function signIn(name: string, password: string, code = ''): Promise<User> {
  const who = name.includes('@') ? { email: name } : { username: name };
  const body = { ...who, password, cookie: true, ...(code && { code }) };
  return (await ask(api.POST('/api/v1/auth/login', { body }))).user;
}

/** For who has shown an account elsewhere: the ticket that this has left, and the code of the second factor. */
export async function signInByTicket(ticket: string, code: string): Promise<User> {
  return (await ask(api.POST('/api/v1/auth/login', { body: { ticket, code, cookie: true } }))).user;
}

export const signOut = (): Promise<void> => tell(api.POST('/api/v1/auth/logout'));

/** Sends a link to the address, if it is somebody's; the answer is always the same. */
export const forgetPassword = (email: string): Promise<void> =>
  tell(api.POST('/api/v1/auth/password/forgot', { body: { email } }));

export const resetPassword = (token: string, next: string): Promise<void> =>
  tell(api.POST('/api/v1/auth/password/reset', { body: { token, new_password: next } }));

export const verifyEmail = (token: string): Promise<User> =>
  ask(api.POST('/api/v1/auth/verify-email', { body: { token } }));

/** Where a provider's sign-in begins: `link` connects it with the account that is signed in. */
export function providerAddress(
  provider: Provider,
  to: string,
  more: { link?: boolean; invitation?: string } = {},
): string {
  const path =
    provider.kind === 'spotify' ? '/auth/spotify/login' : `/auth/oidc/${encodeURIComponent(provider.id)}/login`;
  const query = new URLSearchParams({ to: `/app${to}` });
  if (more.link) query.set('link', 'true');
  if (more.invitation) query.set('invitation', more.invitation);
  return `/api/v1${path}?${query}`;
}
