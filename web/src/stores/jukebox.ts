import { defineStore } from 'pinia';
import { computed, ref, shallowRef } from 'vue';
import { addToJukebox, changeJukebox, type JukeboxState, readJukebox } from '@/api/jukebox';
import type { PlayableSong } from '@/api/types';
import { translate } from '@/messages';
import { useNotices } from './notices';

/** What the server plays on its own output, where it has one and this person may use it. */
export const useJukebox = defineStore('jukebox', () => {
  const state = shallowRef<JukeboxState | null>(null);
  /** When the state was told, by this machine's clock. */
  const toldAt = ref(0);
  const isThere = computed(() => state.value !== null);
  const current = computed(() => state.value?.songs[state.value.place] ?? null);

  function tell(told: JukeboxState | null): void {
    state.value = told;
    toldAt.value = Date.now();
  }

  /** Where the sound is now, in seconds. */
  function position(now: number): number {
    if (!state.value) return 0;
    const passed = state.value.playing ? Math.max(0, now - toldAt.value) / 1000 : 0;
    return Math.min(state.value.position + passed, current.value?.duration ?? 0);
  }

  async function refresh(): Promise<void> {
    // Who cannot be asked now is asked again at the next look.
    await readJukebox().then(tell, () => undefined);
  }

  /** Does something with it and shows what has become of it; false where the server refuses. */
  async function act(deed: () => Promise<JukeboxState>): Promise<boolean> {
    try {
      tell(await deed());
      return true;
    } catch (refused) {
      useNotices().showFailure(translate('jukebox.notDone'), refused);
      await refresh();
      return false;
    }
  }

  /** Lines songs up, and begins where there is silence. */
  async function add(songs: readonly PlayableSong[]): Promise<void> {
    const ids = songs.map((song) => song.id);
    const wasSilent = !state.value?.playing;
    const first = state.value?.songs.length ?? 0;
    const done = await act(() => addToJukebox(ids));
    if (!done) return;
    if (wasSilent) await act(() => changeJukebox({ place: first, position: 0 }));
    useNotices().show(translate('jukebox.added', { title: songs[0]?.title ?? '' }, songs.length));
  }

  void refresh();
  return { state, isThere, current, position, refresh, act, add };
});
