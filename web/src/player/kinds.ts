/** What is listened to: music, or words. Each has its own speed, and words go on where they were left. */
import type { PlayableSong } from '@/api/types';
import type { Playable } from './items';

export type Kind = 'music' | 'spoken';

const SPOKEN = /podcast|audio\s?book|audiobook|spoken|speech|h[oö]rbuch|h[oö]rspiel|radio play|lecture/i;
/** From this length on the place in it is kept on the server. Seconds. */
const LONG = 20 * 60;

type Described = Pick<PlayableSong, 'genres' | 'duration'>;

export function kindOf(item: Described | Playable): Kind {
  if ('podcast_id' in item) return 'spoken';
  return item.genres?.some((genre) => SPOKEN.test(genre)) ? 'spoken' : 'music';
}

export function isLong(song: Described): boolean {
  return song.duration >= LONG;
}
