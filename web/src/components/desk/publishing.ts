/** Publishing songs of one's own and taking that back, told with a way back. */
import { useQueryClient } from '@tanstack/vue-query';
import { ref } from 'vue';
import { useI18n } from 'vue-i18n';
import { showSongs, type Visibility } from '@/api/uploads';
import { useNotices } from '@/stores/notices';

/** The server takes no more at once. */
const MOST = 5000;

export function usePublishing() {
  const { t } = useI18n();
  const notices = useNotices();
  const queryClient = useQueryClient();
  const busy = ref(false);

  async function show(ids: number[], visibility: Visibility): Promise<void> {
    for (let first = 0; first < ids.length; first += MOST) await showSongs(ids.slice(first, first + MOST), visibility);
  }

  async function set(ids: number[], visibility: 'public' | 'draft', words: string, failed: string): Promise<boolean> {
    busy.value = true;
    try {
      await show(ids, visibility);
      const back = visibility === 'draft' ? 'public' : 'draft';
      const action = { label: t('common.undo'), run: () => void takeBack(ids, back) };
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

  async function takeBack(ids: number[], visibility: Visibility): Promise<void> {
    try {
      await show(ids, visibility);
    } catch (refused) {
      notices.showFailure(t(visibility === 'draft' ? 'desk.notWithdrawn' : 'desk.notPublished'), refused);
    }
    await queryClient.invalidateQueries();
  }

  return {
    busy,
    publish: (ids: number[]) => set(ids, 'public', 'desk.published', 'desk.notPublished'),
    withdraw: (ids: number[]) => set(ids, 'draft', 'desk.withdrawn', 'desk.notWithdrawn'),
  };
}
