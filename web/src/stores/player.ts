/** What plays, above every page. The audio elements live in the engine; this store tells it what to do. */
import { useDebounceFn, useEventListener, useThrottleFn } from '@vueuse/core';
import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import type { PlayableSong } from '@/api/types';
import { clock } from '@/formatting/formatting';
import { translate } from '@/messages';
import { useMetered } from '@/player/connection';
import { noteFailed } from '@/player/decoding';
import { Engine } from '@/player/engine';
import { kindOf } from '@/player/kinds';
import { ListenMeter } from '@/player/listen-meter';
import { LongAudio } from '@/player/long-audio';
import { areNeighbours, fadeBetween, gainFactor, sliderVolume } from '@/player/loudness';
import { addPlay } from '@/player/play-outbox';
import * as queues from '@/player/queue';
import { storedPosition, storedQueue, storePosition, storeQueue } from '@/player/queue-storage';
import { type Failure, makeRecovery } from '@/player/recovery';
import { makeSleepTimer } from '@/player/sleep-timer';
import { isSameSound, type Source, sourceOf } from '@/player/sources';
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
  const metered = useMetered();

  const queue = shallowRef<queues.Queue>(queues.emptyQueue());
  const playing = ref(false);
  const waiting = ref(false);
  const position = ref(0);
  const duration = ref(0);
  const buffered = ref(0);
  /** What is fetched for the current song. */
  const source = shallowRef<Source | null>(null);
  /** Grows when the place in the song changes by a leap. */
  const leaps = ref(0);

  const current = computed<PlayableSong | null>(() => queues.currentEntry(queue.value)?.song ?? null);
  const hasNext = computed(() => queues.indexAfter(queue.value, true) !== null);
  const quality = computed(() => (metered.value ? preferences.meteredQuality : preferences.quality));
  const kind = computed(() => (current.value ? kindOf(current.value) : 'music'));
  const speed = computed(() => preferences.speeds[kind.value]);

  let failures = 0;

  const longAudio = new LongAudio();
  const meter = new ListenMeter((listen) => {
    addPlay({ song_id: listen.songId, played_at: listen.startedAt.toISOString(), seconds: listen.seconds });
  });

  const engine = new Engine({
    onTime(seconds) {
      position.value = seconds;
      if (playing.value) meter.advance(seconds);
      if (seconds > 0.5) failures = 0;
      rememberPosition();
      if (current.value && playing.value) void longAudio.keep(current.value, seconds);
      prepareFollowing(seconds);
    },
    onDuration(seconds) {
      duration.value = seconds;
    },
    onPlaying(isPlaying) {
      playing.value = isPlaying;
    },
    onWaiting(isWaiting) {
      waiting.value = isWaiting;
      if (!isWaiting) recovery.sound();
      else if (playing.value) recovery.falter();
    },
    onBuffered(fraction) {
      buffered.value = fraction;
      recovery.arrived(fraction);
    },
    onFollowed,
    onEnded: () => goOn(false),
    onFailed: (songId, wasCut) => void recovery.recover(songId, wasCut),
    onUnfit,
  });

  const sleep = makeSleepTimer({ fade: (factor) => engine.setFade(factor), end: () => pause() });

  const recovery = makeRecovery({
    current: () => current.value,
    source: () => source.value,
    position: () => position.value,
    again: fetchAgain,
    giveUp,
    tell(isLost) {
      waiting.value = isLost;
      notices.show(translate(isLost ? 'player.offline' : 'player.online'));
    },
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
    if (!current.value) return;
    storePosition(current.value.id, position.value);
    if (playing.value) void longAudio.keep(current.value, position.value, true);
  });
  watch(
    [() => preferences.volume, () => preferences.muted],
    () => engine.setVolume(preferences.muted ? 0 : sliderVolume(preferences.volume)),
    { immediate: true },
  );
  watch([() => preferences.levelling, () => preferences.preamp, () => preferences.preventClipping], () => {
    if (current.value) engine.setGain(gainOf(queue.value.index));
  });
  watch(speed, (rate) => engine.setRate(rate), { immediate: true });
  watch(quality, () => {
    const song = current.value;
    if (!song || !source.value || isSameSound(sourceOf(song, quality.value), source.value)) return;
    fetchAgain();
  });

  const isCurrent = (songId: number) => current.value?.id === songId;
  const songAt = (index: number | null) => (index === null ? null : (queue.value.entries[index]?.song ?? null));

  function gainOf(index: number): number {
    const song = songAt(index);
    const inAlbum = areNeighbours(songAt(index - 1), song) || areNeighbours(song, songAt(index + 1));
    return gainFactor(song, preferences, inAlbum);
  }

  function load(song: PlayableSong, from: number): void {
    recovery.begin();
    source.value = sourceOf(song, quality.value);
    engine.load({ source: source.value, duration: song.duration, gain: gainOf(queue.value.index) }, from);
  }

  /** Makes the queue's current song the one that sounds. */
  function take(andPlay: boolean, from = 0): void {
    const song = current.value;
    position.value = from;
    buffered.value = 0;
    duration.value = song?.duration ?? 0;
    leaps.value += 1;
    if (!song) {
      engine.stop();
      playing.value = false;
      source.value = null;
      return;
    }
    load(song, from);
    meter.begin(song.id, song.duration);
    if (andPlay) play();
    if (andPlay && from === 0) void resumeLong(song);
  }

  /** Something long goes on where it was left, on whatever device. */
  async function resumeLong(song: PlayableSong): Promise<void> {
    const place = await longAudio.placeIn(song);
    if (place === 0 || current.value !== song || position.value > BACK_WITHIN) return;
    seek(place);
    notices.show(translate('player.resumedAt', { position: clock(place) }), {
      action: { label: translate('player.startAgain'), run: () => isCurrent(song.id) && seek(0) },
    });
  }

  function prepareFollowing(seconds: number): void {
    const index = queues.indexAfter(queue.value, false);
    const following = songAt(index);
    if (!current.value || index === null || !following || sleep.endsBetween(current.value, following)) {
      engine.prepareNothing();
      return;
    }
    if (duration.value - seconds >= PREPARE_BEFORE_END * speed.value) return;
    const track = { source: sourceOf(following, quality.value), duration: following.duration, gain: gainOf(index) };
    engine.prepare(track, fadeBetween(current.value, following, preferences.crossfade));
  }

  /** The engine went on to the prepared song by itself. */
  function onFollowed(songId: number): void {
    const index = queues.indexAfter(queue.value, false);
    const following = songAt(index);
    if (index === null || following?.id !== songId) {
      goOn(false);
      return;
    }
    queue.value = { ...queue.value, index };
    source.value = sourceOf(following, quality.value);
    position.value = 0;
    leaps.value += 1;
    meter.begin(songId, following.duration);
  }

  function play(): void {
    if (!current.value) return;
    if (engine.isEmpty) load(current.value, position.value);
    playing.value = true;
    if (sleep.wish.value?.kind !== 'minutes') engine.setFade(1);
    void engine.play();
  }

  function pause(): void {
    engine.pause();
    recovery.rest();
    playing.value = false;
    if (current.value) void longAudio.keep(current.value, position.value, true);
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

  /** Goes on with what was lined up elsewhere, in its order. */
  function goOnWith(songs: PlayableSong[], start: number, from: number): void {
    if (songs.length === 0) return;
    queue.value = queues.replaceWith({ ...queue.value, shuffled: false }, songs, start);
    longAudio.forgetAll();
    take(true, from);
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
    const sleeps = !pressed && sleep.endsBetween(current.value, songAt(index));
    if (sleeps) sleep.clear();
    if (index === null) {
      pause();
      seek(0);
      return;
    }
    queue.value = { ...queue.value, index };
    take(!sleeps);
    if (sleeps) pause();
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
    leaps.value += 1;
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

  function fetchAgain(): void {
    if (!current.value) return;
    load(current.value, position.value);
    if (playing.value) play();
  }

  /** The server makes another form of a song whose own file does not do; the next one is prepared anew by itself. */
  function onUnfit(songId: number, from: number): void {
    noteFailed(songId);
    if (!isCurrent(songId) || source.value?.form !== null) return;
    position.value = from;
    fetchAgain();
  }

  function giveUp(song: PlayableSong, failure: Failure): void {
    failures += 1;
    const goesOn = playing.value && hasNext.value && failures < MOST_FAILURES_IN_A_ROW && failure !== 'signed-out';
    const reason = translate(`player.failed.${failure}`, { title: song.title });
    notices.show(goesOn ? `${reason} ${translate('player.skipped')}` : reason, { tone: 'danger' });
    pause();
    if (goesOn) goOn(true);
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
    sleep.clear();
    longAudio.forgetAll();
    take(false);
  }

  return {
    queue,
    playing,
    waiting,
    position,
    duration,
    buffered,
    source,
    leaps,
    current,
    hasNext,
    quality,
    metered,
    kind,
    speed,
    sleep,
    play,
    pause,
    toggle,
    playSongs,
    playShuffled,
    goOnWith,
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
