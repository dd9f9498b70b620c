/** Has the queue, and the place in what is current, outlive a reload. */
import { useDebounceFn, useEventListener, useThrottleFn } from '@vueuse/core';
import { type Ref, watch } from 'vue';
import { type Playable, soundIdOf } from './items';
import type { Queue } from './queue';
import { storePosition, storeQueue } from './queue-storage';

interface Remembered {
  owner(): number | undefined;
  queue: Ref<Queue>;
  item: Ref<Playable | null>;
  /** Seconds into what is current. */
  position: Ref<number>;
}

/** Gives what is called as often as the position changes. */
export function useQueueMemory({ owner, queue, item, position }: Remembered): () => void {
  function keepQueue(): void {
    const person = owner();
    if (person !== undefined) storeQueue(person, queue.value);
  }
  function keepPosition(): void {
    if (item.value) storePosition(soundIdOf(item.value), position.value);
  }
  const keepQueueSoon = useDebounceFn(keepQueue, 400);
  watch(queue, () => void keepQueueSoon());
  useEventListener(window, 'pagehide', () => {
    keepQueue();
    keepPosition();
  });
  return useThrottleFn(keepPosition, 2000);
}
