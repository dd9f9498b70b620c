/** From songs to the fields of a form and back: what they have in common is shown, what was touched is sent. */
import type { SongEdit } from '@/api/editing';
import type { Sound } from '@/api/sound';
import type { Song } from '@/api/types';

/** What stands in the fields. Numbers are texts there; an empty one is none. */
export interface SongForm {
  title: string;
  artist: string;
  album: string;
  genres: string[];
  year: string;
  disc: string;
  track: string;
  language: string;
  comment: string;
  lyrics: string;
  /** What people tell of tempo and key; empty where tags and measuring decide. */
  bpm: string;
  key: string;
}

/** Songs that are edited alike; a single one comes with its sound. */
export interface EditedSongs {
  songs: Song[];
  sound: Sound | null;
}

export type SongField = keyof SongForm;

const NUMBERS = ['year', 'disc', 'track', 'bpm'] as const;
const TEXTS = ['title', 'artist', 'language', 'comment', 'lyrics', 'key'] as const;
const FIELDS: SongField[] = [...TEXTS, ...NUMBERS, 'album', 'genres'];

function formOf(song: Song, sound: Sound | null): SongForm {
  const number = (value: number | null) => (value ? String(value) : '');
  return {
    title: song.title,
    artist: song.artist,
    album: song.album ?? '',
    genres: [...song.genres],
    year: number(song.year),
    disc: number(song.disc),
    track: number(song.track),
    language: song.language ?? '',
    comment: song.comment ?? '',
    lyrics: song.lyrics ?? '',
    bpm: number(sound?.own_bpm ?? null),
    key: sound?.own_key ?? '',
  };
}

const same = (one: SongForm, other: SongForm, field: SongField) =>
  JSON.stringify(one[field]) === JSON.stringify(other[field]);

/** The form of all these songs, of a single one with its sound; a field in which they differ is empty there and named in
 * `mixed`. */
export function sharedForm(songs: Song[], sound: Sound | null = null): { form: SongForm; mixed: Set<SongField> } {
  const forms = songs.map((song) => formOf(song, sound));
  const [first, ...others] = forms;
  if (!first) throw new Error('There are no songs to edit.');
  const mixed = new Set(FIELDS.filter((field) => others.some((other) => !same(first, other, field))));
  const form = { ...first };
  for (const field of mixed) {
    if (field === 'genres') form.genres = [];
    else form[field] = '';
  }
  return { form, mixed };
}

/** What shall change: every field that differs from what was shown. The album is not part of it: it is named by an id. */
export function editBetween(shown: SongForm, now: SongForm): SongEdit {
  const edit: Record<string, unknown> = {};
  for (const field of TEXTS) if (shown[field] !== now[field]) edit[field] = now[field];
  // A field for numbers gives a number where something stands in it.
  for (const field of NUMBERS) {
    const text = String(now[field]);
    if (shown[field] !== text) edit[field] = text === '' ? null : Number(text);
  }
  if (!same(shown, now, 'genres')) edit.genres = now.genres;
  return edit as SongEdit;
}
