import { useQuery } from '@tanstack/vue-query';
import { computed } from 'vue';
import { useRoute, useRouter } from 'vue-router';
import { listLibraries } from '@/api/catalogue';

/** The library that a list is narrowed to, as part of the address, so that links and "back" keep it. */
export function useLibraryInAddress() {
  const route = useRoute();
  const router = useRouter();
  const { data } = useQuery({ queryKey: ['libraries'], queryFn: listLibraries });
  const libraries = computed(() => data.value ?? []);
  const chosen = computed<string>({
    get: () => (/^[1-9]\d{0,17}$/.test(String(route.query.library)) ? String(route.query.library) : ''),
    set: (library) => void router.replace({ query: { ...route.query, library: library || undefined } }),
  });
  /** What narrows a list: nothing while all libraries are shown. */
  const narrowed = computed(() => (chosen.value ? { library_id: Number(chosen.value) } : {}));
  return { chosen, libraries, narrowed };
}
