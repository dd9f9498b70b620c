import { computed } from 'vue';
import { useRoute, useRouter } from 'vue-router';

/** The order of a list as part of the address, so that links and "back" keep it. */
export function useSortInAddress<Sort extends string>(sorts: readonly Sort[], usual: Sort) {
  const route = useRoute();
  const router = useRouter();
  return computed<Sort>({
    get: () => sorts.find((sort) => sort === route.query.sort) ?? usual,
    set: (sort) => void router.replace({ query: { ...route.query, sort: sort === usual ? undefined : sort } }),
  });
}
