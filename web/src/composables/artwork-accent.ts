import { computed, type MaybeRefOrGetter, ref, toValue, watch } from 'vue';
import { pictureAddress } from '@/api/addresses';
import { pictureOf } from '@/player/items';
import { usePlayer } from '@/stores/player';
import { usePreferences } from '@/stores/preferences';
import { type ArtworkColour, artworkColour } from './artwork-colour';

/** The colour of a picture, kept until the next one is known, so that nothing flashes in between. */
export function useArtworkColour(address: MaybeRefOrGetter<string | null>) {
  const colour = ref<ArtworkColour | null>(null);
  watch(
    () => toValue(address),
    async (wanted) => {
      if (!wanted) {
        colour.value = null;
        return;
      }
      const found = await artworkColour(wanted);
      if (toValue(address) === wanted) colour.value = found;
    },
    { immediate: true },
  );
  return colour;
}

function properties(colour: ArtworkColour | null): Record<string, string> {
  if (!colour) return {};
  return { '--accent-hue': colour.hue.toFixed(1), '--accent-chroma': colour.chroma.toFixed(3) };
}

/** Style for a part of the page that carries the colour of its own picture; use it with the class `accent-scope`. */
export function useAccentScope(address: MaybeRefOrGetter<string | null>) {
  const preferences = usePreferences();
  const colour = useArtworkColour(address);
  return computed(() => (preferences.artworkColour ? properties(colour.value) : {}));
}

/** The whole page takes the colour of what plays. */
export function useArtworkAccent(): void {
  const player = usePlayer();
  const preferences = usePreferences();
  const colour = useArtworkColour(() => {
    const { item } = player;
    return item && preferences.artworkColour ? pictureAddress(pictureOf(item), 64) : null;
  });
  watch(colour, (found) => {
    const root = document.documentElement.style;
    const wanted = properties(found);
    for (const name of ['--accent-hue', '--accent-chroma']) {
      const value = wanted[name];
      if (value) root.setProperty(name, value);
      else root.removeProperty(name);
    }
  });
}
