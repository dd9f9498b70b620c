/** Keeps the queue over reloads. A very long one is kept around its current song. */
import type { PlayableSong } from '@/api/types';
import { emptyQueue, type Queue } from './queue';

const STORAGE_KEY = 'antiphon.queue';
const POSITION_KEY = 'antiphon.position';
const KEPT_BEFORE = 50;
const KEPT_AFTER = 1000;

interface Stored {
  owner: number;
  queue: Queue;
}

function onlyPlayable(song: PlayableSong): PlayableSong {
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
    .map((entry) => ({ ...entry, song: onlyPlayable(entry.song) }));
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
    if (stored?.owner === owner && Array.isArray(stored.queue.entries)) return { ...emptyQueue(), ...stored.queue };
  } catch {
    localStorage.removeItem(STORAGE_KEY);
  }
  return emptyQueue();
}

export function storePosition(songId: number, position: number): void {
  localStorage.setItem(POSITION_KEY, JSON.stringify({ songId, position }));
}

/** Seconds into the song where it was left; 0 for any other song. */
export function storedPosition(songId: number): number {
  try {
    const stored = JSON.parse(localStorage.getItem(POSITION_KEY) ?? 'null') as {
      songId: number;
      position: number;
    } | null;
    return stored?.songId === songId && Number.isFinite(stored.position) ? stored.position : 0;
  } catch {
    return 0;
  }
}
