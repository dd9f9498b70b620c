/** Where a person stopped in what is long: songs by their bookmarks, episodes by their places. */
import { EpisodePlaces } from './episode-places';
import { isEpisode, type Playable } from './items';
import { LongAudio } from './long-audio';

export class Places {
  private readonly songs = new LongAudio();
  private episodes = new EpisodePlaces();

  /** Seconds into it where it can begin at once; the server may know a later place. */
  knownIn(item: Playable): number {
    return isEpisode(item) ? this.episodes.knownIn(item) : 0;
  }

  placeIn(item: Playable): Promise<number> {
    return isEpisode(item) ? this.episodes.placeIn(item) : this.songs.placeIn(item);
  }

  /** `rate` is how fast it plays, 0 for a pause. */
  keep(item: Playable, position: number, rate: number, now = false): Promise<void> {
    return isEpisode(item) ? this.episodes.keep(item, position, rate, now) : this.songs.keep(item, position, now);
  }

  /** Something else plays now. */
  leave(item: Playable, position: number, duration: number): void {
    if (isEpisode(item)) void this.episodes.leave(item, position, duration);
  }

  /** It was heard to its end. */
  finish(item: Playable): void {
    if (isEpisode(item)) void this.episodes.finish(item);
  }

  /** Another person, or another device: all is asked for anew. */
  forgetAll(): void {
    this.songs.forgetAll();
    this.episodes = new EpisodePlaces();
  }
}
