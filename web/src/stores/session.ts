import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import * as account from '@/api/account';
import { ApiError } from '@/api/errors';
import type { User } from '@/api/types';
import { doWaiting } from '@/commands/later';

/** Who is signed in. `null` with `known` means: nobody. */
export const useSession = defineStore('session', () => {
  const user = ref<User | null>(null);
  const known = ref(false);
  /** Why it is not known who is signed in, as long as it is not. */
  const problem = shallowRef<unknown>(null);

  const isAdmin = computed(() => user.value?.roles.includes('admin') ?? false);
  /** Whether the role lets music be brought; a right that was taken away is told by the page. */
  const mayUpload = computed(() => user.value?.roles.some((role) => role === 'artist' || role === 'admin') ?? false);
  const displayName = computed(() => user.value?.full_name?.trim() || user.value?.username || '');

  function enter(entered: User): void {
    user.value = entered;
    known.value = true;
    problem.value = null;
  }

  /** Asks the server who the cookie belongs to; without an answer `problem` says why. */
  async function load(): Promise<void> {
    try {
      enter(await account.readMe());
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) forget();
      else problem.value = error;
    }
  }

  async function signIn(name: string, password: string, code = ''): Promise<void> {
    enter(await account.signIn(name, password, code));
  }

  /** False where an admin has to let the new account in first. */
  async function register(newcomer: account.Newcomer): Promise<boolean> {
    const { user: registered, signedIn } = await account.register(newcomer);
    if (signedIn) enter(registered);
    return signedIn;
  }

  async function setUp(token: string, newcomer: account.Newcomer): Promise<void> {
    enter(await account.setUp(token, newcomer));
  }

  async function signOut(): Promise<void> {
    // Nobody could do it any more afterwards.
    await doWaiting();
    await account.signOut();
    forget();
  }

  function forget(): void {
    user.value = null;
    known.value = true;
    problem.value = null;
  }

  return {
    user,
    known,
    problem,
    isAdmin,
    mayUpload,
    displayName,
    load,
    signIn,
    register,
    setUp,
    signOut,
    enter,
    forget,
  };
});
