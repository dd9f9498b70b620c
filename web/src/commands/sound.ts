/** Commands about how it sounds and for how long: quality, speed, the sleep timer, other devices. */
import {
  AudioLines,
  FastForward,
  Gauge,
  MonitorSpeaker,
  Moon,
  MoonStar,
  Rewind,
  SlidersHorizontal,
} from 'lucide-vue-next';
import { speedText, timeSpan } from '@/formatting/formatting';
import { translate } from '@/messages';
import type { SleepWish } from '@/player/sleep-timer';
import { qualities } from '@/player/sources';
import { speedNear } from '@/player/speeds';
import { useBroadcast } from '@/stores/broadcast';
import { useNotices } from '@/stores/notices';
import { useOverlays } from '@/stores/overlays';
import { usePlayer } from '@/stores/player';
import { usePreferences } from '@/stores/preferences';
import type { Command } from './command';

type General = Command<'everything'>;

const SLEEP_MINUTES = [15, 30, 45, 60];
const SPEED_CHANGE = 0.1;

function changeSpeed(step: number): void {
  const preferences = usePreferences();
  const player = usePlayer();
  const speed = speedNear(player.speed + step);
  preferences.speeds = { ...preferences.speeds, [player.kind]: speed };
  useNotices().show(translate('player.speedIs', { speed: speedText(speed) }));
}

function sleep(wish: SleepWish | null): void {
  const { sleep: timer } = usePlayer();
  const notices = useNotices();
  if (!wish) {
    timer.clear();
    notices.show(translate('player.sleepCleared'));
    return;
  }
  timer.set(wish);
  const words = { minutes: 'player.sleepSet', song: 'player.sleepWithSong', album: 'player.sleepWithAlbum' }[wish.kind];
  notices.show(translate(words, { time: wish.kind === 'minutes' ? timeSpan(wish.minutes * 60) : '' }), {
    action: { label: translate('common.undo'), run: () => timer.clear() },
  });
}

const plays = () => usePlayer().item !== null;
const sounds = () => plays() || useBroadcast().current !== null;

const sleepCommands: General[] = [
  ...SLEEP_MINUTES.map((minutes) => ({
    id: `sleep-${minutes}`,
    title: () => translate('commands.sleepMinutes', { n: minutes }),
    applies: sounds,
    run: () => sleep({ kind: 'minutes', minutes }),
  })),
  {
    id: 'sleep-song',
    title: () => translate('commands.sleepSong'),
    applies: plays,
    run: () => sleep({ kind: 'song' }),
  },
  {
    id: 'sleep-album',
    title: () => translate('commands.sleepAlbum'),
    applies: plays,
    run: () => sleep({ kind: 'album' }),
  },
].map((command) => ({ ...command, kind: 'everything', group: 'playback', icon: Moon }) as General);

export const soundCommands: General[] = [
  {
    id: 'sound',
    kind: 'everything',
    group: 'playback',
    icon: SlidersHorizontal,
    keys: 'o',
    title: () => translate('commands.sound'),
    run: () => {
      useOverlays().dialog = { kind: 'sound' };
    },
  },
  {
    id: 'devices',
    kind: 'everything',
    group: 'playback',
    icon: MonitorSpeaker,
    keys: 'd',
    title: () => translate('commands.devices'),
    run: () => {
      useOverlays().dialog = { kind: 'devices' };
    },
  },
  {
    id: 'slower',
    kind: 'everything',
    group: 'playback',
    icon: Rewind,
    keys: '<',
    title: () => translate('commands.slower'),
    run: () => changeSpeed(-SPEED_CHANGE),
  },
  {
    id: 'faster',
    kind: 'everything',
    group: 'playback',
    icon: FastForward,
    keys: '>',
    title: () => translate('commands.faster'),
    run: () => changeSpeed(SPEED_CHANGE),
  },
  {
    id: 'speed-normal',
    kind: 'everything',
    group: 'playback',
    icon: Gauge,
    title: () => translate('player.speedReset'),
    applies: () => usePlayer().speed !== 1,
    run: () => changeSpeed(1 - usePlayer().speed),
  },
  ...sleepCommands,
  {
    id: 'sleep-off',
    kind: 'everything',
    group: 'playback',
    icon: MoonStar,
    title: () => translate('commands.sleepOff'),
    applies: () => usePlayer().sleep.isSet,
    run: () => sleep(null),
  },
  ...qualities.map(
    (quality): General => ({
      id: `quality-${quality}`,
      kind: 'everything',
      group: 'playback',
      icon: AudioLines,
      title: () => translate('commands.qualityTo', { quality: translate(`player.qualities.${quality}`) }),
      applies: () => usePlayer().quality !== quality,
      run: () => {
        const preferences = usePreferences();
        if (usePlayer().metered) preferences.meteredQuality = quality;
        else preferences.quality = quality;
      },
    }),
  ),
];
