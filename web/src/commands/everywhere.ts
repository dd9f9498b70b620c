/** Commands that need nothing chosen: playback, places, the app itself. */
import {
  Bell,
  CirclePlus,
  Command as CommandIcon,
  Disc3,
  FastForward,
  House,
  Keyboard,
  Library,
  LibraryBig,
  ListMusic,
  ListVideo,
  LogOut,
  Maximize2,
  MicVocal,
  Moon,
  Music,
  Play,
  Podcast,
  Radio,
  Repeat,
  Rewind,
  ScanSearch,
  Search,
  Settings,
  Share2,
  ShieldAlert,
  Shuffle,
  SkipBack,
  SkipForward,
  Star,
  Sun,
  Tag,
  Upload,
  UserRound,
  Users,
  UsersRound,
  Volume1,
  Volume2,
  VolumeX,
} from 'lucide-vue-next';
import type { Component } from 'vue';
import { translate } from '@/messages';
import { router } from '@/router';
import { useBroadcast } from '@/stores/broadcast';
import { useOverlays } from '@/stores/overlays';
import { usePlayer } from '@/stores/player';
import { usePreferences } from '@/stores/preferences';
import { useScan } from '@/stores/scan';
import { useSession } from '@/stores/session';
import type { Command, SubjectOf } from './command';
import { leave } from './leave';
import { toggleNowPlaying } from './now-playing';

type General = Command<'everything'>;

const all: SubjectOf<'everything'> = { kind: 'everything' };

const SEEK_SECONDS = 10;
const VOLUME_STEP = 0.05;

const isPlaying = () => usePlayer().item !== null || useBroadcast().current !== null;

/** What sounds or is paused: an episode or a station in the place of the queue, else the queue. */
const sounding = () => (useBroadcast().current ? useBroadcast() : usePlayer());

function changeVolume(step: number): void {
  const preferences = usePreferences();
  preferences.muted = false;
  preferences.volume = Math.min(1, Math.max(0, preferences.volume + step));
}

function playback(id: string, icon: Component, keys: string | undefined, run: () => unknown, words = id): General {
  const title = () => translate(`commands.${words}`);
  return { id, kind: 'everything', group: 'playback', icon, keys, title, applies: isPlaying, run };
}

function place(id: string, icon: Component, name: string, keys: string, words: string): General {
  const title = () => translate('commands.go', { place: translate(words).toLowerCase() });
  return { id, kind: 'everything', group: 'go', icon, keys, title, run: () => router.push({ name }) };
}

function app(id: string, icon: Component, keys: string | undefined, words: string, run: () => unknown): General {
  return { id, kind: 'everything', group: 'app', icon, keys, title: () => translate(words), run };
}

