import { useQueryClient } from '@tanstack/vue-query';
import { computed, type MaybeRefOrGetter, ref, shallowReactive, toValue, watch } from 'vue';
import type { Window } from '@/api/catalogue';
import type { Slice } from '@/api/types';

const PAGE = 100;

interface SparseListOptions<Item> {
  /** Tells lists apart in the cache; a change starts anew. */
  queryKey: MaybeRefOrGetter<readonly unknown[]>;
  fetchPage: (window: Window) => Promise<Slice<Item>>;
}

/**
 * A list of any length of which only the looked-at pages are fetched: jumping to row 90,000 fetches one page. Pages stay
 * in the query cache, so that going back shows them at once.
 */
export function useSparseList<Item>({ queryKey, fetchPage }: SparseListOptions<Item>) {
  const queryClient = useQueryClient();
  const pages = shallowReactive(new Map<number, Item[]>());
  const total = ref<number | null>(null);
  const error = ref<unknown>(null);
  const pending = new Set<number>();

  const keyOf = (page: number) => [...toValue(queryKey), 'page', page];

  function takePage(page: number, slice: Slice<Item>): void {
    pages.set(page, slice.items);
    total.value = slice.total;
    error.value = null;
  }

  async function loadPage(page: number): Promise<void> {
    if (pages.has(page) || pending.has(page)) return;
    const key = keyOf(page);
    const cached = queryClient.getQueryData<Slice<Item>>(key);
    if (cached) takePage(page, cached);
    pending.add(page);
    try {
      const slice = await queryClient.fetchQuery({
        queryKey: key,
        queryFn: () => fetchPage({ limit: PAGE, offset: page * PAGE }),
      });
      if (JSON.stringify(keyOf(page)) === JSON.stringify(key)) takePage(page, slice);
    } catch (problem) {
      if (!cached) error.value = problem;
    } finally {
      pending.delete(page);
    }
  }

  /** Fetches what rows `first` to `last` need. */
  function show(first: number, last: number): void {
    const lastPage = Math.floor(Math.max(first, last) / PAGE);
    for (let page = Math.floor(Math.max(0, first) / PAGE); page <= lastPage; page += 1) void loadPage(page);
  }

  function itemAt(place: number): Item | undefined {
    return pages.get(Math.floor(place / PAGE))?.[place % PAGE];
  }

  function restart(): void {
    pages.clear();
    pending.clear();
    error.value = null;
    void loadPage(0);
  }

  watch(
    () => JSON.stringify(toValue(queryKey)),
    () => {
      total.value = null;
      restart();
    },
    { immediate: true },
  );

  /** Everything loaded from `place` on without a gap. */
  function loadedFrom(place: number): Item[] {
    const items: Item[] = [];
    for (let at = place; ; at += 1) {
      const item = itemAt(at);
      if (item === undefined) return items;
      items.push(item);
    }
  }

  const empty = computed(() => total.value === 0);

  return { total, error, empty, itemAt, loadedFrom, show, restart };
}
