/** What this device tells the server of its queue, and what one's other devices play. */
import { useDebounceFn, useEventListener } from '@vueuse/core';
import { defineStore } from 'pinia';
import { computed, ref, shallowRef, watch } from 'vue';
import { listDevices, saveQueue, takeOver } from '@/api/devices';
import { reportNowPlaying } from '@/api/listening';
import type { AppPlayback } from '@/api/types';
import { translate } from '@/messages';
import { clientName, deviceName, renameDevice, shownName } from '@/player/device';
import { type Playable, soundIdOf } from '@/player/items';
import { queueToSave } from '@/player/queue';
import { useNotices } from './notices';
import { usePlayer } from './player';
import { useSession } from './session';

const TELL_AFTER_MILLISECONDS = 500;
const ASK_AFTER_MILLISECONDS = 600;
/** What was left longer ago is not offered by itself. */
const OFFERED_HOURS = 24;

export interface Device extends AppPlayback {
  /** As people know it. */
  name: string;
  item: Playable;
}

/** None where the app is in something that this player does not know. */
function deviceOf(app: AppPlayback): Device[] {
  const item = app.song ?? app.episode;
  return item ? [{ ...app, name: shownName(app.client), item }] : [];
}

export const useDevices = defineStore('devices', () => {
  const player = usePlayer();
  const session = useSession();
  const notices = useNotices();

  const name = ref(deviceName());
  const found = shallowRef<AppPlayback[]>([]);
  const dismissed = ref('');
  const taking = ref(false);
  /** What was told last, so that the same is not told twice. */
  let toldPlaying: number | null = null;
  /** Whether something was played here since the page was opened: a mere visit leaves other devices the latest. */
  const isTold = ref(false);

  const others = computed(() => found.value.filter((one) => one.client !== clientName()).flatMap(deviceOf));

  const isRecent = (device: AppPlayback) => Date.now() - Date.parse(device.changed_at) < OFFERED_HOURS * 3_600_000;
  const mark = (device: Device) => `${device.client} ${soundIdOf(device.item)}`;

  /** What was left last, where that was on another device and not long ago. */
  const leftLast = computed(() => {
    const last = found.value[0];
    return last && isRecent(last) ? others.value.find((one) => one.client === last.client) : undefined;
  });

  /** Where one might want to go on: what plays elsewhere, or what was left last while nothing was played here yet. */
  const offer = computed<Device | null>(() => {
    if (player.playing) return null;
    const device = others.value.find((one) => one.playing) ?? (isTold.value ? undefined : leftLast.value);
    return device && mark(device) !== dismissed.value ? device : null;
  });

  function dismiss(): void {
    if (offer.value) dismissed.value = mark(offer.value);
  }

  async function refresh(): Promise<void> {
    if (!session.user) return;
    try {
      found.value = await listDevices();
    } catch {
      // The next change asks again.
    }
  }
  const refreshSoon = useDebounceFn(refresh, ASK_AFTER_MILLISECONDS);

  async function tellPlaying(client: string, songId: number | null): Promise<void> {
    const before = toldPlaying;
    if (songId === before) return;
    toldPlaying = songId;
    try {
      await reportNowPlaying(client, songId, player.position);
    } catch (error) {
      if (toldPlaying === songId) toldPlaying = before;
      throw error;
    }
  }

  async function tellNow(leaving = false): Promise<void> {
    if (!session.user) return;
    isTold.value = true;
    const client = clientName();
    const playing = tellPlaying(client, player.playing && !leaving && player.current ? player.current.id : null);
    try {
      // A page that goes away has no time for one answer after the other.
      const place = player.tellPlace(leaving);
      if (!leaving) await Promise.all([playing, place]);
      const saved = saveQueue({ client, ...queueToSave(player.queue), position: player.position });
      await Promise.all([playing, saved]);
    } catch {
      // Others merely do not see it; the next change tells them again.
    }
  }
  const tellSoon = useDebounceFn(() => tellNow(), TELL_AFTER_MILLISECONDS);

  watch([() => player.queue, () => player.playing, () => player.leaps], () => {
    if (player.playing || isTold.value) void tellSoon();
  });
  useEventListener(window, 'pagehide', () => {
    if (isTold.value) void tellNow(true);
  });
  watch(
    () => session.user?.id,
    () => {
      found.value = [];
      dismissed.value = '';
      toldPlaying = null;
      isTold.value = false;
    },
  );

  /** Goes on here in mid-song or mid-episode; the other device hears that it has to pause. */
  async function continueHere(device: Device): Promise<void> {
    taking.value = true;
    try {
      const queue = await takeOver(device.client, clientName());
      player.goOnWith(queue.items, queue.place, queue.position);
      void refreshSoon();
    } catch (error) {
      notices.showFailure(translate('devices.notTaken', { device: device.name }), error);
    } finally {
      taking.value = false;
    }
  }

  /** Told by the server: what played here goes on in the app `by`. */
  function heardTaken(client: string, by: string): void {
    if (client !== clientName() || by === clientName()) return;
    if (player.playing) {
      player.pause();
      notices.show(translate('devices.goesOnAt', { device: shownName(by) }));
    }
    void refreshSoon();
  }

  function heardChanged(client: string): void {
    if (client !== clientName()) void refreshSoon();
  }

  async function rename(wanted: string): Promise<void> {
    const before = clientName();
    renameDevice(wanted);
    name.value = deviceName();
    if (before === clientName()) return;
    // Under its old name it has nothing lined up any more.
    await saveQueue({ client: before, items: [], place: 0, position: 0 }).catch(() => undefined);
    await reportNowPlaying(before, null).catch(() => undefined);
    toldPlaying = null;
    await tellNow();
  }

  return { name, others, offer, taking, dismiss, refresh, continueHere, heardTaken, heardChanged, rename };
});
