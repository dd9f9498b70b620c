import { nextTick, type Ref } from 'vue';
import type { Router } from 'vue-router';

const KEPT = 60;

/** Remembers where each entry of the browser's history was scrolled to, and goes there on the way back. */
export function rememberScroll(router: Router, pane: Ref<HTMLElement | null>): () => void {
  const positions = new Map<string, number>();
  const keyOf = (path: string) => `${window.history.state?.position ?? 0}:${path}`;
  let leaving = keyOf(router.currentRoute.value.path);
  let back = false;

  const onPop = () => {
    back = true;
  };
  // Captured, so that it is known before the router's own listener begins to navigate.
  window.addEventListener('popstate', onPop, { capture: true });

  const stopBefore = router.beforeEach((to, from) => {
    if (to.path === from.path) return;
    positions.set(leaving, pane.value?.scrollTop ?? 0);
    const oldest = positions.keys().next().value;
    if (positions.size > KEPT && oldest !== undefined) positions.delete(oldest);
  });

  const stopAfter = router.afterEach(async (to, from) => {
    leaving = keyOf(to.path);
    const wanted = back ? (positions.get(leaving) ?? 0) : 0;
    back = false;
    if (to.path === from.path) return;
    await nextTick();
    pane.value?.scrollTo({ top: wanted });
    if (wanted > 0) await scrollWhenTallEnough(pane, wanted);
  });

  return () => {
    window.removeEventListener('popstate', onPop, { capture: true });
    stopBefore();
    stopAfter();
  };
}

/** What comes from the cache is drawn within a few frames; after that the page stays where it is. */
async function scrollWhenTallEnough(pane: Ref<HTMLElement | null>, wanted: number): Promise<void> {
  for (let frame = 0; frame < 20; frame += 1) {
    if (!pane.value || Math.abs(pane.value.scrollTop - wanted) < 2) return;
    await new Promise((resolve) => requestAnimationFrame(resolve));
    pane.value?.scrollTo({ top: wanted });
  }
}
