/** A person's devices: what each has lined up, and going on with it elsewhere. */

import type { Playable } from '@/player/items';
import type { SavedItem } from '@/player/queue';
import { api, ask, askList, tell } from './client';
import type { AppPlayback } from './types';

export interface SavedQueue {
  client: string;
  items: SavedItem[];
  place: number;
  /** Seconds into what is current. */
  position: number;
}

export const saveQueue = (queue: SavedQueue): Promise<void> =>
  tell(api.PUT('/api/v1/queue', { body: queue, keepalive: true }));

export async function listDevices(): Promise<AppPlayback[]> {
  return (await askList(api.GET('/api/v1/playback'))).items;
}

/** A queue as this device goes on with it; `position` in seconds. */
export interface TakenQueue {
  items: Playable[];
  place: number;
  position: number;
}

export async function takeOver(client: string, by: string): Promise<TakenQueue> {
  const queue = await ask(api.POST('/api/v1/playback/take-over', { body: { client, by } }));
  const songs = new Map<unknown, Playable>(queue.songs.map((song) => [song.id, song]));
  const episodes = new Map<unknown, Playable>(queue.episodes.map((episode) => [episode.id, episode]));
  const items = queue.items.flatMap(([kind, id]) => (kind === 'song' ? songs : episodes).get(id) ?? []);
  return { items, place: queue.item_place, position: queue.item_position };
}
