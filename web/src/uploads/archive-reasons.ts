/** Why files of a ZIP are not in the library. */
import type { Upload } from '@/api/uploads';
import { isPicture } from './pictures';

type Archive = NonNullable<Upload['archive']>;

/** What is said of pictures and words that were left out, while the song beside them was taken. */
const BESIDE_A_SONG = ['no_picture', 'no_words', 'invalid', 'helper_ended'];

/** How many songs were refused without one of the reasons telling why: the server names only the first. */
export function refusedUntold({ refused, reasons }: Pick<Archive, 'refused' | 'reasons'>): number {
  const isRefusal = ({ code, filename }: Archive['reasons'][number]) =>
    !BESIDE_A_SONG.includes(code) && !(code === 'entry_damaged' && isPicture(filename));
  return Math.max(0, refused - reasons.filter(isRefusal).length);
}
