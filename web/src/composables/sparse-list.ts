import { useQuery, useQueryClient } from '@tanstack/vue-query';
import { computed, type MaybeRefOrGetter, onScopeDispose, ref, shallowReactive, toValue, useId, watch } from 'vue';
import type { Window } from '@/api/catalogue';
import type { Slice } from '@/api/types';

const PAGE = 100;
/** Changes that are told in one go are asked about once. Milliseconds. */
const GATHER = 100;

interface SparseListOptions<Item> {
  /** Tells lists apart in the cache; a change starts anew. */
  queryKey: MaybeRefOrGetter<readonly unknown[]>;
  fetchPage: (window: Window) => Promise<Slice<Item>>;
  /** An order that would be another one each time it is asked for is kept as it was drawn. */
  drawn?: () => boolean;
}

/**
 * A list of any length of which only the looked-at pages are fetched: jumping to row 90,000 fetches one page. Pages stay
 * in the query cache, so that going back shows them at once. When its queries are invalidated, what is looked at is read
 * anew and takes the place of the old rows once it is there; the other pages follow when they are looked at.
 */
export function useSparseList<Item>({ queryKey, fetchPage, drawn }: SparseListOptions<Item>) {
  const queryClient = useQueryClient();
  const pages = shallowReactive(new Map<number, Item[]>());
  const total = ref<number | null>(null);
  const error = ref<unknown>(null);
  const pending = new Map<number, Promise<void>>();
  /** Pages that are shown but may say what is so no more. */
  const stale = new Set<number>();
  let looked = [0];
  let isOver = false;
  onScopeDispose(() => {
    isOver = true;
  });

  const keyOf = (page: number) => [...toValue(queryKey), 'page', page];
  const nameOf = () => JSON.stringify(toValue(queryKey));

  function takePage(page: number, slice: Slice<Item>): void {
    pages.set(page, slice.items);
    stale.delete(page);
    total.value = slice.total;
    error.value = null;
    for (const known of [...pages.keys()]) if (known > 0 && known * PAGE >= slice.total) pages.delete(known);
  }

  const fetchSlice = (page: number, options: { staleTime?: number } = {}) =>
    queryClient.fetchQuery({
      queryKey: keyOf(page),
      queryFn: () => fetchPage({ limit: PAGE, offset: page * PAGE }),
      ...options,
    });

  async function readPage(page: number): Promise<void> {
    const name = nameOf();
    const cached = queryClient.getQueryData<Slice<Item>>(keyOf(page));
    if (cached && !pages.has(page)) takePage(page, cached);
    try {
      const slice = await fetchSlice(page);
      if (nameOf() === name) takePage(page, slice);
    } catch (problem) {
      if (!cached && nameOf() === name) error.value = problem;
    }
  }

  function loadPage(page: number): void {
    if ((pages.has(page) && !stale.has(page)) || pending.has(page)) return;
    const reading = readPage(page).finally(() => {
      if (pending.get(page) === reading) pending.delete(page);
    });
    pending.set(page, reading);
  }

  /** Fetches what rows `first` to `last` need. */
  function show(first: number, last: number): void {
    const firstPage = Math.floor(Math.max(0, first) / PAGE);
    const lastPage = Math.floor(Math.max(first, last, 0) / PAGE);
    looked = Array.from({ length: lastPage - firstPage + 1 }, (_, step) => firstPage + step);
    for (const page of looked) loadPage(page);
  }

  /** All pages at once, so that no row is seen twice or not at all in between. What cannot be read stays as it was. */
  async function readLooked(): Promise<void> {
    const name = nameOf();
    const wanted = [...looked];
    // An answer that was asked for before the change may not know of it.
    await Promise.all(wanted.map((page) => pending.get(page)));
    if (isOver || nameOf() !== name) return;
    try {
      const slices = await Promise.all(wanted.map((page) => fetchSlice(page, { staleTime: 0 })));
      if (nameOf() !== name) return;
      slices.forEach((slice, step) => {
        takePage(wanted[step] as number, slice);
      });
    } catch {
      // The pages are still marked as stale: they are asked for again when they are looked at or told of the next time.
    }
  }

  let reading: Promise<void> = Promise.resolve();
  let coming: Promise<void> | null = null;

  function readAnew(): Promise<void> {
    if (drawn?.()) return Promise.resolve();
    for (const page of pages.keys()) stale.add(page);
    const gathered = new Promise((resolve) => setTimeout(resolve, GATHER));
    coming ??= Promise.all([gathered, reading]).then(() => {
      coming = null;
      reading = isOver ? Promise.resolve() : readLooked();
      return reading;
    });
    return coming;
  }

  // Pages are read without being watched, and the cache forgets them after a while: this query stands for them, so that
  // whoever invalidates them calls `readAnew`, and waits for it.
  const id = useId();
  useQuery({
    queryKey: computed(() => [...toValue(queryKey), 'anew', id]),
    queryFn: async () => {
      await readAnew();
      return null;
    },
    initialData: null,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });

  function itemAt(place: number): Item | undefined {
    return pages.get(Math.floor(place / PAGE))?.[place % PAGE];
  }

  function restart(): void {
    pages.clear();
    pending.clear();
    stale.clear();
    looked = [0];
    error.value = null;
    loadPage(0);
  }

  watch(
    nameOf,
    () => {
      total.value = null;
      restart();
    },
    { immediate: true },
  );

  /** Everything loaded from `place` on without a gap, and up to where it may be so no more. */
  function loadedFrom(place: number): Item[] {
    const items: Item[] = [];
    for (let at = place; ; at += 1) {
      const item = itemAt(at);
      if (item === undefined || (at > place && stale.has(Math.floor(at / PAGE)))) return items;
      items.push(item);
    }
  }

  const empty = computed(() => total.value === 0);

  return { total, error, empty, itemAt, loadedFrom, show, restart };
}
