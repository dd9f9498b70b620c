import { computed, onScopeDispose, ref, shallowRef, watch } from 'vue';
import type { PlayableSong } from '@/api/types';

/** How far from its old place a chosen song is looked for when the list was read anew. */
const REACH = 200;

interface Chooser {
  songs: () => PlayableSong[];
}

const active = shallowRef<Chooser | null>(null);

/** The songs chosen in the list that was used last; null when none are. */
export function chosenSongs(): PlayableSong[] | null {
  const songs = active.value?.songs() ?? [];
  return songs.length > 0 ? songs : null;
}

/**
 * Selection in a long list by place: one click, with shift a range, with ⌘ or control one more. `songAt` gives the song
 * at a place, or undefined where it is not loaded yet.
 */
export function useSongSelection(songAt: (place: number) => PlayableSong | undefined) {
  const places = ref<ReadonlySet<number>>(new Set());
  const anchor = ref(-1);

  const sorted = computed(() => [...places.value].sort((left, right) => left - right));
  const songs = computed(() =>
    sorted.value.map((place) => songAt(place)).filter((song): song is PlayableSong => song !== undefined),
  );
  const chooser: Chooser = { songs: () => songs.value };

  const idsOf = () => new Map(sorted.value.map((place) => [place, songAt(place)?.id]));

  function placeNear(place: number, id: number): number | undefined {
    for (let step = 0; step <= REACH; step += 1) {
      if (songAt(place + step)?.id === id) return place + step;
      if (step <= place && songAt(place - step)?.id === id) return place - step;
    }
    return undefined;
  }

  // Where rows move under the selection it stays with the songs: what was not chosen must not become chosen.
  watch(idsOf, (now, before) => {
    const isMoved = (place: number) => before.get(place) !== undefined && before.get(place) !== now.get(place);
    if (![...now.keys()].some(isMoved)) return;
    const following = [...now].map(([place]) =>
      isMoved(place) ? placeNear(place, before.get(place) as number) : place,
    );
    places.value = new Set(following.filter((place) => place !== undefined));
    anchor.value = -1;
  });

  function choose(place: number, event: { shiftKey: boolean; metaKey: boolean; ctrlKey: boolean }): void {
    active.value = chooser;
    if (event.shiftKey && anchor.value >= 0) {
      const [first, last] = [Math.min(anchor.value, place), Math.max(anchor.value, place)];
      places.value = new Set(Array.from({ length: last - first + 1 }, (_, step) => first + step));
      return;
    }
    anchor.value = place;
    if (event.metaKey || event.ctrlKey) {
      const changed = new Set(places.value);
      if (!changed.delete(place)) changed.add(place);
      places.value = changed;
      return;
    }
    places.value = new Set([place]);
  }

  function clear(): void {
    places.value = new Set();
    anchor.value = -1;
  }

  onScopeDispose(() => {
    if (active.value === chooser) active.value = null;
  });

  return { places, songs, sorted, choose, clear };
}
