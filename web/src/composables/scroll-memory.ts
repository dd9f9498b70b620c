import { nextTick, type Ref } from 'vue';
import type { Router } from 'vue-router';

const KEPT = 60;
/** Longer than this nothing that comes from the cache takes to be drawn. */
const MOST_FRAMES = 30;

/** Each entry of the browser's history has its own place, also when one page stands in it twice. */
const keyOf = (path: string) => `${window.history.state?.position ?? 0}:${path}`;

/** Remembers where each entry of the browser's history was scrolled to, and goes there on the way back. */
export function rememberScroll(router: Router, pane: Ref<HTMLElement | null>): () => void {
  const positions = new Map<string, number>();
  let shown = keyOf(router.currentRoute.value.path);

  const stopBefore = router.beforeEach((to, from) => {
    if (to.path === from.path) return;
    positions.delete(shown);
    positions.set(shown, pane.value?.scrollTop ?? 0);
    const oldest = positions.keys().next().value;
    if (positions.size > KEPT && oldest !== undefined) positions.delete(oldest);
  });

  const stopAfter = router.afterEach(async (to, from, failure) => {
    if (failure) return;
    shown = keyOf(to.path);
    if (to.path === from.path) return;
    const wanted = positions.get(shown) ?? 0;
    await nextTick();
    await scrollWhenTallEnough(pane, wanted);
  });

  return () => {
    stopBefore();
    stopAfter();
  };
}

async function scrollWhenTallEnough(pane: Ref<HTMLElement | null>, wanted: number): Promise<void> {
  pane.value?.scrollTo({ top: wanted });
  for (let frame = 0; frame < MOST_FRAMES && wanted > 0; frame += 1) {
    await new Promise((resolve) => requestAnimationFrame(resolve));
    if (!pane.value || Math.abs(pane.value.scrollTop - wanted) < 2) return;
    pane.value.scrollTo({ top: wanted });
  }
}
