/** What was dropped or chosen, folders included. */
const SONGS = /\.(mp3|flac|ogg|oga|opus|m4a|m4b|mp4|alac|aac|wav|wave|aif|aiff|aifc|wv)$/i;
const ARCHIVES = /\.zip$/i;

export const ACCEPTED =
  'audio/*,.mp3,.flac,.ogg,.oga,.opus,.m4a,.m4b,.alac,.aac,.wav,.aif,.aiff,.wv,.zip,application/zip,.ttml,.lrc,.txt';

export interface Found {
  file: File;
  /** With the folders around it, as far as the browser tells. */
  path: string;
}

export const isArchive = (name: string): boolean => ARCHIVES.test(name);
export const isTaken = (name: string): boolean => SONGS.test(name) || ARCHIVES.test(name);
/** What systems put into folders without being asked. */
export const isLitter = (name: string): boolean => name.startsWith('.') || /^(thumbs\.db|desktop\.ini)$/i.test(name);

function readAll(reader: FileSystemDirectoryReader): Promise<FileSystemEntry[]> {
  return new Promise((resolve, reject) => {
    const found: FileSystemEntry[] = [];
    // A reader gives a hundred at a time, and at last none.
    const next = () =>
      reader.readEntries((entries) => {
        if (entries.length === 0) resolve(found);
        else {
          found.push(...entries);
          next();
        }
      }, reject);
    next();
  });
}

async function walk(entry: FileSystemEntry, found: Found[]): Promise<void> {
  if (entry.isFile) {
    const file = await new Promise<File | null>((resolve) =>
      (entry as FileSystemFileEntry).file(resolve, () => resolve(null)),
    );
    if (file) found.push({ file, path: entry.fullPath.replace(/^\//, '') });
    return;
  }
  const entries = await readAll((entry as FileSystemDirectoryEntry).createReader()).catch(() => []);
  entries.sort((one, other) => one.name.localeCompare(other.name, undefined, { numeric: true }));
  for (const one of entries) await walk(one, found);
}

/** Every file that was dropped, of all folders: `entries` as the event gave them, `plain` where it knows no entries. */
export async function filesOfEntries(entries: (FileSystemEntry | null)[], plain: File[]): Promise<Found[]> {
  if (entries.every((entry) => entry === null)) return plain.map((file) => ({ file, path: file.name }));
  const found: Found[] = [];
  for (const entry of entries) if (entry) await walk(entry, found);
  return found;
}

/** What was chosen in the browser's own window. */
export function chosenFiles(files: FileList): Found[] {
  return [...files].map((file) => ({ file, path: file.webkitRelativePath || file.name }));
}
