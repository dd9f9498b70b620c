/** Credits as lines of a form. */
import type { Credit } from '@/api/types';

export const creditRoles = [
  'artist',
  'composer',
  'lyricist',
  'writer',
  'performer',
  'conductor',
  'arranger',
  'remixer',
  'producer',
  'engineer',
  'mixer',
  'djmixer',
  'director',
] as const;
export type CreditRole = (typeof creditRoles)[number];

export interface CreditLine {
  /** Stays with the line while it is changed and moved. */
  key: number;
  id: number | null;
  name: string;
  role: CreditRole;
}

let lastKey = 0;

export const newCredit = (): CreditLine => ({ key: ++lastKey, id: null, name: '', role: 'artist' });

export function linesOfCredits(credits: readonly Credit[]): CreditLine[] {
  return credits.map(({ id, name, role }) => ({
    key: ++lastKey,
    id,
    name,
    role: creditRoles.find((known) => known === role) ?? 'artist',
  }));
}

/** What the server takes: somebody who is known by their id, others by name. Lines without a name are none. */
export function creditsOf(lines: readonly CreditLine[]): { id: number | null; name: string; role: string }[] {
  return lines.filter((line) => line.name.trim()).map(({ id, name, role }) => ({ id, name: name.trim(), role }));
}
