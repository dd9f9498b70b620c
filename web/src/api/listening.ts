/** What a person does with music: stars, ratings, plays; and the scans that find it. */
import { api, ask, askList, tell } from './client';
import type { BrokenFile, Demo, Job, Slice, Starrable } from './types';

export function setStar(kind: Starrable, id: number, starred: boolean): Promise<void> {
  const options = { params: { path: { id } } };
  if (kind === 'songs') {
    return tell(starred ? api.PUT('/api/v1/songs/{id}/star', options) : api.DELETE('/api/v1/songs/{id}/star', options));
  }
  if (kind === 'albums') {
    return tell(
      starred ? api.PUT('/api/v1/albums/{id}/star', options) : api.DELETE('/api/v1/albums/{id}/star', options),
    );
  }
  return tell(
    starred ? api.PUT('/api/v1/artists/{id}/star', options) : api.DELETE('/api/v1/artists/{id}/star', options),
  );
}

/** `rating` is 1 to 5; 0 takes it away. */
export function setRating(kind: Starrable, id: number, rating: number): Promise<void> {
  const options = { params: { path: { id } }, body: { rating } };
  if (kind === 'songs') return tell(api.PUT('/api/v1/songs/{id}/rating', options));
  if (kind === 'albums') return tell(api.PUT('/api/v1/albums/{id}/rating', options));
  return tell(api.PUT('/api/v1/artists/{id}/rating', options));
}

export interface PlayReport {
  song_id: number;
  played_at: string;
  seconds: number;
}

export const reportPlay = (play: PlayReport): Promise<void> =>
  tell(api.POST('/api/v1/plays', { body: play, keepalive: true }));

/** `client` is the name of this device, `position` in seconds; no song is silence. */
export const reportNowPlaying = (client: string, songId: number | null, position = 0): Promise<void> =>
  tell(api.PUT('/api/v1/now-playing', { body: { song_id: songId, position, client }, keepalive: true }));

export interface Bookmark {
  position: number;
  comment: string;
}

/** Where one stopped, by song. */
export async function listBookmarks(): Promise<Map<number, Bookmark>> {
  const found = await askList(api.GET('/api/v1/bookmarks'));
  return new Map(found.items.map(({ song, position, comment }) => [song.id, { position, comment }]));
}

export const setBookmark = (id: number, position: number, comment: string): Promise<void> =>
  tell(
    api.PUT('/api/v1/songs/{id}/bookmark', { params: { path: { id } }, body: { position, comment }, keepalive: true }),
  );

export const removeBookmark = (id: number): Promise<void> =>
  tell(api.DELETE('/api/v1/songs/{id}/bookmark', { params: { path: { id } } }));

export const startScan = (full: boolean): Promise<Job> => ask(api.POST('/api/v1/scan', { body: { full } }));

export const listJobs = (): Promise<Slice<Job>> =>
  askList(api.GET('/api/v1/jobs', { params: { query: { limit: 20, offset: 0 } } }));

/** How far the demo library of a first start is. */
export const readDemo = (): Promise<Demo> => ask(api.GET('/api/v1/demo'));

/** Files in the music folders that could not be read, with the reason. */
export const listBrokenFiles = (): Promise<Slice<BrokenFile>> =>
  askList(api.GET('/api/v1/scan/broken', { params: { query: { limit: 100, offset: 0 } } }));
