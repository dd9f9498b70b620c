/** What every part of a song's desk page does when it is saved. */
import { changeOwnSong, type DeskSong, type SongChange } from '@/api/desk';
import { useForm } from '@/composables/form';
import { translate } from '@/messages';
import { useNotices } from '@/stores/notices';

export function useSongSection(fields: readonly string[], changed: () => void) {
  const form = useForm(fields);

  async function save(song: DeskSong, change: SongChange): Promise<boolean> {
    const isSaved = await form.submit(() => changeOwnSong(song, change));
    if (isSaved) {
      useNotices().show(translate('desk.saved'));
      changed();
    }
    return isSaved;
  }

  return { ...form, save };
}
