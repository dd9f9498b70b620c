/** Songs that sound like one, lined up after it. */
import { similarSongs } from '@/api/sound';
import type { PlayableSong } from '@/api/types';
import { translate } from '@/messages';
import { useNotices } from '@/stores/notices';
import { usePlayer } from '@/stores/player';
import { enqueue } from './enqueue';

const MANY = 40;

/** Plays a song and then others that sound like it; one that plays already simply goes on. Says so when there are none. */
export async function playMoreLike(song: PlayableSong): Promise<void> {
  const notices = useNotices();
  try {
    const similar = await similarSongs(song.id, MANY);
    if (similar.length === 0) {
      notices.show(translate('sounds.nothingAlike', { title: song.title }));
      return;
    }
    const player = usePlayer();
    if (player.current?.id !== song.id) {
      player.playSongs([song, ...similar]);
      return;
    }
    const before = player.queue;
    player.clearQueue();
    enqueue(similar, 'last', before);
  } catch (error) {
    notices.showFailure('', error);
  }
}
