import type { PlayableSong } from '@/api/types';
import { translate } from '@/messages';
import type { Playable } from '@/player/items';
import { useNotices } from '@/stores/notices';
import { usePlayer } from '@/stores/player';

/** Adds songs or episodes to the queue and says so, with a way back to what it was `before`. */
export function enqueue(items: Playable[], where: 'next' | 'last', before = usePlayer().queue): void {
  const player = usePlayer();
  player.enqueue(items, where);
  const words = where === 'next' ? 'player.addedNext' : 'player.addedLast';
  useNotices().show(translate(words, { title: items[0]?.title }, items.length), {
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
