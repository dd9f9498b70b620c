/** Addresses of sound and pictures: same origin, opened by the session cookie. */
export type PictureSize = 64 | 160 | 300 | 600 | 1200;

interface Pictured {
  kind: 'albums' | 'artists' | 'songs' | 'podcasts';
  id: number;
}

export function streamAddress(songId: number): string {
  return `/api/v1/songs/${songId}/stream`;
}

export function episodeAddress(episodeId: number): string {
  return `/api/v1/podcast-episodes/${episodeId}/stream`;
}

export function pictureAddress(of: Pictured, size: PictureSize): string {
  return `/api/v1/${of.kind}/${of.id}/image?size=${size}`;
}

/** The album's picture stands for its songs, so that the browser fetches it once. */
export function pictureOfSong(song: { id: number; album_id: number | null }): Pictured {
  return song.album_id === null ? { kind: 'songs', id: song.id } : { kind: 'albums', id: song.album_id };
}
