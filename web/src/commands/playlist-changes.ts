/** Changes to playlists that are shown at once and can be taken back. */

import * as playlists from '@/api/playlists';
import { queryClient } from '@/api/query-client';
import type { PlayableSong, Playlist, PlaylistDetail, PlaylistItem, Slice } from '@/api/types';
import { translate } from '@/messages';
import { router } from '@/router';
import { useNotices } from '@/stores/notices';
import { doLater, isWaiting } from './later';
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

const deletionOf = (id: number) => `playlist ${id}`;

export const isBeingDeleted = (id: number): boolean => isWaiting(deletionOf(id));

/** Takes the playlist out of sight now and deletes it when the time for "Undo" is over. */
export function deletePlaylistSoon({ id, title }: Playlist): void {
  doLater({
    key: deletionOf(id),
    told: translate('playlists.deleted', { title }),
    failed: translate('playlists.deleteFailed', { title }),
    run: () => playlists.deletePlaylist(id),
    settled: () => refresh(id),
  });
  const route = router.currentRoute.value;
  if (route.name === 'playlist' && Number(route.params.id) === id) void router.push({ name: 'playlists' });
}
