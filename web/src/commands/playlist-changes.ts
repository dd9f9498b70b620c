/** Changes to playlists that are shown at once and can be taken back. */

import * as playlists from '@/api/playlists';
import { queryClient } from '@/api/query-client';
import type { PlayableSong, Playlist, PlaylistDetail, PlaylistItem, Slice } from '@/api/types';
import { translate } from '@/messages';
import { router } from '@/router';
import { NOTICE_MILLISECONDS, useNotices } from '@/stores/notices';
import type { PlaylistPlaces } from './subject';

export const playlistsKey = ['playlists'] as const;
export const playlistKey = (id: number) => ['playlist', id] as const;

async function refresh(id: number): Promise<void> {
  await Promise.all([
    queryClient.invalidateQueries({ queryKey: playlistsKey }),
    queryClient.invalidateQueries({ queryKey: playlistKey(id) }),
  ]);
}

function changeLists(change: (known: Playlist[]) => Playlist[]): void {
  queryClient.setQueryData<Slice<Playlist>>(playlistsKey, (known) => known && { ...known, items: change(known.items) });
}

export async function changePlaylistNow(id: number, change: playlists.PlaylistChange): Promise<void> {
  const { tracks: _tracks, ...facts } = change;
  changeLists((known) => known.map((playlist) => (playlist.id === id ? { ...playlist, ...facts } : playlist)));
  queryClient.setQueryData<PlaylistDetail>(playlistKey(id), (known) => known && { ...known, ...facts });
  try {
    await playlists.changePlaylist(id, change);
  } catch (error) {
    useNotices().showFailure(translate('playlists.changeFailed'), error);
  }
  await refresh(id);
}

/** Puts the items of a playlist in a new order, or leaves some out. */
export async function arrangePlaylist(id: number, items: PlaylistItem[]): Promise<void> {
  const placed = items.map((item, position) => ({ ...item, position }));
  queryClient.setQueryData<PlaylistDetail>(playlistKey(id), (known) => known && { ...known, items: placed });
  await changePlaylistNow(id, { tracks: placed.map((item) => item.track) });
}

export async function removeFromPlaylist(places: PlaylistPlaces, songs: PlayableSong[]): Promise<void> {
  const id = places.playlistId;
  const before = queryClient.getQueryData<PlaylistDetail>(playlistKey(id))?.items;
  if (!before) return;
  const gone = new Set(places.itemIds);
  useNotices().show(translate('playlists.removed', { song: songs[0]?.title }, songs.length), {
    action: { label: translate('common.undo'), run: () => void arrangePlaylist(id, before) },
  });
  await arrangePlaylist(
    id,
    before.filter((item) => !gone.has(item.item_id)),
  );
}

export async function addToPlaylist(playlist: Playlist, songs: PlayableSong[]): Promise<void> {
  const notices = useNotices();
  try {
    const known = await playlists.readPlaylist(playlist.id);
    const before = known.items.map((item) => item.track);
    const added = songs.map((song) => song.id);
    await playlists.changePlaylist(playlist.id, { tracks: [...before, ...added] });
    notices.show(translate('playlists.added', { song: songs[0]?.title, title: playlist.title }, songs.length), {
      action: {
        label: translate('common.undo'),
        run: () => void changePlaylistNow(playlist.id, { tracks: before }),
      },
    });
  } catch (error) {
    notices.showFailure(translate('playlists.changeFailed'), error);
  }
  await refresh(playlist.id);
}

export async function createPlaylist(title: string, songs: PlayableSong[]): Promise<void> {
  const notices = useNotices();
  try {
    const made = await playlists.createPlaylist(
      title,
      songs.map((song) => song.id),
    );
    notices.show(translate('playlists.created', { title }));
    await refresh(made.id);
    if (songs.length === 0) await router.push({ name: 'playlist', params: { id: made.id } });
  } catch (error) {
    notices.showFailure(translate('playlists.createFailed'), error);
  }
}

const waitingDeletions = new Map<number, () => void>();

/** Takes the playlist out of sight now and deletes it when the time for "Undo" is over. */
export function deletePlaylistSoon(playlist: Playlist): void {
  const notices = useNotices();
  const carryOut = async () => {
    waitingDeletions.delete(playlist.id);
    try {
      await playlists.deletePlaylist(playlist.id);
    } catch (error) {
      notices.showFailure(translate('playlists.deleteFailed', { title: playlist.title }), error);
    }
    await refresh(playlist.id);
  };
  const timer = setTimeout(() => void carryOut(), NOTICE_MILLISECONDS);
  waitingDeletions.set(playlist.id, () => void carryOut());
  changeLists((known) => known.filter((other) => other.id !== playlist.id));
  const route = router.currentRoute.value;
  if (route.name === 'playlist' && Number(route.params.id) === playlist.id) void router.push({ name: 'playlists' });
  notices.show(translate('playlists.deleted', { title: playlist.title }), {
    action: {
      label: translate('common.undo'),
      run: () => {
        clearTimeout(timer);
        waitingDeletions.delete(playlist.id);
        void refresh(playlist.id);
      },
    },
  });
}

/** Left to the next page by the one that was left: its last requests may not have arrived when that one asks. */
const LEFT_BEHIND = 'playlists-being-deleted';
const LATE_MILLISECONDS = 10_000;
const deletedBefore = new Set<number>();

export function isBeingDeleted(id: number): boolean {
  return waitingDeletions.has(id) || deletedBefore.has(id);
}

function takeOver(): void {
  const left = sessionStorage.getItem(LEFT_BEHIND);
  if (!left) return;
  sessionStorage.removeItem(LEFT_BEHIND);
  for (const id of left.split(',')) deletedBefore.add(Number(id));
  setTimeout(() => {
    deletedBefore.clear();
    void queryClient.invalidateQueries({ queryKey: playlistsKey });
  }, LATE_MILLISECONDS);
}

if (typeof window !== 'undefined') {
  window.addEventListener('pagehide', () => {
    if (waitingDeletions.size > 0) sessionStorage.setItem(LEFT_BEHIND, [...waitingDeletions.keys()].join(','));
    for (const carryOut of waitingDeletions.values()) carryOut();
  });
  takeOver();
}
