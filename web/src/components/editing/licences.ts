/** Licences as forms offer them. */
import type { LicenceCode } from '@/api/desk';
import type { Song } from '@/api/types';

export interface GivenLicence {
  code: LicenceCode;
  text: string;
  url: string;
}

export const licenceCodes: readonly LicenceCode[] = [
  'all-rights-reserved',
  'cc-by',
  'cc-by-sa',
  'cc-by-nc',
  'cc-by-nd',
  'cc-by-nc-sa',
  'cc-by-nc-nd',
  'cc0',
  'public-domain',
  'other',
];

/** A song's licence as a form takes it; a code of a newer server is left alone as nothing. */
export function licenceOf(song: Pick<Song, 'licence'>): GivenLicence | null {
  const { licence } = song;
  const code = licenceCodes.find((known) => known === licence?.code);
  return licence && code ? { code, text: licence.text, url: licence.url } : null;
}
