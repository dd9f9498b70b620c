/** An episode or a station that plays in the place of the queue. The queue waits where it stood. */
import { useEventListener } from '@vueuse/core';
import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import { type Episode, type Station, setPlayed, setPosition } from '@/api/broadcasts';
import { queryClient } from '@/api/query-client';
import { BroadcastEngine, RECONNECT_AFTER, type StationProblem, stationProblem } from '@/player/broadcast';
import { sliderVolume } from '@/player/loudness';
import { usePlayer } from './player';
import { usePreferences } from './preferences';
import { useSession } from './session';

export type Broadcast = { kind: 'episode'; episode: Episode } | { kind: 'station'; station: Station };
export type BroadcastProblem = StationProblem | 'episode';

/** Seconds between two notes of where one is. */
const NOTED_EVERY = 15;
/** So close to its end an episode counts as heard. Seconds. */
const NEARLY_OVER = 20;
/** A station that sends nothing for so long has fallen silent. Seconds. */
const SILENT_AFTER = 15;
/** How often a station is asked again that has never sounded. */
const FIRST_TRIES = 2;
export const SKIP = { back: 15, on: 30 };

export const useBroadcast = defineStore('broadcast', () => {
  const player = usePlayer();
  const preferences = usePreferences();

  const current = shallowRef<Broadcast | null>(null);
  const playing = ref(false);
  const waiting = ref(false);
  const position = ref(0);
  const duration = ref(0);
  const problem = ref<BroadcastProblem | null>(null);
  const isLive = computed(() => current.value?.kind === 'station');
  const episode = computed(() => (current.value?.kind === 'episode' ? current.value.episode : null));
  const station = computed(() => (current.value?.kind === 'station' ? current.value.station : null));

  let noted = 0;
  let tries = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let silence: ReturnType<typeof setTimeout> | undefined;

  const engine = new BroadcastEngine({
    onTime(seconds) {
      // A station that is asked again begins at nothing: that is no sound of it yet.
      if (isLive.value && seconds === 0) return;
      position.value = seconds;
      tries = 0;
      if (playing.value && Math.abs(seconds - noted) >= NOTED_EVERY) note();
    },
    onDuration(seconds) {
      duration.value = seconds;
    },
    onPlaying(isPlaying) {
      playing.value = isPlaying;
      if (!isPlaying) note();
    },
    onWaiting: setWaiting,
    onEnded() {
      if (isLive.value) comeBack();
      else finish();
    },
    onFailed() {
      if (isLive.value) comeBack();
      else giveUp('episode');
    },
  });

  watch(
    [() => preferences.volume, () => preferences.muted],
    () => engine.setVolume(preferences.muted ? 0 : sliderVolume(preferences.volume)),
    { immediate: true },
  );
  watch([() => preferences.speeds.spoken, isLive], ([speed, live]) => engine.setSpeed(live ? 1 : speed), {
    immediate: true,
  });
  // One of the two sounds at a time: whoever begins silences the other.
  watch(
    () => player.playing,
    (isPlaying) => isPlaying && close(),
  );
  watch(
    () => player.sleep.ends,
    () => current.value && pause(),
  );
  watch(
    () => useSession().user?.id,
    () => close(),
  );
  useEventListener(window, 'pagehide', () => note());

  function setWaiting(isWaiting: boolean): void {
    // What begins to sound is being fetched onto the server's disk from now on.
    if (waiting.value && !isWaiting && episode.value?.status !== 'completed') void refresh();
    waiting.value = isWaiting;
    clearTimeout(silence);
    if (isWaiting && isLive.value) silence = setTimeout(comeBack, SILENT_AFTER * 1000);
  }

  function addressOf(wanted: Broadcast): string {
    if (wanted.kind === 'episode') return wanted.episode.stream_url;
    // Browsers keep what an address has sent: with another mark they ask the station for what it sends now.
    return `${wanted.station.stream_url.split('#')[0]}#${Date.now()}`;
  }

  const isOnDisk = (wanted: Broadcast) => wanted.kind === 'episode' && wanted.episode.status === 'completed';

  function begin(wanted: Broadcast, from: number, length: number): void {
    note();
    clearTimeout(timer);
    player.pause();
    current.value = wanted;
    problem.value = null;
    tries = 0;
    position.value = from;
    noted = from;
    duration.value = length;
    engine.load(addressOf(wanted), from, isOnDisk(wanted));
    play();
  }

  /** Goes on where this person stopped. */
  function playEpisode(wanted: Episode): void {
    const from = wanted.position ?? 0;
    const isOver = wanted.duration > 0 && from > wanted.duration - NEARLY_OVER;
    begin({ kind: 'episode', episode: wanted }, isOver ? 0 : from, wanted.duration);
  }

  function playStation(wanted: Station): void {
    begin({ kind: 'station', station: wanted }, 0, 0);
  }

  function play(): void {
    if (!current.value) return;
    player.pause();
    if (problem.value || (isLive.value && !playing.value && position.value > 0)) {
      // What a station has sent before the pause is over: it goes on with what it sends now.
      problem.value = null;
      engine.load(addressOf(current.value), isLive.value ? 0 : position.value, isOnDisk(current.value));
    }
    playing.value = true;
    setWaiting(true);
    void engine.play().then((may) => {
      if (!may) playing.value = false;
    });
  }

  function pause(): void {
    clearTimeout(timer);
    setWaiting(false);
    engine.pause();
    playing.value = false;
  }

  function toggle(): void {
    if (playing.value) pause();
    else play();
  }

  function seek(seconds: number): void {
    if (isLive.value) return;
    const bounded = Math.min(Math.max(seconds, 0), Math.max(duration.value - 0.5, 0));
    engine.seek(bounded);
    position.value = engine.position;
  }

  const skipBack = () => seek(position.value - SKIP.back);
  const skipOn = () => seek(position.value + SKIP.on);

  /** A station that fell silent is asked again, each time a little later. */
  function comeBack(): void {
    const wait = tries < FIRST_TRIES || position.value > 0 ? RECONNECT_AFTER[tries] : undefined;
    const wanted = station.value;
    if (!wanted || !playing.value) return;
    const why = stationProblem(wanted.stream_url, location.protocol === 'https:');
    if (wait === undefined || why !== 'silent') {
      giveUp(why);
      return;
    }
    tries += 1;
    clearTimeout(timer);
    setWaiting(true);
    timer = setTimeout(() => {
      if (station.value?.id !== wanted.id || !playing.value) return;
      engine.load(addressOf({ kind: 'station', station: wanted }));
      void engine.play();
    }, wait * 1000);
  }

  function giveUp(why: BroadcastProblem): void {
    engine.pause();
    playing.value = false;
    setWaiting(false);
    problem.value = why;
  }

  function note(): void {
    const heard = episode.value;
    if (!heard || position.value < 1 || Math.abs(position.value - noted) < 1) return;
    noted = position.value;
    setPosition(heard.id, position.value).catch(() => {
      // The next note tells it again.
    });
  }

  function finish(): void {
    const heard = episode.value;
    noted = position.value;
    playing.value = false;
    close();
    if (!heard) return;
    setPlayed(heard.id, true)
      .then(refresh)
      .catch(() => undefined);
  }

  /** Makes room for the queue again. */
  function close(): void {
    if (!current.value) return;
    note();
    clearTimeout(timer);
    setWaiting(false);
    current.value = null;
    playing.value = false;
    problem.value = null;
    engine.stop();
    void refresh();
  }

  const refresh = () => queryClient.invalidateQueries({ queryKey: ['episodes'] });

  return {
    current,
    episode,
    station,
    isLive,
    playing,
    waiting,
    position,
    duration,
    problem,
    playEpisode,
    playStation,
    play,
    pause,
    toggle,
    seek,
    skipBack,
    skipOn,
    close,
  };
});
