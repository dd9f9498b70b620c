/** Changes to the library that are told with a way back. */
import * as editing from '@/api/editing';
import { queryClient } from '@/api/query-client';
import type { AlbumDetail, PlayableSong, Song } from '@/api/types';
import { translate } from '@/messages';
import { useNotices } from '@/stores/notices';
import { useOverlays } from '@/stores/overlays';

/** A name stands in many lists: all of them are read anew when they are looked at. */
const refresh = (): Promise<void> => queryClient.invalidateQueries();

async function takeBack(undo: () => Promise<unknown>): Promise<void> {
  try {
    await undo();
    useNotices().show(translate('editing.undone'));
  } catch (error) {
    useNotices().showFailure(translate('editing.undoFailed'), error);
  }
  await refresh();
}

function tell(text: string, undo: (() => Promise<unknown>) | null): void {
  const action = undo && { label: translate('common.undo'), run: () => void takeBack(undo) };
  useNotices().show(text, action ? { action } : {});
}

/** Changes songs alike. Raises `ApiError` for what the server refuses. */
export async function changeSongsNow(songs: Song[], edit: editing.SongEdit): Promise<void> {
  const changeId = Object.keys(edit).length > 0 ? await editing.changeSongs(songs, edit) : null;
  if (changeId === null) {
    tell(translate('editing.nothingChanged'), null);
    return;
  }
  await refresh();
  const [first] = songs;
  const text =
    songs.length === 1
      ? translate('editing.saved', { name: edit.title ?? first?.title })
      : translate('editing.savedMany', {}, songs.length);
  tell(text, () => editing.undoStep(changeId));
}

/** What was changed last of a thing, in one step. */
async function undoLatest(kind: editing.EditedThing, id: number): Promise<void> {
  const { items } = await editing.listChanges(kind, id, 0);
  for (const change of items.filter((one) => one.at === items[0]?.at)) await editing.undoChange(change.id);
}

/** Changes an album. Raises `ApiError` for what the server refuses. */
export async function changeAlbumNow(album: AlbumDetail, edit: editing.AlbumEdit): Promise<void> {
  if (Object.keys(edit).length === 0) {
    tell(translate('editing.nothingChanged'), null);
    return;
  }
  const changed = await editing.changeAlbum(album, edit);
  await refresh();
  tell(translate('editing.saved', { name: changed.title }), () => undoLatest('albums', album.id));
}

/** Renames an artist. Raises `ApiError` for what the server refuses. */
export async function changeArtistNow(id: number, edit: editing.ArtistEdit): Promise<void> {
  if (Object.keys(edit).length === 0) {
    tell(translate('editing.nothingChanged'), null);
    return;
  }
  const changed = await editing.changeArtist(id, edit);
  await refresh();
  tell(translate('editing.saved', { name: changed.name }), () => undoLatest('artists', id));
}

export async function undoChangeNow(id: number): Promise<void> {
  await takeBack(() => editing.undoChange(id));
}

/** Takes songs out of the library: back by one click where their files stay, asked about where they do not. */
export async function removeSongsNow(songs: PlayableSong[]): Promise<void> {
  const question = {
    title: translate('editing.removeTitle'),
    text: translate('editing.removeText'),
    action: translate('editing.removeAction'),
  };
  let uploaded = false;
  const gone: number[] = [];
  try {
    const read = await editing.readSongs(songs.map((song) => song.id));
    uploaded = read.some((song) => song.uploader_id !== null);
    if (uploaded && !(await useOverlays().ask(question))) return;
    for (const song of songs) {
      await editing.removeSong(song.id);
      gone.push(song.id);
    }
  } catch (error) {
    useNotices().showFailure(translate('editing.removeFailed'), error);
  }
  await refresh();
  if (gone.length === 0) return;
  const restore = async () => {
    for (const id of gone) await editing.restoreSong(id);
  };
  tell(translate('editing.removed', { song: songs[0]?.title }, gone.length), uploaded ? null : restore);
}
