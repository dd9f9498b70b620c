/** Commands that change the library: for its admins, and for what is one's own. */
import { History, Pencil, Trash2 } from 'lucide-vue-next';
import type { Album, PlayableSong, Song } from '@/api/types';
import { translate } from '@/messages';
import { useOverlays } from '@/stores/overlays';
import { useSession } from '@/stores/session';
import type { Command } from './command';
import { removeSongsNow } from './library-changes';

function isMine(thing: PlayableSong | Album): boolean {
  const { user, isAdmin } = useSession();
  // Songs that a queue has kept since before do not tell whose they are.
  return isAdmin || (user !== null && (thing as Partial<Song>).uploader_id === user.id);
}

const songEditing: Command<'songs'>[] = [
  {
    id: 'songs-edit',
    kind: 'songs',
    group: 'song',
    icon: Pencil,
    keys: 'e',
    section: true,
    title: () => translate('editing.edit'),
    applies: ({ songs }) => songs.length > 0 && songs.every(isMine),
    run: ({ songs }) => {
      useOverlays().dialog = { kind: 'edit-songs', songIds: songs.map((song) => song.id) };
    },
  },
  {
    id: 'songs-history',
    kind: 'songs',
    group: 'song',
    icon: History,
    title: () => translate('editing.history'),
    applies: ({ songs }) => songs.length === 1 && songs.every(isMine),
    run: ({ songs: [song] }) => {
      if (song) useOverlays().dialog = { kind: 'history', thing: 'songs', id: song.id, name: song.title };
    },
  },
  {
    id: 'songs-remove',
    kind: 'songs',
    group: 'song',
    icon: Trash2,
    danger: true,
    title: () => translate('editing.remove'),
    applies: ({ songs }) => songs.length > 0 && songs.every(isMine),
    run: ({ songs }) => removeSongsNow(songs),
  },
];

const albumEditing: Command<'album'>[] = [
  {
    id: 'album-edit',
    kind: 'album',
    group: 'album',
    icon: Pencil,
    section: true,
    title: () => translate('editing.edit'),
    applies: ({ album }) => isMine(album),
    run: ({ album }) => {
      useOverlays().dialog = { kind: 'edit-album', albumId: album.id };
    },
  },
  {
    id: 'album-history',
    kind: 'album',
    group: 'album',
    icon: History,
    title: () => translate('editing.history'),
    applies: ({ album }) => isMine(album),
    run: ({ album }) => {
      useOverlays().dialog = { kind: 'history', thing: 'albums', id: album.id, name: album.title };
    },
  },
];

const artistEditing: Command<'artist'>[] = [
  {
    id: 'artist-edit',
    kind: 'artist',
    group: 'artist',
    icon: Pencil,
    section: true,
    title: () => translate('editing.edit'),
    applies: () => useSession().isAdmin,
    run: ({ artist }) => {
      useOverlays().dialog = { kind: 'edit-artist', artistId: artist.id };
    },
  },
  {
    id: 'artist-history',
    kind: 'artist',
    group: 'artist',
    icon: History,
    title: () => translate('editing.history'),
    applies: () => useSession().isAdmin,
    run: ({ artist }) => {
      useOverlays().dialog = { kind: 'history', thing: 'artists', id: artist.id, name: artist.name };
    },
  },
];

export const editingCommands = [...songEditing, ...albumEditing, ...artistEditing];
