/** Where a person stopped in something long, kept on the server so that any device goes on there. */
import { type Bookmark, listBookmarks, removeBookmark, setBookmark } from '@/api/listening';
import type { PlayableSong } from '@/api/types';
import { isLong } from './kinds';

/** The first minute is quickly heard again, and what is almost over is over. */
const FROM_SECONDS = 60;
const UNTIL_FRACTION = 0.97;
const KEEP_EVERY_SECONDS = 30;

export class LongAudio {
  private known: Promise<Map<number, Bookmark>> | null = null;
  private keptAt = 0;

  /** Seconds into the song; 0 where it begins anew. */
  async placeIn(song: PlayableSong): Promise<number> {
    if (!isLong(song)) return 0;
    const place = (await this.bookmarks()).get(song.id)?.position ?? 0;
    return place >= FROM_SECONDS && place < song.duration * UNTIL_FRACTION ? place : 0;
  }

  /** Called as often as one likes: it is kept twice a minute, and at once when `now`. */
  async keep(song: PlayableSong, position: number, now = false): Promise<void> {
    if (!isLong(song) || (!now && Math.abs(position - this.keptAt) < KEEP_EVERY_SECONDS)) return;
    this.keptAt = position;
    const known = (await this.bookmarks()).get(song.id);
    if (position < FROM_SECONDS || position >= song.duration * UNTIL_FRACTION) {
      if (known) await this.forget(song.id);
      return;
    }
    // What the person wrote beside it in another app stays.
    const comment = known?.comment ?? '';
    (await this.bookmarks()).set(song.id, { position, comment });
    await setBookmark(song.id, position, comment).catch(() => undefined);
  }

  /** Another person, or another device: it is asked for anew. */
  forgetAll(): void {
    this.known = null;
  }

  private async forget(songId: number): Promise<void> {
    (await this.bookmarks()).delete(songId);
    await removeBookmark(songId).catch(() => undefined);
  }

  private bookmarks(): Promise<Map<number, Bookmark>> {
    this.known ??= listBookmarks().catch(() => {
      this.known = null;
      return new Map<number, Bookmark>();
    });
    return this.known;
  }
}
