import type { PlayableSong } from '@/api/types';
import type { QueuedEpisode } from '@/player/items';

let nextId = 1;

/** A song for tests; what a test does not name is plain. */
export function songNamed(title: string, parts: Partial<PlayableSong> = {}): PlayableSong {
  return {
    id: nextId++,
    title,
    artist: 'The Tests',
    artists: [{ id: 1, name: 'The Tests', role: 'artist' }],
    album: 'Assertions',
    album_id: 1,
    disc: 1,
    track: 1,
    year: 2026,
    duration: 200,
    genres: [],
    format: 'flac',
    suffix: 'flac',
    bitrate: 900,
    sample_rate: 44_100,
    bit_depth: 16,
    replay_gain: null,
    explicit: false,
    starred: null,
    user_rating: 0,
    missing: false,
    ...parts,
  };
}

let lastEpisode = 0;

/** An episode for tests, half an hour long. */
export function episodeNamed(title: string, parts: Partial<QueuedEpisode> = {}): QueuedEpisode {
  lastEpisode += 1;
  const podcast = { podcast_id: 1, podcast_title: 'Show' };
  return { id: lastEpisode, ...podcast, title, duration: 1800, status: 'completed', position: null, ...parts };
}
