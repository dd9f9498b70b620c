/** Sign-in, the account itself and the passwords of other apps. */
import { api, ask, tell } from './client';
import type { AppPassword, NewAppPassword, User } from './types';

export interface Newcomer {
  username: string;
  email: string;
  password: string;
}

export const readMe = (): Promise<User> => ask(api.GET('/api/v1/auth/me'));

export const isSetupNeeded = async (): Promise<boolean> => (await ask(api.GET('/api/v1/setup'))).needed;

export async function setUp(token: string, newcomer: Newcomer): Promise<User> {
  const body = { ...newcomer, setup_token: token, cookie: true };
  return (await ask(api.POST('/api/v1/setup', { body }))).user;
}

export async function register(newcomer: Newcomer): Promise<User> {
  return (await ask(api.POST('/api/v1/auth/register', { body: { ...newcomer, cookie: true } }))).user;
}

/** `name` is a user name or an e-mail address. */
export async function signIn(name: string, password: string): Promise<User> {
  const who = name.includes('@') ? { email: name } : { username: name };
  return (await ask(api.POST('/api/v1/auth/login', { body: { ...who, password, cookie: true } }))).user;
}

export const signOut = (): Promise<void> => tell(api.POST('/api/v1/auth/logout'));

export const changePassword = (current: string, next: string): Promise<void> =>
  tell(api.PUT('/api/v1/auth/password', { body: { current_password: current, new_password: next } }));

export const listAppPasswords = (): Promise<AppPassword[]> => ask(api.GET('/api/v1/auth/app-passwords'));

export const createAppPassword = (name: string): Promise<NewAppPassword> =>
  ask(api.POST('/api/v1/auth/app-passwords', { body: { name } }));

export const revokeAppPassword = (id: number): Promise<void> =>
  tell(api.DELETE('/api/v1/auth/app-passwords/{id}', { params: { path: { id } } }));
