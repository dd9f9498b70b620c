import { usePreferredColorScheme, usePreferredContrast, useStorage } from '@vueuse/core';
import { defineStore } from 'pinia';
import { computed, watchEffect } from 'vue';
import type { Kind } from '@/player/kinds';
import type { Levelling } from '@/player/loudness';
import type { Quality } from '@/player/sources';

export type ThemeChoice = 'system' | 'dark' | 'light' | 'contrast';
export const themeChoices: readonly ThemeChoice[] = ['system', 'dark', 'light', 'contrast'];

/** What this browser remembers for the person in front of it. */
export const usePreferences = defineStore('preferences', () => {
  const theme = useStorage<ThemeChoice>('antiphon.theme', 'system');
  const artworkColour = useStorage('antiphon.artwork-colour', true);
  const volume = useStorage('antiphon.volume', 0.85);
  const muted = useStorage('antiphon.muted', false);
  const levelling = useStorage<Levelling>('antiphon.levelling', 'auto');
  /** Decibel that are added to what the gain says. */
  const preamp = useStorage('antiphon.preamp', 0);
  const preventClipping = useStorage('antiphon.prevent-clipping', true);
  const quality = useStorage<Quality>('antiphon.quality', 'original');
  /** Where the browser says that each megabyte counts. */
  const meteredQuality = useStorage<Quality>('antiphon.quality-metered', 'normal');
  /** Seconds in which songs run into each other; 0 for end to end. */
  const crossfade = useStorage('antiphon.crossfade', 0);
  const speeds = useStorage<Record<Kind, number>>('antiphon.speeds', { music: 1, spoken: 1 });
  const recentSearches = useStorage<string[]>('antiphon.searches', []);

  const scheme = usePreferredColorScheme();
  const contrast = usePreferredContrast();

  const appliedTheme = computed<Exclude<ThemeChoice, 'system'>>(() => {
    if (theme.value !== 'system') return theme.value;
    if (contrast.value === 'more') return 'contrast';
    return scheme.value === 'light' ? 'light' : 'dark';
  });

  watchEffect(() => {
    document.documentElement.dataset.theme = appliedTheme.value;
  });

  function rememberSearch(words: string): void {
    const cleaned = words.trim();
    if (!cleaned) return;
    const others = recentSearches.value.filter((known) => known.toLowerCase() !== cleaned.toLowerCase());
    recentSearches.value = [cleaned, ...others].slice(0, 8);
  }

  function forgetSearches(): void {
    recentSearches.value = [];
  }

  return {
    theme,
    appliedTheme,
    artworkColour,
    volume,
    muted,
    levelling,
    preamp,
    preventClipping,
    quality,
    meteredQuality,
    crossfade,
    speeds,
    recentSearches,
    rememberSearch,
    forgetSearches,
  };
});
