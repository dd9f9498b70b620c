import type { PlayableSong } from '@/api/types';
import { translate } from '@/messages';
import { useNotices } from '@/stores/notices';
import { usePlayer } from '@/stores/player';

/** Adds songs to the queue and says so, with a way back to what it was `before`. */
export function enqueue(songs: PlayableSong[], where: 'next' | 'last', before = usePlayer().queue): void {
  const player = usePlayer();
  player.enqueue(songs, where);
  const words = where === 'next' ? 'player.addedNext' : 'player.addedLast';
  useNotices().show(translate(words, { title: songs[0]?.title }, songs.length), {
    action: { label: translate('common.undo'), run: () => player.restoreEntries(before) },
  });
}

/** Fetches songs first and then does something with them; says so when they cannot be had. */
export async function withSongs(
  fetch: () => Promise<PlayableSong[]>,
  then: (songs: PlayableSong[]) => void,
): Promise<void> {
  try {
    then(await fetch());
  } catch (error) {
    useNotices().showFailure('', error);
  }
}
