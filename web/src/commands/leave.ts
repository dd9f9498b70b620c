import { translate } from '@/messages';
import { router } from '@/router';
import { useNotices } from '@/stores/notices';
import { useSession } from '@/stores/session';

/** Signs out; what this person heard and searched leaves the page by reloading it on the sign-in page. */
export async function leave(): Promise<void> {
  try {
    await useSession().signOut();
  } catch (error) {
    useNotices().showFailure('', error);
    return;
  }
  await router.replace({ name: 'sign-in' });
}

/** The server no longer knows the session: says so and asks for a new sign-in, then comes back to this page. */
export function sessionEnded(): void {
  const session = useSession();
  if (!session.user) return;
  session.forget();
  useNotices().show(translate('errors.signedOut'));
  const next = router.currentRoute.value.fullPath;
  void router.replace({ name: 'sign-in', query: { next } });
}
