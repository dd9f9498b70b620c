/** Pictures beside the songs of a folder, by the same rule as on the server: each is sent once, before its songs. */
import { ApiError } from '@/api/errors';
import { type Found, isArchive, isTaken } from './folders';
import { sendPicture } from './tus';

const PICTURES = /\.(jpe?g|png|webp|gif)$/i;
/** In the order in which they are preferred; any other picture comes after these. */
const NAMES = ['cover', 'folder', 'front', 'album', 'albumart', 'artwork', 'thumb'];

export const isPicture = (name: string): boolean => PICTURES.test(name);

const folderOf = (path: string) => path.slice(0, Math.max(0, path.lastIndexOf('/')));

function isBetter(one: File, than: File | undefined): boolean {
  if (!than) return true;
  const rank = ({ name }: File) => {
    const place = NAMES.indexOf(name.slice(0, name.lastIndexOf('.')).toLowerCase());
    return place < 0 ? NAMES.length : place;
  };
  return rank(one) < rank(than) || (rank(one) === rank(than) && one.name < than.name);
}

/** The picture of each song that lies in a folder with one, or else right below such a folder: discs of one album have
 * folders of their own. */
export function picturesOfSongs(found: readonly Found[]): Map<Found, File> {
  const best = new Map<string, File>();
  for (const { file, path } of found) {
    const folder = folderOf(path);
    if (folder && isPicture(file.name) && isBetter(file, best.get(folder))) best.set(folder, file);
  }
  const pictures = new Map<Found, File>();
  for (const one of found) {
    const folder = folderOf(one.path);
    const picture = best.get(folder) ?? best.get(folderOf(folder));
    if (picture && isTaken(one.file.name) && !isArchive(one.file.name)) pictures.set(one, picture);
  }
  return pictures;
}

/** Whether the same may work in a moment. */
export const passes = (error: unknown): boolean =>
  error instanceof ApiError && (error.code === 'unreachable' || error.status >= 502);

/** Sends each picture once. `refused` hears of one that the server does not take: its songs go without it. */
export class SentPictures {
  private readonly sent = new Map<File, Promise<string>>();

  constructor(private readonly refused: (picture: File, error: unknown) => void) {}

  /** The server's name of a picture; empty where it was refused. Raises `ApiError` where it may work later. */
  idOf(picture: File): Promise<string> {
    const known = this.sent.get(picture);
    if (known) return known;
    const sending = sendPicture(picture).catch((error: unknown) => {
      if (passes(error) || (error instanceof ApiError && error.status === 429)) {
        this.sent.delete(picture);
        throw error;
      }
      this.refused(picture, error);
      return '';
    });
    this.sent.set(picture, sending);
    return sending;
  }

  /** Has it sent anew at the next need: the server keeps it for a day only. */
  forget(picture: File): void {
    this.sent.delete(picture);
  }
}
