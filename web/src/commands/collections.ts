/** Commands about an album, an artist or a playlist: they all stand for songs. */
import { useClipboard } from '@vueuse/core';
import {
  Link,
  ListEnd,
  ListPlus,
  ListStart,
  Lock,
  Pencil,
  Play,
  Shuffle,
  Star,
  StarOff,
  Trash2,
  User,
} from 'lucide-vue-next';
import type { Component } from 'vue';
import { songsOfAlbum, songsOfArtist } from '@/api/catalogue';
import { playableItems, readPlaylist } from '@/api/playlists';
import type { PlayableSong } from '@/api/types';
import { translate } from '@/messages';
import { router } from '@/router';
import { useAnnotations } from '@/stores/annotations';
import { useNotices } from '@/stores/notices';
import { useOverlays } from '@/stores/overlays';
import { usePlayer } from '@/stores/player';
import type { Command, SubjectOf } from './command';
import { enqueue, withSongs } from './enqueue';
import { changePlaylistNow, deletePlaylistSoon } from './playlist-changes';

type Kind = 'album' | 'artist' | 'playlist';
type Collection = SubjectOf<Kind>;

export function songsOf(subject: Collection): Promise<PlayableSong[]> {
  if (subject.kind === 'album') return songsOfAlbum(subject.album.id);
  if (subject.kind === 'artist') return songsOfArtist(subject.artist.id);
  return readPlaylist(subject.playlist.id).then(({ items }) => playableItems(items).map((item) => item.song));
}

function addressOf(subject: Collection): string {
  const id =
    subject.kind === 'album' ? subject.album.id : subject.kind === 'artist' ? subject.artist.id : subject.playlist.id;
  return new URL(router.resolve({ name: subject.kind, params: { id } }).href, location.origin).href;
}

async function copyLink(subject: Collection): Promise<void> {
  if ('clipboard' in navigator) await navigator.clipboard.writeText(addressOf(subject));
  // Over plain HTTP, as in a home network, browsers hide the clipboard; the old way is open then.
  else await useClipboard({ legacy: true }).copy(addressOf(subject));
  useNotices().show(translate('commands.linkCopied'));
}

/** The same for all three: only what becomes of the songs differs. */
function overSongs(
  kind: Kind,
  id: string,
  icon: Component,
  words: string,
  then: (songs: PlayableSong[]) => void,
): Command<Kind> {
  return {
    id: `${kind}-${id}`,
    kind,
    group: kind,
    icon,
    title: () => translate(`commands.${words}`),
    run: (subject) => withSongs(() => songsOf(subject), then),
  };
}

function common(kind: Kind): Command<Kind>[] {
  const addToPlaylist = overSongs(kind, 'add-to-playlist', ListPlus, 'addToPlaylist', (songs) => {
    useOverlays().dialog = { kind: 'add-to-playlist', songs };
  });
  return [
    overSongs(kind, 'play', Play, 'play', (songs) => usePlayer().playSongs(songs)),
    overSongs(kind, 'shuffle', Shuffle, 'shuffle', (songs) => usePlayer().playShuffled(songs)),
    overSongs(kind, 'next', ListStart, 'playNext', (songs) => enqueue(songs, 'next')),
    overSongs(kind, 'last', ListEnd, 'playLast', (songs) => enqueue(songs, 'last')),
    { ...addToPlaylist, section: true },
  ];
}

function starring(kind: 'album' | 'artist', starred: boolean): Command<'album' | 'artist'> {
  const isStarred = (subject: SubjectOf<'album' | 'artist'>) =>
    subject.kind === 'album'
      ? useAnnotations().isStarred('albums', subject.album)
      : useAnnotations().isStarred('artists', subject.artist);
  return {
    id: `${kind}-${starred ? 'star' : 'unstar'}`,
    kind,
    group: kind,
    icon: starred ? Star : StarOff,
    title: () => translate(starred ? 'commands.star' : 'commands.unstar'),
    applies: (subject) => isStarred(subject) !== starred,
    run: (subject) =>
      subject.kind === 'album'
        ? useAnnotations().star('albums', subject.album, starred)
        : useAnnotations().star('artists', subject.artist, starred),
  };
}

function link(kind: Kind): Command<Kind> {
  const title = () => translate('commands.copyLink');
  return { id: `${kind}-link`, kind, group: kind, icon: Link, section: true, title, run: copyLink };
}

const isOwn = ({ playlist }: SubjectOf<'playlist'>) => playlist.role === 'owner';

const goToArtist: Command<'album'> = {
  id: 'album-artist',
  kind: 'album',
  group: 'album',
  icon: User,
  title: ({ album }) => translate('commands.goToArtist', { name: album.artists[0]?.name }),
  applies: ({ album }) => album.artists.length > 0,
  run: ({ album }) => router.push({ name: 'artist', params: { id: album.artists[0]?.id } }),
};

const ownPlaylist: Command<'playlist'>[] = [
  {
    id: 'playlist-rename',
    kind: 'playlist',
    group: 'playlist',
    icon: Pencil,
    title: () => translate('commands.rename'),
    applies: isOwn,
    run: ({ playlist }) => {
      useOverlays().dialog = { kind: 'name-playlist', playlist, songs: [] };
    },
  },
  {
    id: 'playlist-visibility',
    kind: 'playlist',
    group: 'playlist',
    icon: Lock,
    title: ({ playlist }) => translate(playlist.is_public ? 'commands.makePrivate' : 'commands.makePublic'),
    applies: isOwn,
    run: ({ playlist }) => changePlaylistNow(playlist.id, { is_public: !playlist.is_public }),
  },
  {
    id: 'playlist-delete',
    kind: 'playlist',
    group: 'playlist',
    icon: Trash2,
    danger: true,
    section: true,
    title: () => translate('commands.delete'),
    applies: isOwn,
    run: ({ playlist }) => deletePlaylistSoon(playlist),
  },
];

export const collectionCommands = [
  ...common('album'),
  starring('album', true),
  starring('album', false),
  goToArtist,
  link('album'),
  ...common('artist'),
  starring('artist', true),
  starring('artist', false),
  link('artist'),
  ...common('playlist'),
  link('playlist'),
  ...ownPlaylist,
];
