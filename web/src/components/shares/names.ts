import type { Share } from '@/api/shares';
import { translate } from '@/messages';

/** What a share is called: its words, else what is in it. */
export function nameOfShare(share: Share): string {
  const words = share.description.split('\n')[0]?.trim();
  if (words) return words;
  const albums = new Set(share.songs.map((song) => song.album));
  const [first] = share.songs;
  if (!first) return translate('shares.nothing');
  return share.songs.length > 1 && albums.size === 1 && first.album ? first.album : first.title;
}

export function isOver(share: Share, now = Date.now()): boolean {
  return share.expires_at !== null && Date.parse(share.expires_at) <= now;
}

/** When a share ends, as it is chosen: so many days from now, 0 for never, or as it is. */
export type ShareEnd = 'keep' | '0' | '1' | '7' | '30' | '365';

const DAY = 86_400_000;

/** The moment so many days from now; null where it does not end. */
export function daysFromNow(days: number, now = Date.now()): string | null {
  return days > 0 ? new Date(now + days * DAY).toISOString() : null;
}
