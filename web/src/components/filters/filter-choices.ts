/** The words of each filter: what can be chosen, and what a chosen one is called. */
import { useQuery } from '@tanstack/vue-query';
import { computed } from 'vue';
import { useI18n } from 'vue-i18n';
import { listGenres, listLibraries } from '@/api/catalogue';
import {
  ages,
  type FilterName,
  formats,
  type ListFilters,
  ratings,
  type UsedFilters,
} from '@/composables/list-filters';
import { useSession } from '@/stores/session';

export type ChoiceName = Exclude<FilterName, 'from' | 'to' | 'starred'> | 'years';
export interface Choice {
  value: string;
  text: string;
}

const FIRST_DECADE = 1950;

export function useFilterChoices({ known, filters }: UsedFilters) {
  const { t } = useI18n();
  const session = useSession();
  const { data: genres } = useQuery({ queryKey: ['genres'], queryFn: listGenres });
  const { data: libraries } = useQuery({ queryKey: ['libraries'], queryFn: listLibraries });

  const textOfYears = (from: string, to: string) => {
    if (from && to) return from === to ? from : t('filters.between', { from, to });
    return from ? t('filters.since', { year: from }) : t('filters.until', { year: to });
  };

  const decades = computed<Choice[]>(() => {
    const now = Math.floor(new Date().getFullYear() / 10) * 10;
    const starts = Array.from({ length: (now - FIRST_DECADE) / 10 + 1 }, (_, step) => now - step * 10);
    return [
      ...starts.map((start) => ({ value: `${start}-${start + 9}`, text: t('filters.decade', { start }) })),
      { value: `-${FIRST_DECADE - 1}`, text: t('filters.until', { year: FIRST_DECADE - 1 }) },
    ];
  });

  const choices = computed<Record<ChoiceName, Choice[]>>(() => ({
    genre: (genres.value?.items ?? []).map(({ name }) => ({ value: name, text: name })),
    years: decades.value,
    format: formats.map((value) => ({ value, text: t(`filters.formats.${value}`) })),
    added: ages.map((value) => ({ value, text: t(`filters.ages.${value}`) })),
    rating: ratings.map((value) => ({ value, text: t(`filters.ratings.${value}`) })),
    library: (libraries.value ?? []).map(({ id, name }) => ({ value: String(id), text: name })),
    uploader: session.user && session.mayUpload ? [{ value: String(session.user.id), text: t('filters.mine') }] : [],
  }));

  /** Those that there is something to choose in. */
  const names = computed(() => {
    const least: Partial<Record<ChoiceName, number>> = { library: 2 };
    return (Object.keys(choices.value) as ChoiceName[]).filter((name) => {
      const isKnown = name === 'years' ? known.includes('from') : known.includes(name);
      return isKnown && (choices.value[name].length >= (least[name] ?? 1) || chosenOf(filters.value, name) !== '');
    });
  });

  function chosenOf(given: ListFilters, name: ChoiceName): string {
    if (name !== 'years') return given[name];
    return given.from || given.to ? `${given.from}-${given.to}` : '';
  }

  function changeOf(name: ChoiceName, value: string): Partial<ListFilters> {
    if (name !== 'years') return { [name]: value };
    const [from = '', to = ''] = value.split('-');
    return { from, to };
  }

  /** The choices with the chosen one among them, whatever the address says. */
  function offered(name: ChoiceName): Choice[] {
    const value = chosenOf(filters.value, name);
    const given = choices.value[name];
    if (!value || given.some((one) => one.value === value)) return given;
    const { from, to } = filters.value;
    const text = name === 'years' ? textOfYears(from, to) : name === 'uploader' ? t('filters.somebody') : value;
    return [{ value, text }, ...given];
  }

  return { names, offered, chosenOf, changeOf };
}
