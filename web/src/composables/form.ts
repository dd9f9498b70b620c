import { ref, shallowRef } from 'vue';
import { ApiError } from '@/api/errors';

/**
 * What every form needs: whether it is being sent, the sentences beside its fields, and the error that belongs to none
 * of them. `shown` names the fields that can show a sentence.
 */
export function useForm(shown: readonly string[] = []) {
  const busy = ref(false);
  const error = shallowRef<unknown>(null);
  const fields = ref<Record<string, string[]>>({});

  function reset(): void {
    error.value = null;
    fields.value = {};
  }

  /** Runs the sending; true where the server took it. */
  async function submit(send: () => Promise<unknown>): Promise<boolean> {
    if (busy.value) return false;
    busy.value = true;
    reset();
    try {
      await send();
      return true;
    } catch (refused) {
      fields.value = refused instanceof ApiError ? refused.fields : {};
      if (!shown.some((field) => fields.value[field])) error.value = refused;
      return false;
    } finally {
      busy.value = false;
    }
  }

  return { busy, error, fields, submit, reset };
}
