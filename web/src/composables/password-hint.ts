import { useQuery } from '@tanstack/vue-query';
import { computed } from 'vue';
import { listIdentities } from '@/api/security';
import { translate } from '@/messages';

/** Whoever came by an account elsewhere may have no password here; then the field for it stays empty. */
export function usePasswordHint() {
  const { data } = useQuery({ queryKey: ['identities'], queryFn: listIdentities });
  return computed(() => ((data.value?.length ?? 0) > 0 ? translate('security.noPassword') : ''));
}
