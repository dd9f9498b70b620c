/** What a person changes in the queue while it plays. */
import type { Ref } from 'vue';
import * as queues from './queue';

/** `changed` is told when something else is current by that. */
export function makeQueueEditing(queue: Ref<queues.Queue>, changed: () => void) {
  function change(wanted: queues.Queue): void {
    const before = queues.currentEntry(queue.value)?.key;
    queue.value = wanted;
    if (queues.currentEntry(wanted)?.key !== before) changed();
  }

  function cycleRepeat(): void {
    const following: Record<queues.Repeat, queues.Repeat> = { off: 'all', all: 'one', one: 'off' };
    queue.value = { ...queue.value, repeat: following[queue.value.repeat] };
  }

  return {
    removeEntries: (keys: number[]) => change(queues.remove(queue.value, new Set(keys))),
    moveEntry: (key: number, to: number) => change(queues.move(queue.value, key, to)),
    clearQueue: () => change(queues.keepCurrentOnly(queue.value)),
    restoreEntries: change,
    toggleShuffle: () => change(queues.setShuffled(queue.value, !queue.value.shuffled)),
    cycleRepeat,
  };
}
