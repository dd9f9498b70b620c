/** Commands about one or several songs. */
import {
  AudioWaveform,
  Disc3,
  Info,
  ListEnd,
  ListPlus,
  ListStart,
  ListX,
  Play,
  Speaker,
  Star,
  StarOff,
  User,
} from 'lucide-vue-next';
import { translate } from '@/messages';
import { router } from '@/router';
import { useAnnotations } from '@/stores/annotations';
import { useJukebox } from '@/stores/jukebox';
import { useOverlays } from '@/stores/overlays';
import { usePlayer } from '@/stores/player';
import type { Command, SubjectOf } from './command';
import { enqueue } from './enqueue';
import { removeFromPlaylist } from './playlist-changes';
import { playMoreLike } from './similar';

type Songs = SubjectOf<'songs'>;
type SongCommand = Command<'songs'>;

const only = ({ songs }: Songs) => (songs.length === 1 ? songs[0] : undefined);

const allStarred = ({ songs }: Songs) => songs.every((song) => useAnnotations().isStarred('songs', song));

export function starSongs({ songs }: Songs, starred: boolean): void {
  for (const song of songs) void useAnnotations().star('songs', song, starred);
}

export const songCommands: SongCommand[] = [
  {
    id: 'songs-play',
    kind: 'songs',
    group: 'song',
    icon: Play,
    title: () => translate('commands.playSongs'),
    run: ({ songs }) => usePlayer().playSongs(songs),
  },
  {
    id: 'songs-next',
    kind: 'songs',
    group: 'song',
    icon: ListStart,
    title: () => translate('commands.playNext'),
    run: ({ songs }) => enqueue(songs, 'next'),
  },
  {
    id: 'songs-last',
    kind: 'songs',
    group: 'song',
    icon: ListEnd,
    title: () => translate('commands.playLast'),
    run: ({ songs }) => enqueue(songs, 'last'),
  },
  {
    id: 'songs-jukebox',
    kind: 'songs',
    group: 'song',
    icon: Speaker,
    title: () => translate('jukebox.playOnServer'),
    applies: () => useJukebox().isThere,
    run: ({ songs }) => useJukebox().add(songs),
  },
  {
    id: 'songs-similar',
    kind: 'songs',
    group: 'song',
    icon: AudioWaveform,
    title: () => translate('sounds.moreLikeThis'),
    applies: (subject) => only(subject) !== undefined,
    run: (subject) => {
      const song = only(subject);
      if (song) void playMoreLike(song);
    },
  },
  {
    id: 'songs-add-to-playlist',
    kind: 'songs',
    group: 'song',
    icon: ListPlus,
    keys: 'a',
    section: true,
    title: () => translate('commands.addToPlaylist'),
    run: ({ songs }) => {
      useOverlays().dialog = { kind: 'add-to-playlist', songs };
    },
  },
  {
    id: 'songs-star',
    kind: 'songs',
    group: 'song',
    icon: Star,
    keys: 'f',
    title: () => translate('commands.star'),
    applies: (subject) => !allStarred(subject),
    run: (subject) => starSongs(subject, true),
  },
  {
    id: 'songs-unstar',
    kind: 'songs',
    group: 'song',
    icon: StarOff,
    keys: 'f',
    title: () => translate('commands.unstar'),
    applies: allStarred,
    run: (subject) => starSongs(subject, false),
  },
  {
    id: 'songs-remove-from-playlist',
    kind: 'songs',
    group: 'song',
    icon: ListX,
    title: () => translate('commands.removeFromPlaylist'),
    applies: ({ playlistItems }) => playlistItems !== undefined,
    run: ({ songs, playlistItems }) => playlistItems && removeFromPlaylist(playlistItems, songs),
  },
  {
    id: 'songs-album',
    kind: 'songs',
    group: 'song',
    icon: Disc3,
    section: true,
    title: () => translate('commands.goToAlbum'),
    applies: (subject) => Boolean(only(subject)?.album_id),
    run: (subject) => router.push({ name: 'album', params: { id: only(subject)?.album_id } }),
  },
  {
    id: 'songs-artist',
    kind: 'songs',
    group: 'song',
    icon: User,
    title: (subject) => translate('commands.goToArtist', { name: only(subject)?.artists[0]?.name }),
    applies: (subject) => Boolean(only(subject)?.artists[0]),
    run: (subject) => router.push({ name: 'artist', params: { id: only(subject)?.artists[0]?.id } }),
  },
  {
    id: 'songs-facts',
    kind: 'songs',
    group: 'song',
    icon: Info,
    title: () => translate('commands.songFacts'),
    applies: (subject) => only(subject) !== undefined,
    run: (subject) => {
      const song = only(subject);
      if (song) useOverlays().dialog = { kind: 'song-facts', songId: song.id };
    },
  },
];
