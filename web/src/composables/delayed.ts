import { type MaybeRefOrGetter, onScopeDispose, ref, toValue, watch } from 'vue';

/** True once `waiting` has been true for a moment: what comes at once never flashes a placeholder. */
export function useDelayed(waiting: MaybeRefOrGetter<boolean>, milliseconds = 150) {
  const shown = ref(false);
  let timer: ReturnType<typeof setTimeout> | undefined;
  watch(
    () => toValue(waiting),
    (isWaiting) => {
      clearTimeout(timer);
      if (!isWaiting) shown.value = false;
      else timer = setTimeout(() => (shown.value = true), milliseconds);
    },
    { immediate: true },
  );
  onScopeDispose(() => clearTimeout(timer));
  return shown;
}
