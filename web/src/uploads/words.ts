/** Words beside songs, by the same rule as on the server: under the song's own name, the best ending first. */
import { ApiError } from '@/api/errors';
import { type Found, isArchive, isTaken } from './folders';
import { passes } from './pictures';
import { sendWords } from './tus';

/** In the order in which they are preferred. */
const ENDINGS = ['.ttml', '.lrc', '.txt'];
/** The server takes no larger ones. */
const MOST_BYTES = 128 * 1024;
/** What is wrong with the upload itself, or with who asks, and says nothing about the words. */
const OF_THE_UPLOAD = [401, 403, 404, 429];

export const endingOf = (name: string): string => /\.[^./]+$/.exec(name)?.[0].toLowerCase() ?? '';

/** What a file and the words of it have in common: its folder as it is written, its name in small letters. */
function bare({ file, path }: Found): string {
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  return folder + file.name.slice(0, file.name.length - endingOf(file.name).length).toLowerCase();
}

/** The words of each song that has some beside it, the best first. */
export function wordsOfSongs(found: readonly Found[]): Map<Found, File[]> {
  const words = new Map<string, File[]>();
  for (const ending of ENDINGS)
    for (const one of found)
      if (endingOf(one.file.name) === ending && one.file.size <= MOST_BYTES)
        words.set(bare(one), [...(words.get(bare(one)) ?? []), one.file]);
  const ofSongs = new Map<Found, File[]>();
  for (const one of found) {
    const sung = words.get(bare(one));
    if (sung && isTaken(one.file.name) && !isArchive(one.file.name)) ofSongs.set(one, sung);
  }
  return ofSongs;
}

/** Gives an upload the first of these words that the server takes; `refused` hears of those before them. Raises
 * `ApiError` where it may work later, or the upload itself is in trouble. */
export async function giveWords(
  uploadId: string,
  words: readonly File[],
  refused: (words: File, error: unknown) => void,
): Promise<void> {
  for (const file of words) {
    try {
      return await sendWords(uploadId, file, endingOf(file.name));
    } catch (error) {
      if (passes(error) || (error instanceof ApiError && OF_THE_UPLOAD.includes(error.status))) throw error;
      refused(file, error);
    }
  }
}
