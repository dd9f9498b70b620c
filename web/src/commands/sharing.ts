/** "Share…" for songs, albums and playlists: it opens the dialog in which the link is made. */
import { Share2 } from 'lucide-vue-next';
import type { SharedThing } from '@/api/shares';
import { translate } from '@/messages';
import { useOverlays } from '@/stores/overlays';
import { useSession } from '@/stores/session';
import type { Command } from './command';

const mayShare = () => useSession().user?.rights.includes('share') ?? false;

function open(name: string, description: string, things: SharedThing[]): void {
  useOverlays().dialog = { kind: 'share', name, description, things };
}

const common = { icon: Share2, title: () => translate('shares.share') };

const ofSongs: Command<'songs'> = {
  ...common,
  id: 'songs-share',
  kind: 'songs',
  group: 'song',
  applies: ({ songs }) => mayShare() && songs.length > 0,
  run: ({ songs }) => {
    const name = songs.length === 1 ? (songs[0]?.title ?? '') : translate('library.songCount', {}, songs.length);
    const things = songs.map(({ id }): SharedThing => ({ type: 'song', id }));
    open(name, '', things);
  },
};

const ofAlbum: Command<'album'> = {
  ...common,
  id: 'album-share',
  kind: 'album',
  group: 'album',
  applies: mayShare,
  run: ({ album }) => open(album.title, '', [{ type: 'album', id: album.id }]),
};

const ofPlaylist: Command<'playlist'> = {
  ...common,
  id: 'playlist-share',
  kind: 'playlist',
  group: 'playlist',
  applies: mayShare,
  run: ({ playlist }) => open(playlist.title, playlist.title, [{ type: 'playlist', id: playlist.id }]),
};

export const sharingCommands = [ofSongs, ofAlbum, ofPlaylist];
