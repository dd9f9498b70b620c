import { useIntervalFn } from '@vueuse/core';
import { type MaybeRefOrGetter, ref, toValue, watch } from 'vue';
import { ApiError } from '@/api/errors';

/** Whole seconds until the same may be tried again, counted down; null for an error that names no wait. */
export function useWait(error: MaybeRefOrGetter<unknown>) {
  const seconds = ref<number | null>(null);
  let until = 0;

  function count(): void {
    const left = Math.max(0, Math.ceil((until - Date.now()) / 1000));
    seconds.value = left;
    if (left === 0) pause();
  }
  const { pause, resume } = useIntervalFn(count, 1000, { immediate: false });

  watch(
    () => toValue(error),
    (now) => {
      pause();
      seconds.value = null;
      if (!(now instanceof ApiError) || now.status !== 429 || now.retryAfter <= 0) return;
      until = Date.now() + now.retryAfter * 1000;
      count();
      resume();
    },
    { immediate: true },
  );
  return seconds;
}
