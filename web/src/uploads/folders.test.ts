import { describe, expect, it } from 'vitest';
import { filesOfEntries, isLitter, isTaken } from './folders';

const file = (name: string) => new File(['x'], name);

function fileEntry(name: string, folder: string): FileSystemEntry {
  const entry = {
    isFile: true,
    name,
    fullPath: `${folder}/${name}`,
    file: (give: (it: File) => void) => give(file(name)),
  };
  return entry as unknown as FileSystemEntry;
}

/** A folder that is told in parts of two. */
function folderEntry(name: string, entries: FileSystemEntry[]): FileSystemEntry {
  const createReader = () => {
    const left = [...entries];
    return { readEntries: (give: (some: FileSystemEntry[]) => void) => give(left.splice(0, 2)) };
  };
  return { isFile: false, name, fullPath: `/${name}`, createReader } as unknown as FileSystemEntry;
}

describe('what is dropped', () => {
  it('is every file of every folder, in order', async () => {
    const songs = ['10 Ten.mp3', '2 Two.mp3', '1 One.mp3', 'cover.jpg', '3 Three.mp3'];
    const folder = folderEntry(
      'Shore',
      songs.map((name) => fileEntry(name, '/Shore')),
    );
    const found = await filesOfEntries([folder, fileEntry('alone.flac', '')], []);
    expect(found.map((one) => one.path)).toEqual([
      'Shore/1 One.mp3',
      'Shore/2 Two.mp3',
      'Shore/3 Three.mp3',
      'Shore/10 Ten.mp3',
      'Shore/cover.jpg',
      'alone.flac',
    ]);
  });

  it('is plain files where the browser knows no folders', async () => {
    const found = await filesOfEntries([null], [file('a.mp3')]);
    expect(found.map((one) => one.path)).toEqual(['a.mp3']);
  });
});

describe('what is taken', () => {
  it('is music and ZIPs, whatever the case', () => {
    expect(['a.MP3', 'b.flac', 'c.Zip', 'd.opus'].every(isTaken)).toBe(true);
    expect(['a.jpg', 'b.txt', 'mp3', 'c.mp3.exe'].some(isTaken)).toBe(false);
    expect(['.DS_Store', '._a.mp3', 'Thumbs.db'].every(isLitter)).toBe(true);
  });
});
