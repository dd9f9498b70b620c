/** A person's devices: what each has lined up, and going on with it elsewhere. */
import { api, ask, askList, tell } from './client';
import type { AppPlayback, PlayQueue } from './types';

export interface SavedQueue {
  client: string;
  song_ids: number[];
  place: number;
  /** Seconds into the current song. */
  position: number;
}

export const saveQueue = (queue: SavedQueue): Promise<void> =>
  tell(api.PUT('/api/v1/queue', { body: queue, keepalive: true }));

export async function listDevices(): Promise<AppPlayback[]> {
  return (await askList(api.GET('/api/v1/playback'))).items;
}

export const takeOver = (client: string, by: string): Promise<PlayQueue> =>
  ask(api.POST('/api/v1/playback/take-over', { body: { client, by } }));
