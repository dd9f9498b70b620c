/** Playing ends by itself: after so many minutes, or with the song or album. */
import { computed, ref } from 'vue';
import { type Playable, songIn } from './items';

export type SleepWish = { kind: 'minutes'; minutes: number } | { kind: 'song' } | { kind: 'album' };

/** The sound falls away over the last seconds of the time. */
export const FADE_SECONDS = 20;
const STEP_MILLISECONDS = 250;

interface Sleeper {
  /** 1 is as loud as ever, 0 silent. */
  fade(factor: number): void;
  end(): void;
}

export type SleepTimer = ReturnType<typeof makeSleepTimer>;

export function makeSleepTimer(sleeper: Sleeper, now: () => number = Date.now) {
  const wish = ref<SleepWish | null>(null);
  const endsAt = ref(0);
  const left = ref(0);
  /** Grows when the time is over: whatever else sounds ends with it. */
  const ends = ref(0);
  let timer: ReturnType<typeof setInterval> | undefined;

  function clear(): void {
    clearInterval(timer);
    if (wish.value?.kind === 'minutes') sleeper.fade(1);
    wish.value = null;
    left.value = 0;
  }

  function look(): void {
    left.value = Math.max(0, (endsAt.value - now()) / 1000);
    if (left.value > 0) {
      if (left.value < FADE_SECONDS) sleeper.fade((left.value / FADE_SECONDS) ** 2);
      return;
    }
    sleeper.end();
    ends.value += 1;
    clear();
  }

  function set(wanted: SleepWish): void {
    clear();
    wish.value = wanted;
    if (wanted.kind !== 'minutes') return;
    endsAt.value = now() + wanted.minutes * 60_000;
    look();
    timer = setInterval(look, STEP_MILLISECONDS);
  }

  /** Whether playing ends between these two; an episode stands in no album. */
  function endsBetween(item: Playable | null, following: Playable | null): boolean {
    if (wish.value?.kind === 'song') return true;
    if (wish.value?.kind !== 'album' || !item) return false;
    const album = songIn(item)?.album_id ?? null;
    return album === null || songIn(following)?.album_id !== album;
  }

  return { wish, left, ends, isSet: computed(() => wish.value !== null), set, clear, endsBetween };
}
