/** What plays, above every page. The audio elements live in the engine; this store tells it what to do. */
import { useDebounceFn, useEventListener, useThrottleFn } from '@vueuse/core';
import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import { reportNowPlaying } from '@/api/listening';
import type { PlayableSong } from '@/api/types';
import { translate } from '@/messages';
import { Engine } from '@/player/engine';
import { diagnoseFailure } from '@/player/failure';
import { ListenMeter } from '@/player/listen-meter';
import { elementVolume } from '@/player/loudness';
import { addPlay } from '@/player/play-outbox';
import * as queues from '@/player/queue';
import { storedPosition, storedQueue, storePosition, storeQueue } from '@/player/queue-storage';
import { useNotices } from './notices';
import { usePreferences } from './preferences';
import { useSession } from './session';

/** Seconds before the end at which the next song is fetched. */
const PREPARE_BEFORE_END = 30;
/** "Previous" within these seconds goes back a song, later to the start of this one. */
const BACK_WITHIN = 3;
const MOST_FAILURES_IN_A_ROW = 3;

export const usePlayer = defineStore('player', () => {
  const preferences = usePreferences();
  const notices = useNotices();
  const session = useSession();

  const queue = shallowRef<queues.Queue>(queues.emptyQueue());
  const playing = ref(false);
  const waiting = ref(false);
  const position = ref(0);
  const duration = ref(0);
  const buffered = ref(0);

  const current = computed<PlayableSong | null>(() => queues.currentEntry(queue.value)?.song ?? null);
  const hasNext = computed(() => queues.indexAfter(queue.value, true) !== null);

  let failures = 0;
  let announced: number | null = null;

  const meter = new ListenMeter((listen) => {
    addPlay({ song_id: listen.songId, played_at: listen.startedAt.toISOString(), seconds: listen.seconds });
  });

  const engine = new Engine({
    onTime(seconds) {
      position.value = seconds;
      if (playing.value) meter.advance(seconds);
      if (seconds > 0.5) failures = 0;
      rememberPosition();
      const following = queues.indexAfter(queue.value, false);
      const song = following === null ? null : queue.value.entries[following]?.song;
      if (song && duration.value - seconds < PREPARE_BEFORE_END) engine.prepare(song.id);
    },
    onDuration(seconds) {
      duration.value = seconds;
    },
    onPlaying(isPlaying) {
      playing.value = isPlaying;
    },
    onWaiting(isWaiting) {
      waiting.value = isWaiting;
    },
    onBuffered(fraction) {
      buffered.value = fraction;
    },
    onEnded: () => goOn(false),
    onFailed: (songId) => void recover(songId),
  });

  const rememberPosition = useThrottleFn(() => {
    if (current.value) storePosition(current.value.id, position.value);
  }, 2000);

  function keepQueue(): void {
    if (session.user) storeQueue(session.user.id, queue.value);
  }
  const keepQueueSoon = useDebounceFn(keepQueue, 400);

  watch(queue, () => void keepQueueSoon());
  useEventListener(window, 'pagehide', () => {
    keepQueue();
    if (current.value) storePosition(current.value.id, position.value);
  });
  watch(
    [() => preferences.volume, () => preferences.muted, () => preferences.levelling, current],
    () => {
      const slider = preferences.muted ? 0 : preferences.volume;
      engine.setVolume(elementVolume(slider, current.value, preferences.levelling));
    },
    { immediate: true },
  );

  /** Makes the queue's current song the one that sounds. */
  function take(andPlay: boolean, from = 0): void {
    const song = current.value;
    position.value = from;
    buffered.value = 0;
    duration.value = song?.duration ?? 0;
    if (!song) {
      engine.stop();
      playing.value = false;
      announce(null);
      return;
    }
    engine.load(song.id, from);
    meter.begin(song.id, song.duration);
    if (andPlay) play();
  }

  function announce(songId: number | null): void {
    if (announced === songId) return;
    announced = songId;
    reportNowPlaying(songId).catch(() => {
      // Others merely do not see it; the next song tells them again.
    });
  }

  function play(): void {
    if (!current.value) return;
    playing.value = true;
    announce(current.value.id);
    void engine.play();
  }

  function pause(): void {
    engine.pause();
    playing.value = false;
  }

  function toggle(): void {
    if (playing.value) pause();
    else play();
  }

  function playSongs(songs: PlayableSong[], start = 0): void {
    if (songs.length === 0) return;
    queue.value = queues.replaceWith(queue.value, songs, start);
    take(true);
  }

  function playShuffled(songs: PlayableSong[]): void {
    if (songs.length === 0) return;
    queue.value = { ...queue.value, shuffled: true };
    playSongs(songs, Math.floor(Math.random() * songs.length));
  }

  function enqueue(songs: PlayableSong[], where: 'next' | 'last'): void {
    const wasEmpty = current.value === null;
    queue.value = where === 'next' ? queues.addNext(queue.value, songs) : queues.addLast(queue.value, songs);
    if (wasEmpty) take(true);
  }

  function jumpTo(key: number): void {
    const index = queue.value.entries.findIndex((entry) => entry.key === key);
    if (index < 0) return;
    queue.value = { ...queue.value, index };
    take(true);
  }

  function goOn(pressed: boolean): void {
    const index = queues.indexAfter(queue.value, pressed);
    if (index === null) {
      pause();
      seek(0);
      announce(null);
      return;
    }
    queue.value = { ...queue.value, index };
    take(true);
  }

  function next(): void {
    if (hasNext.value) goOn(true);
  }

  function previous(): void {
    const index = queues.indexBefore(queue.value);
    if (position.value > BACK_WITHIN || index === null) {
      seek(0);
      return;
    }
    queue.value = { ...queue.value, index };
    take(true);
  }

  function seek(seconds: number): void {
    const bounded = Math.min(Math.max(seconds, 0), Math.max(duration.value - 0.1, 0));
    position.value = bounded;
    engine.seek(bounded);
  }

  function removeEntries(keys: number[]): void {
    const before = queues.currentEntry(queue.value)?.key;
    queue.value = queues.remove(queue.value, new Set(keys));
    if (queues.currentEntry(queue.value)?.key !== before) take(playing.value);
  }

  function moveEntry(key: number, to: number): void {
    queue.value = queues.move(queue.value, key, to);
  }

  function clearQueue(): void {
    queue.value = queues.keepCurrentOnly(queue.value);
  }

  function restoreEntries(earlier: queues.Queue): void {
    const before = queues.currentEntry(queue.value)?.key;
    queue.value = earlier;
    if (queues.currentEntry(earlier)?.key !== before) take(playing.value);
  }

  function toggleShuffle(): void {
    queue.value = queues.setShuffled(queue.value, !queue.value.shuffled);
  }

  function cycleRepeat(): void {
    const following: Record<queues.Repeat, queues.Repeat> = { off: 'all', all: 'one', one: 'off' };
    queue.value = { ...queue.value, repeat: following[queue.value.repeat] };
  }

  const isCurrent = (songId: number) => current.value?.id === songId;

  function waitForConnection(songId: number): void {
    waiting.value = true;
    notices.show(translate('player.offline'));
    const goOnWhereItStood = () => isCurrent(songId) && take(playing.value, position.value);
    window.addEventListener('online', goOnWhereItStood, { once: true });
  }

  async function recover(songId: number): Promise<void> {
    const song = current.value;
    if (!song || !isCurrent(songId)) return;
    const failure = await diagnoseFailure(songId);
    if (!isCurrent(songId)) return;
    if (failure === 'offline') {
      waitForConnection(songId);
      return;
    }
    failures += 1;
    const goesOn = hasNext.value && failures < MOST_FAILURES_IN_A_ROW && failure !== 'signed-out';
    const reason = translate(`player.failed.${failure}`, { title: song.title });
    notices.show(goesOn ? `${reason} ${translate('player.skipped')}` : reason, { tone: 'danger' });
    const wasPlaying = playing.value;
    pause();
    if (goesOn && wasPlaying) goOn(true);
  }

  /** Brings back what this person's queue was before the reload, paused where it stood. */
  function restore(): void {
    if (!session.user || current.value) return;
    queue.value = storedQueue(session.user.id);
    const entry = queues.currentEntry(queue.value);
    if (entry) take(false, storedPosition(entry.song.id));
  }

  function reset(): void {
    queue.value = queues.emptyQueue();
    take(false);
  }

  return {
    queue,
    playing,
    waiting,
    position,
    duration,
    buffered,
    current,
    hasNext,
    play,
    pause,
    toggle,
    playSongs,
    playShuffled,
    enqueue,
    jumpTo,
    next,
    previous,
    seek,
    removeEntries,
    moveEntry,
    clearQueue,
    restoreEntries,
    toggleShuffle,
    cycleRepeat,
    restore,
    reset,
    /** The exact position for what moves with every frame, in seconds. */
    exactPosition: () => engine.position,
  };
});
