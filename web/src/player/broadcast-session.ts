/** The system's own keys and lock screen for an episode or a station, as long as it stands in the place of the queue. */
import { watch } from 'vue';
import { pictureAddress } from '@/api/addresses';
import type { Broadcast, useBroadcast } from '@/stores/broadcast';
import type { usePlayer } from '@/stores/player';
import { answerMediaKeys, tellItem } from './media-session';

function tell(broadcast: Broadcast): void {
  if (broadcast.kind === 'station') {
    navigator.mediaSession.metadata = new MediaMetadata({ title: broadcast.station.name });
    return;
  }
  const { episode } = broadcast;
  const picture = pictureAddress({ kind: 'podcasts', id: episode.podcast_id }, 600);
  navigator.mediaSession.metadata = new MediaMetadata({
    title: episode.title,
    artist: episode.podcast_title,
    artwork: [{ src: new URL(picture, location.href).href, sizes: '600x600' }],
  });
}

export function connectBroadcastSession(
  broadcast: ReturnType<typeof useBroadcast>,
  player: ReturnType<typeof usePlayer>,
): void {
  if (!('mediaSession' in navigator)) return;
  const system = navigator.mediaSession;
  watch(
    () => broadcast.current,
    (current) => {
      if (!current) {
        tellItem(player.item);
        answerMediaKeys(player);
        return;
      }
      tell(current);
      const episode = current.kind === 'episode';
      const handlers: [MediaSessionAction, MediaSessionActionHandler | null][] = [
        ['play', () => broadcast.play()],
        ['pause', () => broadcast.pause()],
        ['stop', () => broadcast.pause()],
        ['previoustrack', null],
        ['nexttrack', null],
        ['seekbackward', episode ? () => broadcast.skipBack() : null],
        ['seekforward', episode ? () => broadcast.skipOn() : null],
        ['seekto', episode ? (details) => broadcast.seek(details.seekTime ?? 0) : null],
      ];
      for (const [action, handler] of handlers) {
        try {
          system.setActionHandler(action, handler);
        } catch {
          // Browsers refuse the actions that they do not know.
        }
      }
    },
  );
  watch(
    () => broadcast.playing,
    (playing) => {
      if (broadcast.current) system.playbackState = playing ? 'playing' : 'paused';
    },
  );
  watch([() => Math.floor(broadcast.position), () => broadcast.duration], ([, duration]) => {
    if (!broadcast.episode || duration <= 0) return;
    system.setPositionState({ duration, position: Math.min(broadcast.position, duration) });
  });
}
