/** What can stand in the queue: songs, and episodes of podcasts. */
import { pictureOfSong } from '@/api/addresses';
import type { Episode } from '@/api/broadcasts';
import type { PlayableSong } from '@/api/types';

export type QueuedEpisode = Pick<
  Episode,
  'id' | 'podcast_id' | 'podcast_title' | 'title' | 'duration' | 'status' | 'position'
>;
export type Playable = PlayableSong | QueuedEpisode;

export function isEpisode(item: Playable): item is QueuedEpisode {
  return 'podcast_id' in item;
}

export function songIn(item: Playable | null): PlayableSong | null {
  return item && !isEpisode(item) ? item : null;
}

export function episodeIn(item: Playable | null): QueuedEpisode | null {
  return item && isEpisode(item) ? item : null;
}

export function songsAmong(items: Playable[]): PlayableSong[] {
  return items.filter((item): item is PlayableSong => !isEpisode(item));
}

/** Tells sounds from each other: a song's id as it is, an episode's below zero. */
export function soundIdOf(item: Playable): number {
  return isEpisode(item) ? -item.id : item.id;
}

export function pictureOf(item: Playable) {
  return isEpisode(item) ? { kind: 'podcasts' as const, id: item.podcast_id } : pictureOfSong(item);
}

/** The words below the title: the artists, or the podcast. */
export function makerOf(item: Playable): string {
  return isEpisode(item) ? item.podcast_title : item.artist;
}
