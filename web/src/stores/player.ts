/** What plays, above every page. The audio elements live in the engine; this store tells it what to do. */
import { useEventListener } from '@vueuse/core';
import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import type { PlayableSong } from '@/api/types';
import { clock } from '@/formatting/formatting';
import { translate } from '@/messages';
import { useMetered } from '@/player/connection';
import type { Track } from '@/player/deck';
import { noteFailed } from '@/player/decoding';
import { Engine } from '@/player/engine';
import { episodeIn, isEpisode, type Playable, songIn, soundIdOf } from '@/player/items';
import { kindOf } from '@/player/kinds';
import { ListenMeter } from '@/player/listen-meter';
import { areNeighbours, fadeBetween, gainFactor, sliderVolume } from '@/player/loudness';
import { Places } from '@/player/places';
import { addPlay } from '@/player/play-outbox';
import * as queues from '@/player/queue';
import { makeQueueEditing } from '@/player/queue-editing';
import { useQueueMemory } from '@/player/queue-memory';
import { storedPosition, storedQueue } from '@/player/queue-storage';
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
  /** What is fetched for what is current. */
  const source = shallowRef<Source | null>(null);
  /** Grows when the place in the song changes by a leap. */
  const leaps = ref(0);

  /** What is current, and whether it is a song or an episode. */
  const item = computed<Playable | null>(() => queues.currentEntry(queue.value)?.item ?? null);
  const current = computed(() => songIn(item.value));
  const episode = computed(() => episodeIn(item.value));
  const hasNext = computed(() => queues.indexAfter(queue.value, true) !== null);
  const quality = computed(() => (metered.value ? preferences.meteredQuality : preferences.quality));
  const kind = computed(() => (item.value ? kindOf(item.value) : 'music'));
  const speed = computed(() => preferences.speeds[kind.value]);

  let failures = 0;

  const places = new Places();
  const meter = new ListenMeter((listen) => {
    addPlay({ song_id: listen.songId, played_at: listen.startedAt.toISOString(), seconds: listen.seconds });
  });

  const engine = new Engine({
    onTime(seconds) {
      position.value = seconds;
      if (playing.value) meter.advance(seconds);
      if (seconds > 0.5) failures = 0;
      rememberPosition();
      if (item.value && playing.value) void places.keep(item.value, seconds, speed.value);
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
    onFailed: (soundId, wasCut) => void recovery.recover(soundId, wasCut),
    onUnfit,
  });

  const sleep = makeSleepTimer({ fade: (factor) => engine.setFade(factor), end: () => pause() });

  const recovery = makeRecovery({
    current: () => item.value,
    source: () => source.value,
    position: () => position.value,
    again: fetchAgain,
    giveUp,
    tell(isLost) {
      waiting.value = isLost;
      notices.show(translate(isLost ? 'player.offline' : 'player.online'));
    },
  });

  const rememberPosition = useQueueMemory({ owner: () => session.user?.id, queue, item, position });
  useEventListener(window, 'pagehide', () => {
    if (item.value && playing.value) void places.keep(item.value, position.value, 0, true);
  });
  // Told before the position is that of what follows.
  watch(item, (_, before) => before && places.leave(before, position.value, duration.value), { flush: 'sync' });
  watch(
    [() => preferences.volume, () => preferences.muted],
    () => engine.setVolume(preferences.muted ? 0 : sliderVolume(preferences.volume)),
    { immediate: true },
  );
  watch([() => preferences.levelling, () => preferences.preamp, () => preferences.preventClipping], () => {
    if (item.value) engine.setGain(gainOf(queue.value.index));
  });
  watch(speed, (rate) => engine.setRate(rate), { immediate: true });
  watch(quality, () => {
    if (!item.value || !source.value || isSameSound(sourceOf(item.value, quality.value), source.value)) return;
    fetchAgain();
  });

  const isCurrent = (soundId: number) => item.value !== null && soundIdOf(item.value) === soundId;
  const itemAt = (index: number | null) => (index === null ? null : (queue.value.entries[index]?.item ?? null));

  function gainOf(index: number): number {
    const song = songIn(itemAt(index));
    const [before, after] = [songIn(itemAt(index - 1)), songIn(itemAt(index + 1))];
    return gainFactor(song, preferences, areNeighbours(before, song) || areNeighbours(song, after));
  }

  function trackOf(wanted: Playable, index: number): Track {
    const isRough = isEpisode(wanted) && wanted.status !== 'completed';
    return { source: sourceOf(wanted, quality.value), duration: wanted.duration, gain: gainOf(index), isRough };
  }

  function load(wanted: Playable, from: number): void {
    recovery.begin();
    const track = trackOf(wanted, queue.value.index);
    source.value = track.source;
    engine.load(track, from);
  }

  function measure(wanted: Playable): void {
    if (isEpisode(wanted)) meter.rest();
    else meter.begin(wanted.id, wanted.duration);
  }

  /** Makes what is current in the queue the one that sounds. Without `from`, it begins where the person left it. */
  function take(andPlay: boolean, from?: number): void {
    const wanted = item.value;
    const begin = from ?? (wanted ? places.knownIn(wanted) : 0);
    position.value = begin;
    buffered.value = 0;
    duration.value = wanted?.duration ?? 0;
    leaps.value += 1;
    if (!wanted) {
      engine.stop();
      playing.value = false;
      source.value = null;
      return;
    }
    load(wanted, begin);
    measure(wanted);
    if (andPlay) play();
    if (andPlay && from === undefined) void resume(wanted, begin);
  }

  /** What is long goes on where it was left, on whatever device. */
  async function resume(wanted: Playable, begin: number): Promise<void> {
    const place = await places.placeIn(wanted);
    if (item.value !== wanted || Math.abs(position.value - begin) > BACK_WITHIN) return;
    if (Math.abs(place - begin) > BACK_WITHIN) seek(place);
    if (place === 0) return;
    notices.show(translate('player.resumedAt', { position: clock(place) }), {
      action: { label: translate('player.startAgain'), run: () => isCurrent(soundIdOf(wanted)) && seek(0) },
    });
  }

  /** What nobody has measured ends when it ends, and what goes on at its place cannot be begun beforehand. */
  const mayMeet = (ending: Playable, following: Playable) =>
    (!isEpisode(ending) || ending.status === 'completed') && places.knownIn(following) === 0;

  function prepareFollowing(seconds: number): void {
    const index = queues.indexAfter(queue.value, false);
    const [ending, following] = [item.value, itemAt(index)];
    if (
      !ending ||
      index === null ||
      !following ||
      sleep.endsBetween(ending, following) ||
      !mayMeet(ending, following)
    ) {
      engine.prepareNothing();
      return;
    }
    if (duration.value - seconds >= PREPARE_BEFORE_END * speed.value) return;
    engine.prepare(trackOf(following, index), fadeBetween(ending, following, preferences.crossfade));
  }

  /** The engine went on to what was prepared by itself. */
  function onFollowed(soundId: number): void {
    const index = queues.indexAfter(queue.value, false);
    const following = itemAt(index);
    if (index === null || !following || soundIdOf(following) !== soundId) {
      goOn(false);
      return;
    }
    if (item.value) places.finish(item.value);
    queue.value = { ...queue.value, index };
    source.value = sourceOf(following, quality.value);
    position.value = 0;
    leaps.value += 1;
    measure(following);
  }

  function play(): void {
    if (!item.value) return;
    if (engine.isEmpty) load(item.value, position.value);
    playing.value = true;
    if (sleep.wish.value?.kind !== 'minutes') engine.setFade(1);
    void engine.play();
  }

  function pause(): void {
    engine.pause();
    recovery.rest();
    playing.value = false;
    if (item.value) void places.keep(item.value, position.value, 0, true);
  }

  /** Has the server know where an episode is, and whether it plays: other devices go on from there. */
  async function tellPlace(isLeaving: boolean): Promise<void> {
    const rate = playing.value && !isLeaving ? speed.value : 0;
    if (episode.value) await places.keep(episode.value, position.value, rate, true);
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
  function goOnWith(items: Playable[], start: number, from: number): void {
    if (items.length === 0) return;
    queue.value = queues.replaceWith({ ...queue.value, shuffled: false }, items, start);
    places.forgetAll();
    take(true, from);
  }

  function enqueue(items: Playable[], where: 'next' | 'last'): void {
    const wasEmpty = item.value === null;
    queue.value = where === 'next' ? queues.addNext(queue.value, items) : queues.addLast(queue.value, items);
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
    const sleeps = !pressed && sleep.endsBetween(item.value, itemAt(index));
    if (!pressed && item.value) places.finish(item.value);
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

  const editing = makeQueueEditing(queue, () => take(playing.value));

  function fetchAgain(): void {
    if (!item.value) return;
    load(item.value, position.value);
    if (playing.value) play();
  }

  /** The server makes another form of a song whose own file does not do; the next one is prepared anew by itself. */
  function onUnfit(soundId: number, from: number): void {
    noteFailed(soundId);
    if (!isCurrent(soundId) || source.value?.form !== null) return;
    position.value = from;
    fetchAgain();
  }

  function giveUp(failing: Playable, failure: Failure): void {
    failures += 1;
    const goesOn = playing.value && hasNext.value && failures < MOST_FAILURES_IN_A_ROW && failure !== 'signed-out';
    const reason = translate(`player.failed.${failure}`, { title: failing.title });
    notices.show(goesOn ? `${reason} ${translate('player.skipped')}` : reason, { tone: 'danger' });
    pause();
    if (goesOn) goOn(true);
  }

  /** Brings back what this person's queue was before the reload, paused where it stood. */
  function restore(): void {
    if (!session.user || item.value) return;
    queue.value = storedQueue(session.user.id);
    if (item.value) take(false, storedPosition(soundIdOf(item.value)));
  }

  function reset(): void {
    queue.value = queues.emptyQueue();
    sleep.clear();
    places.forgetAll();
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
    item,
    current,
    episode,
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
    ...editing,
    tellPlace,
    restore,
    reset,
    /** The exact position for what moves with every frame, in seconds. */
    exactPosition: () => engine.position,
  };
});
