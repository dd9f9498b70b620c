import { nextTick } from 'vue';
import { isCalm } from '@/composables/calm';
import { router } from '@/router';
import { usePlayer } from '@/stores/player';

/** Now playing is part of the address, so that "back" closes it. */
export function isNowPlayingOpen(): boolean {
  return router.currentRoute.value.query.playing !== undefined;
}

async function change(): Promise<void> {
  const { query } = router.currentRoute.value;
  if (!isNowPlayingOpen()) {
    await router.push({ query: { ...query, playing: null } });
  } else if (window.history.state?.back) {
    router.back();
    await new Promise<void>((resolve) => {
      const stop = router.afterEach(() => {
        stop();
        resolve();
      });
    });
  } else {
    const { playing: _closed, ...others } = query;
    await router.replace({ query: others });
  }
  await nextTick();
}

/** Opens or closes now playing; where the browser can, the artwork grows out of the bar. */
export function toggleNowPlaying(): void {
  if (!usePlayer().item && !isNowPlayingOpen()) return;
  if (isCalm() || !document.startViewTransition) {
    void change();
    return;
  }
  const transition = document.startViewTransition(change);
  // A window that changes its size, or a slow machine, ends the movement early: the page is right all the same.
  const endEarly = () => undefined;
  transition.ready.catch(endEarly);
  transition.finished.catch(endEarly);
  transition.updateCallbackDone.catch(endEarly);
}
