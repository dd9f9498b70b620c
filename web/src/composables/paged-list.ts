import { useInfiniteQuery } from '@tanstack/vue-query';
import { computed, type MaybeRefOrGetter, toValue } from 'vue';
import type { Slice } from '@/api/types';

/** A list that grows page by page when it is asked for more. `queryKey` changes with what is looked for. */
export function usePagedList<Item>(
  queryKey: MaybeRefOrGetter<readonly unknown[]>,
  read: (offset: number) => Promise<Slice<Item>>,
) {
  const query = useInfiniteQuery({
    queryKey: computed(() => toValue(queryKey)),
    queryFn: ({ pageParam }) => read(pageParam),
    initialPageParam: 0,
    getNextPageParam: (last: Slice<Item>, pages: Slice<Item>[]) => {
      const known = pages.reduce((sum, page) => sum + page.items.length, 0);
      return last.items.length > 0 && known < last.total ? known : undefined;
    },
    placeholderData: (before) => before,
  });
  const items = computed(() => query.data.value?.pages.flatMap((page) => page.items) ?? []);
  const total = computed(() => query.data.value?.pages.at(-1)?.total ?? null);
  return {
    items,
    total,
    error: query.error,
    hasMore: query.hasNextPage,
    isMoreComing: query.isFetchingNextPage,
    more: () => void query.fetchNextPage(),
    refetch: () => void query.refetch(),
  };
}
export type PagedList<Item> = ReturnType<typeof usePagedList<Item>>;
