import { type Ref, ref, watch } from 'vue';
import { usePane } from './pane';

/** How far below the top of the scrolled page an element begins, in pixels; measured anew when `changes` does. */
export function useOffsetInPane(element: Ref<HTMLElement | null>, changes: Ref<unknown>) {
  const pane = usePane();
  const offset = ref(0);

  watch(
    [element, pane, changes],
    () => {
      if (!element.value || !pane.value) return;
      const top = element.value.getBoundingClientRect().top - pane.value.getBoundingClientRect().top;
      offset.value = Math.max(0, Math.round(top + pane.value.scrollTop));
    },
    { flush: 'post', immediate: true },
  );

  return offset;
}
