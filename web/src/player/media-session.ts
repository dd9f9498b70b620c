/** Tells the operating system what plays, so that its own keys and lock screen work. */
import { watch } from 'vue';
import { pictureAddress } from '@/api/addresses';
import type { usePlayer } from '@/stores/player';
import { makerOf, type Playable, pictureOf, songIn } from './items';

const SKIP_SECONDS = 10;

export function connectMediaSession(player: ReturnType<typeof usePlayer>): void {
  if (!('mediaSession' in navigator)) return;
  const system = navigator.mediaSession;

  watch(() => player.item, tellItem, { immediate: true });

  watch(
    () => player.playing,
    (playing) => {
      system.playbackState = playing ? 'playing' : 'paused';
    },
  );

  watch([() => Math.floor(player.position), () => player.duration, () => player.speed], () => {
    if (player.duration <= 0) return;
    const position = Math.min(player.position, player.duration);
    system.setPositionState({ duration: player.duration, position, playbackRate: player.speed });
  });

  answerMediaKeys(player);
}

/** What the system shows of the queue's song or episode. */
export function tellItem(item: Playable | null): void {
  const system = navigator.mediaSession;
  if (!item) {
    system.metadata = null;
    return;
  }
  const artwork = ([300, 600] as const).map((size) => ({
    src: new URL(pictureAddress(pictureOf(item), size), location.href).href,
    sizes: `${size}x${size}`,
  }));
  system.metadata = new MediaMetadata({
    title: item.title,
    artist: makerOf(item),
    album: songIn(item)?.album ?? '',
    artwork,
  });
}

/** The system's own keys act on what the queue plays. */
export function answerMediaKeys(player: ReturnType<typeof usePlayer>): void {
  const system = navigator.mediaSession;
  const handlers: [MediaSessionAction, MediaSessionActionHandler][] = [
    ['play', () => player.play()],
    ['pause', () => player.pause()],
    ['previoustrack', () => player.previous()],
    ['nexttrack', () => player.next()],
    ['seekbackward', (details) => player.seek(player.position - (details.seekOffset ?? SKIP_SECONDS))],
    ['seekforward', (details) => player.seek(player.position + (details.seekOffset ?? SKIP_SECONDS))],
    ['seekto', (details) => player.seek(details.seekTime ?? 0)],
    ['stop', () => player.pause()],
  ];
  for (const [action, handler] of handlers) {
    try {
      system.setActionHandler(action, handler);
    } catch {
      // Browsers refuse the actions that they do not know.
    }
  }
}
