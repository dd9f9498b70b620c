/** What narrows and orders a list, as part of the address: links keep it, and "back" takes the last change away. */
import { computed } from 'vue';
import { type LocationQuery, useRoute, useRouter } from 'vue-router';

export const formats = ['flac', 'alac', 'wav', 'aiff', 'wavpack', 'mp3', 'aac', 'vorbis', 'opus', 'mp2'] as const;
/** Days back from today. */
export const ages = ['7', '30', '90', '365'] as const;
export const ratings = ['3', '4', '5'] as const;

/** An empty text narrows nothing. `uploader` is the id of somebody. */
export interface ListFilters {
  genre: string;
  from: string;
  to: string;
  format: string;
  added: string;
  rating: string;
  starred: string;
  library: string;
  uploader: string;
}
export type FilterName = keyof ListFilters;

const WHOLE = /^[1-9]\d{0,17}$/;
const YEAR = /^\d{1,4}$/;
const isOneOf = (values: readonly string[]) => (text: string) => values.includes(text);
/** What an address may say; anything else narrows nothing. */
const takes: Record<FilterName, (text: string) => boolean> = {
  genre: (text) => text.length <= 1000,
  from: (text) => YEAR.test(text),
  to: (text) => YEAR.test(text),
  format: isOneOf(formats),
  added: isOneOf(ages),
  rating: isOneOf(ratings),
  starred: isOneOf(['1']),
  library: (text) => WHOLE.test(text),
  uploader: (text) => WHOLE.test(text),
};
const NAMES = Object.keys(takes) as FilterName[];

export const nothing = (): ListFilters => Object.fromEntries(NAMES.map((name) => [name, ''])) as unknown as ListFilters;

/** The filters of an address, of those that the list knows. */
export function filtersOf(query: LocationQuery, known: readonly FilterName[]): ListFilters {
  const found = nothing();
  for (const name of known) {
    const text = query[name];
    if (typeof text === 'string' && takes[name](text)) found[name] = text;
  }
  return found;
}

/** The beginning of the day so many days ago: the same all day, so that a list is not a new one with every look. */
export function daysAgo(days: number, now = Date.now()): string {
  const day = new Date(now - days * 86_400_000);
  return `${day.toISOString().slice(0, 10)}T00:00:00Z`;
}

/** What the server is asked for. */
export function queryOf(filters: ListFilters) {
  const { genre, from, to, format, added, rating, starred, library, uploader } = filters;
  return {
    ...(genre && { genre }),
    ...(from && { year_from: Number(from) }),
    ...(to && { year_to: Number(to) }),
    ...(format && { format }),
    ...(added && { added_since: daysAgo(Number(added)) }),
    ...(rating && { rating_from: Number(rating) }),
    ...(starred && { starred: true }),
    ...(library && { library_id: Number(library) }),
    ...(uploader && { uploader_id: Number(uploader) }),
  };
}

export function useListFilters(known: readonly FilterName[] = NAMES) {
  const route = useRoute();
  const router = useRouter();
  const filters = computed(() => filtersOf(route.query, known));
  const narrowed = computed(() => queryOf(filters.value));
  const count = computed(() => {
    const { from, to, ...others } = filters.value;
    return Object.values(others).filter(Boolean).length + (from || to ? 1 : 0);
  });

  function set(changed: Partial<ListFilters>): void {
    const query: LocationQuery = { ...route.query };
    for (const [name, text] of Object.entries(changed)) {
      if (text) query[name] = text;
      else delete query[name];
    }
    void router.push({ query });
  }

  return { known, filters, narrowed, count, set, clear: () => set(nothing()) };
}
export type UsedFilters = ReturnType<typeof useListFilters>;

/** The orders that songs and albums share, beside those by name. */
export const sharedSorts = [
  'newest',
  'year',
  'own_most_played',
  'most_played',
  'recently_played',
  'rating',
  'random',
] as const;
/** Orders that hold only what this person has heard or rated. */
export const ownSorts: readonly string[] = ['own_most_played', 'recently_played', 'rating'];

/** The order of a list and the end it is read from. */
export function useListOrder<Sort extends string>(sorts: readonly Sort[], usual: Sort) {
  const route = useRoute();
  const router = useRouter();
  const sort = computed<Sort>({
    get: () => sorts.find((one) => one === route.query.sort) ?? usual,
    set: (chosen) => {
      const { sort: _, order: __, ...query } = route.query;
      void router.replace({ query: chosen === usual ? query : { ...query, sort: chosen } });
    },
  });
  const isReversed = computed<boolean>({
    get: () => sort.value !== 'random' && route.query.order === 'reversed',
    set: (reversed) => {
      const { order: _, ...query } = route.query;
      void router.replace({ query: reversed ? { ...query, order: 'reversed' } : query });
    },
  });
  const ordered = computed(() => ({ sort: sort.value, ...(isReversed.value && { reverse: true }) }));
  return { sort, isReversed, ordered };
}
