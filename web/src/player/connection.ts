/** Whether each megabyte counts, as far as the browser tells. */
import { useEventListener } from '@vueuse/core';
import { computed, type Ref, ref } from 'vue';

interface Connection extends EventTarget {
  type?: string;
  saveData?: boolean;
}

function connection(): Connection | null {
  return (navigator as Navigator & { connection?: Connection }).connection ?? null;
}

/** A browser that tells nothing of its connection is taken to be on one that costs nothing. */
export function isMetered(of: Connection | null = connection()): boolean {
  return of !== null && (of.saveData === true || of.type === 'cellular');
}

export function tellsConnection(): boolean {
  return connection() !== null;
}

export function useMetered(): Ref<boolean> {
  const changes = ref(0);
  const found = connection();
  if (found?.addEventListener) useEventListener(found, 'change', () => (changes.value += 1));
  return computed(() => changes.value >= 0 && isMetered());
}
