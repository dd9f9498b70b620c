/** Publishing songs of one's own and taking that back, told with a way back. */
import { useQueryClient } from '@tanstack/vue-query';
import { ref } from 'vue';
import { useI18n } from 'vue-i18n';
import type { SongState } from '@/api/desk';
import { showSongs, type Visibility } from '@/api/uploads';
import { useNotices } from '@/stores/notices';

/** The server takes no more at once. */
const MOST = 5000;

/** Who sees a song in such a state. What was flagged is for the admins to decide, and stays as it is. */
const visibilities: Record<SongState, Visibility | null> = {
  published: 'public',
  scheduled: 'public',
  unlisted: 'unlisted',
  private: 'private',
  draft: 'draft',
  flagged: null,
};

export interface Published {
  id: number;
  state: SongState;
}

/** The songs that such a change is one for, by what they were before it. */
export function changedBy(songs: readonly Published[], wanted: Visibility): Map<Visibility, number[]> {
  const groups = new Map<Visibility, number[]>();
  for (const { id, state } of songs) {
    const before = visibilities[state];
    if (before === null || before === wanted) continue;
    groups.set(before, [...(groups.get(before) ?? []), id]);
  }
  return groups;
}

export function usePublishing() {
  const { t } = useI18n();
  const notices = useNotices();
  const queryClient = useQueryClient();
  const busy = ref(false);

  async function show(ids: number[], visibility: Visibility): Promise<void> {
    for (let first = 0; first < ids.length; first += MOST) await showSongs(ids.slice(first, first + MOST), visibility);
  }

  async function set(
    songs: readonly Published[],
    visibility: 'public' | 'draft',
    words: string,
    failed: string,
  ): Promise<boolean> {
    const groups = changedBy(songs, visibility);
    const ids = [...groups.values()].flat();
    if (ids.length === 0) {
      notices.show(t(words, { n: 0 }, 0));
      return true;
    }
    busy.value = true;
    try {
      await show(ids, visibility);
      const refusal = t(visibility === 'draft' ? 'desk.notPublished' : 'desk.notWithdrawn');
      const action = { label: t('common.undo'), run: () => void takeBack(groups, refusal) };
      notices.show(t(words, { n: ids.length }, ids.length), { action });
      return true;
    } catch (refused) {
      notices.showFailure(t(failed), refused);
      return false;
    } finally {
      busy.value = false;
      await queryClient.invalidateQueries();
    }
  }

  async function takeBack(groups: Map<Visibility, number[]>, failed: string): Promise<void> {
    try {
      for (const [before, ids] of groups) await show(ids, before);
    } catch (refused) {
      notices.showFailure(failed, refused);
    }
    await queryClient.invalidateQueries();
  }

  return {
    busy,
    publish: (songs: readonly Published[]) => set(songs, 'public', 'desk.published', 'desk.notPublished'),
    withdraw: (songs: readonly Published[]) => set(songs, 'draft', 'desk.withdrawn', 'desk.notWithdrawn'),
  };
}
