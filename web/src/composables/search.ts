import { keepPreviousData, useQuery } from '@tanstack/vue-query';
import { refDebounced } from '@vueuse/core';
import { computed, type Ref } from 'vue';
import { search } from '@/api/catalogue';

const WAIT_MILLISECONDS = 80;

/** What the server takes. A longer text is searched for by its beginning. */
export const MOST_LETTERS = 1000;

/** Without half a letter at the end: some take two places. */
export const searchable = (words: string): string => [...words.trim()].slice(0, MOST_LETTERS).join('').trim();

/** Results while the person types; those of the last words stay until the new ones are there. */
export function useSearch(words: Ref<string>, limit: number) {
  const settled = refDebounced(words, WAIT_MILLISECONDS);
  const searched = computed(() => searchable(settled.value));
  const query = useQuery({
    queryKey: computed(() => ['search', searched.value, limit]),
    queryFn: ({ signal }) => search(searched.value, limit, signal),
    enabled: computed(() => searched.value.length > 0),
    placeholderData: keepPreviousData,
  });
  const result = computed(() => (searched.value ? query.data.value : undefined));
  return { result, error: query.error, searched, refetch: query.refetch };
}
