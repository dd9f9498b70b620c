/** What a change says, in words. */
import type { Change } from '@/api/editing';
import { day } from '@/formatting/formatting';
import { translate } from '@/messages';

const MOST_SHOWN = 160;

function plain(value: unknown): string {
  if (value === null || value === undefined || value === '') return '';
  if (Array.isArray(value)) return value.map(plain).join(', ');
  if (typeof value === 'object') {
    const { text, key, plain: words, code, url } = value as Record<string, unknown>;
    const said = text || words || key || url || code;
    return typeof said === 'string' ? said.replaceAll('\0', ' · ') : '';
  }
  return String(value);
}

/** A value of a field for people; "nothing" where it is empty. */
export function valueWords(change: Change, value: unknown): string {
  const words =
    change.field === 'release_at' && typeof value === 'number'
      ? day(new Date(value * 1000).toISOString())
      : plain(value);
  if (!words.trim()) return translate('editing.nothing');
  return words.length > MOST_SHOWN ? `${words.slice(0, MOST_SHOWN).trimEnd()}…` : words;
}

const KNOWN = [
  ...['title', 'sort_title', 'artists', 'album', 'disc', 'track', 'year', 'genres', 'language', 'comment', 'lyrics'],
  ...['release_date', 'release_at', 'licence', 'name', 'sort_name', 'bpm', 'key'],
];

export const fieldWords = (field: string): string =>
  KNOWN.includes(field) ? translate(`editing.field.${field}`) : field;
