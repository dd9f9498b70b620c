/** Keeps the queue over reloads. A very long one is kept around what is current. */
import type { PlayableSong } from '@/api/types';
import { isEpisode, type Playable, type QueuedEpisode } from './items';
import { emptyQueue, type Queue } from './queue';

const STORAGE_KEY = 'antiphon.queue';
const POSITION_KEY = 'antiphon.position';
const KEPT_BEFORE = 50;
const KEPT_AFTER = 1000;

interface Stored {
  owner: number;
  queue: Queue;
}

function onlyPlayable(item: Playable): Playable {
  return isEpisode(item) ? onlyEpisode(item) : onlySong(item);
}

function onlyEpisode(episode: QueuedEpisode): QueuedEpisode {
  const { id, podcast_id, podcast_title, title, duration, status, position } = episode;
  return { id, podcast_id, podcast_title, title, duration, status, position };
}

function onlySong(song: PlayableSong): PlayableSong {
  const { id, title, artist, artists, album, album_id, disc, track, year, duration, genres, format, suffix } = song;
  const { bitrate, sample_rate, bit_depth, replay_gain, explicit, starred, user_rating, missing } = song;
  const named = { id, title, artist, artists, album, album_id, disc, track, year, duration, genres, format, suffix };
  return { ...named, bitrate, sample_rate, bit_depth, replay_gain, explicit, starred, user_rating, missing };
}

/** Keeps it for the person with this id; another one who signs in here does not see it. */
export function storeQueue(owner: number, queue: Queue): void {
  const from = Math.max(0, queue.index - KEPT_BEFORE);
  const entries = queue.entries
    .slice(from, queue.index + KEPT_AFTER)
    .map((entry) => ({ ...entry, item: onlyPlayable(entry.item) }));
  const stored: Stored = { owner, queue: { ...queue, entries, index: queue.index - from } };
  try {
    localStorage.setItem(STORAGE_KEY, JSON.stringify(stored));
  } catch {
    // A full or forbidden storage only costs the memory over a reload.
    localStorage.removeItem(STORAGE_KEY);
  }
}

export function storedQueue(owner: number): Queue {
  try {
    const stored = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? 'null') as Stored | null;
    const isReadable = Array.isArray(stored?.queue.entries) && stored.queue.entries.every((entry) => entry.item);
    if (stored?.owner === owner && isReadable) return { ...emptyQueue(), ...stored.queue };
  } catch {
    localStorage.removeItem(STORAGE_KEY);
  }
  return emptyQueue();
}

export function storePosition(soundId: number, position: number): void {
  localStorage.setItem(POSITION_KEY, JSON.stringify({ soundId, position }));
}

/** Seconds into a sound where it was left; 0 for any other. */
export function storedPosition(soundId: number): number {
  try {
    const stored = JSON.parse(localStorage.getItem(POSITION_KEY) ?? 'null') as {
      soundId: number;
      position: number;
    } | null;
    return stored?.soundId === soundId && Number.isFinite(stored.position) ? stored.position : 0;
  } catch {
    return 0;
  }
}