export const everywhere: General[] = [
  playback('play-pause', Play, 'space', () => sounding().toggle(), 'playPause'),
  playback('next', SkipForward, 'shift+n', () => usePlayer().next()),
  playback('previous', SkipBack, 'shift+p', () => usePlayer().previous()),
  playback(
    'seek-back',
    Rewind,
    'shift+arrowleft',
    () => sounding().seek(sounding().position - SEEK_SECONDS),
    'seekBack',
  ),
  playback(
    'seek-on',
    FastForward,
    'shift+arrowright',
    () => sounding().seek(sounding().position + SEEK_SECONDS),
    'seekOn',
  ),
  {
    ...playback('shuffle', Shuffle, 's', () => usePlayer().toggleShuffle()),
    title: () => translate(usePlayer().queue.shuffled ? 'commands.shuffleOff' : 'commands.shuffleOn'),
    applies: () => true,
  },
  { ...playback('repeat', Repeat, 'r', () => usePlayer().cycleRepeat()), applies: () => true },
  {
    ...playback('volume-up', Volume2, 'shift+arrowup', () => changeVolume(VOLUME_STEP), 'volumeUp'),
    applies: () => true,
  },
  {
    ...playback('volume-down', Volume1, 'shift+arrowdown', () => changeVolume(-VOLUME_STEP), 'volumeDown'),
    applies: () => true,
  },
  {
    ...playback('mute', VolumeX, 'm', () => {
      usePreferences().muted = !usePreferences().muted;
    }),
    title: () => translate(usePreferences().muted ? 'commands.unmute' : 'commands.mute'),
    applies: () => true,
  },
  playback('now-playing', Maximize2, 'p', () => toggleNowPlaying(), 'nowPlaying'),
  app('queue', ListVideo, 'q', 'commands.queue', () => useOverlays().togglePanel('queue')),
  app('lyrics', MicVocal, 'l', 'commands.lyrics', () => useOverlays().togglePanel('lyrics')),
  place('go-home', House, 'home', 'g h', 'common.home'),
  place('go-search', Search, 'search', '/', 'search.search'),
  place('go-albums', Disc3, 'albums', 'g a', 'library.albums'),
  place('go-artists', Users, 'artists', 'g r', 'library.artists'),
  place('go-songs', Music, 'songs', 'g s', 'library.songs'),
  place('go-genres', Tag, 'genres', 'g g', 'library.genres'),
  place('go-starred', Star, 'starred', 'g f', 'library.starred'),
  place('go-podcasts', Podcast, 'podcasts', 'g o', 'broadcasts.podcasts'),
  place('go-radio', Radio, 'radio', 'g t', 'broadcasts.radio'),
  place('go-shares', Share2, 'settings-shares', 'g w', 'shares.all'),
  place('go-playlists', ListMusic, 'playlists', 'g p', 'playlists.playlists'),
  place('go-library', Library, 'library', 'g l', 'common.library'),
  place('go-notices', Bell, 'notices', 'g i', 'notices.notices'),
  place('go-profile', UserRound, 'settings-profile', 'g m', 'profile.profile'),
  {
    ...place('go-members', UsersRound, 'settings-members', 'g e', 'members.members'),
    applies: () => useSession().isAdmin,
  },
  { ...place('go-desk', LibraryBig, 'desk', 'g y', 'desk.desk'), applies: () => useSession().mayUpload },
  { ...place('go-upload', Upload, 'upload', 'g u', 'uploads.upload'), applies: () => useSession().mayUpload },
  {
    ...place('go-moderation', ShieldAlert, 'settings-moderation', 'g d', 'moderation.moderation'),
    applies: () => useSession().isAdmin,
  },
  place('go-settings', Settings, 'settings', 'g ,', 'settings.settings'),
  {
    ...app('palette', CommandIcon, 'mod+k', 'commands.palette', () => {
      useOverlays().paletteOpen = !useOverlays().paletteOpen;
    }),
    hidden: true,
  },
  app('new-playlist', CirclePlus, 'g n', 'commands.newPlaylist', () => {
    useOverlays().dialog = { kind: 'name-playlist', playlist: null, songs: [] };
  }),
  {
    ...app('theme', Moon, 't', 'commands.themeDark', () => {
      const preferences = usePreferences();
      preferences.theme = preferences.appliedTheme === 'light' ? 'dark' : 'light';
    }),
    get icon() {
      return usePreferences().appliedTheme === 'light' ? Moon : Sun;
    },
    title: () => translate(usePreferences().appliedTheme === 'light' ? 'commands.themeDark' : 'commands.themeLight'),
  },
  {
    ...app('scan', ScanSearch, undefined, 'commands.scan', () => useScan().start(false)),
    applies: () => useSession().isAdmin,
  },
  app('shortcuts', Keyboard, '?', 'commands.shortcuts', () => {
    useOverlays().dialog = { kind: 'shortcuts' };
  }),
  app('sign-out', LogOut, undefined, 'account.signOut', () => leave()),
];

/** The menu below one's own name: the same commands again. */
export const accountCommands: Command<'account'>[] = ['go-profile', 'go-settings', 'shortcuts', 'sign-out'].map(
  (id) => {
    const command = everywhere.find((one) => one.id === id) as General;
    const { icon, group } = command;
    const names: Record<string, string> = { 'go-profile': 'profile.profile', 'go-settings': 'settings.settings' };
    const title = () => (names[id] ? translate(names[id]) : command.title(all));
    return {
      id: `account-${id}`,
      kind: 'account',
      icon,
      group,
      title,
      run: () => command.run(all),
      section: id === 'sign-out',
    };
  },
);
