import { listSongs } from '@/api/catalogue';
import type { Song, SongQuery } from '@/api/types';
import { withSongs } from '@/commands/enqueue';
import { usePlayer } from '@/stores/player';
import { useSparseList } from './sparse-list';

/** As many songs as the queue takes from a long list at once. */
const QUEUE_LENGTH = 500;

/** A list of songs by a query, with ways to play it from any row or mixed. */
export function useLongSongList(query: () => SongQuery) {
  const player = usePlayer();
  const list = useSparseList<Song>({
    queryKey: () => [query().starred ? 'starred' : 'songs', 'list', query()],
    fetchPage: (window) => listSongs(query(), window),
    drawn: () => query().sort === 'random',
  });

  /** Plays the row at once and brings those after it; a random order is taken from what is shown. */
  async function playFrom(place: number): Promise<void> {
    const loaded = list.loadedFrom(place);
    const wanted = Math.min(QUEUE_LENGTH, (list.total.value ?? 0) - place);
    if (loaded.length > 0) player.playSongs(loaded.slice(0, QUEUE_LENGTH));
    if (query().sort === 'random' || loaded.length >= wanted) return;
    const offset = place + loaded.length;
    await withSongs(
      async () => (await listSongs(query(), { limit: wanted - loaded.length, offset })).items,
      (songs) => (loaded.length > 0 ? player.enqueue(songs, 'last') : player.playSongs(songs)),
    );
  }

  /** The server mixes, so that every song of the whole list has its chance. */
  const shuffle = () =>
    withSongs(
      async () => (await listSongs({ ...query(), sort: 'random' }, { limit: QUEUE_LENGTH, offset: 0 })).items,
      (songs) => player.playSongs(songs),
    );

  return { ...list, playFrom, shuffle };
}
