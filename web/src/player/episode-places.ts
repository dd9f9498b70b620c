/** Where a person is in an episode that plays in the queue, kept on the server so that any device goes on there. */
import { readEpisode, setPlayed, setPosition } from '@/api/broadcasts';
import { queryClient } from '@/api/query-client';
import { clientName } from './device';
import type { QueuedEpisode } from './items';

/** Seconds between two notes of where one is. */
const NOTED_EVERY = 15;
/** So close to its end an episode counts as heard. Seconds. */
const NEARLY_OVER = 20;

export class EpisodePlaces {
  private readonly known = new Map<number, number>();
  /** The place that is being asked for: nothing is noted before it is known. */
  private asked: Promise<unknown> = Promise.resolve();
  /** What has sounded here: of anything else the server knows better. */
  private heardId: number | null = null;
  private told = { id: 0, position: 0, rate: 0 };

  /** Seconds into the episode, as far as it is known here; 0 where it begins anew. */
  knownIn(episode: QueuedEpisode): number {
    const place = this.known.get(episode.id) ?? episode.position ?? 0;
    return isOver(place, episode.duration) ? 0 : place;
  }

  /** The same as the server knows it by now. */
  async placeIn(episode: QueuedEpisode): Promise<number> {
    this.told = { id: episode.id, position: this.knownIn(episode), rate: 0 };
    this.asked = readEpisode(episode.id)
      .then((found) => this.known.set(found.id, found.position ?? 0))
      .catch(() => undefined);
    await this.asked;
    return this.knownIn(episode);
  }

  /**
   * `rate` is how fast it plays, 0 for a pause. Called as often as one likes: it is noted four times a minute, and at
   * once when `now`.
   */
  async keep(episode: QueuedEpisode, position: number, rate: number, now = false): Promise<void> {
    const { id } = episode;
    if (rate > 0) this.heardId = id;
    if (this.heardId !== id) return;
    const isSame = this.told.id === id && this.told.rate === rate && this.told.position === position;
    if (isSame || (!now && this.told.id === id && Math.abs(position - this.told.position) < NOTED_EVERY)) return;
    this.told = { id, position, rate };
    await this.asked;
    this.known.set(id, position);
    await setPosition(id, position, { rate, client: clientName() }).catch(() => undefined);
  }

  /** Something else plays now. */
  async leave(episode: QueuedEpisode, position: number, duration: number): Promise<void> {
    if (this.heardId !== episode.id) return;
    if (isOver(position, duration)) {
      await this.finish(episode);
      return;
    }
    await this.keep(episode, position, 0, true);
    this.heardId = null;
    await refresh();
  }

  /** It was heard to its end. */
  async finish(episode: QueuedEpisode): Promise<void> {
    if (this.heardId !== episode.id) return;
    this.heardId = null;
    this.known.set(episode.id, 0);
    await this.asked;
    await setPlayed(episode.id, true).catch(() => undefined);
    await refresh();
  }
}

function isOver(position: number, duration: number): boolean {
  return duration > 0 && position > duration - NEARLY_OVER;
}

function refresh(): Promise<void> {
  return queryClient.invalidateQueries({ queryKey: ['episodes'] });
}
