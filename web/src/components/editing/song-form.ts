/** From songs to the fields of a form and back: what they have in common is shown, what was touched is sent. */
import type { SongEdit } from '@/api/editing';
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
}

export type SongField = keyof SongForm;

const NUMBERS = ['year', 'disc', 'track'] as const;
const TEXTS = ['title', 'artist', 'language', 'comment', 'lyrics'] as const;
const FIELDS: SongField[] = [...TEXTS, ...NUMBERS, 'album', 'genres'];

function formOf(song: Song): SongForm {
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
  };
}

const same = (one: SongForm, other: SongForm, field: SongField) =>
  JSON.stringify(one[field]) === JSON.stringify(other[field]);

/** The form of all these songs; a field in which they differ is empty there and named in `mixed`. */
export function sharedForm(songs: Song[]): { form: SongForm; mixed: Set<SongField> } {
  const forms = songs.map(formOf);
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
