import { type InjectionKey, inject, type Ref, ref } from 'vue';

/** The element that scrolls the page. */
export const paneKey: InjectionKey<Ref<HTMLElement | null>> = Symbol('pane');

export function usePane(): Ref<HTMLElement | null> {
  return inject(paneKey, ref(null));
}
