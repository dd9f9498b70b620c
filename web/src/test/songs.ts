import type { PlayableSong } from '@/api/types';

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
