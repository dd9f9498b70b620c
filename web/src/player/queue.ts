/**
 * The order in which songs and episodes play, as plain values and pure functions.
 *
 * What has been played stands before `index`, what comes after it. `order` keeps each entry's place in the unshuffled
 * list, so that shuffle can be undone without losing what was added meanwhile.
 */
import { isEpisode, type Playable } from './items';

export type Repeat = 'off' | 'all' | 'one';

export interface QueueEntry {
  key: number;
  order: number;
  item: Playable;
}

export interface Queue {
  entries: QueueEntry[];
  /** The current entry; -1 when nothing is chosen. */
  index: number;
  shuffled: boolean;
  repeat: Repeat;
  nextKey: number;
}

type Random = () => number;

export function emptyQueue(): Queue {
  return { entries: [], index: -1, shuffled: false, repeat: 'off', nextKey: 1 };
}

export function currentEntry(queue: Queue): QueueEntry | null {
  return queue.entries[queue.index] ?? null;
}

export function upcomingEntries(queue: Queue): QueueEntry[] {
  return queue.entries.slice(queue.index + 1);
}

/** Replaces everything by `items` and stands on the one at `start`. Shuffled, that one stays first. */
export function replaceWith(queue: Queue, items: Playable[], start: number, random: Random = Math.random): Queue {
  const entries = items.map((item, place) => ({ key: queue.nextKey + place, order: place, item }));
  const index = entries.length === 0 ? -1 : Math.min(Math.max(start, 0), entries.length - 1);
  const replaced = { ...queue, entries, index, nextKey: queue.nextKey + items.length };
  if (!queue.shuffled || index < 0) return replaced;
  const first = entries[index] as QueueEntry;
  const others = mixed(
    entries.filter((entry) => entry !== first),
    random,
  );
  return { ...replaced, entries: [first, ...others], index: 0 };
}

export function addNext(queue: Queue, items: Playable[]): Queue {
  return insert(queue, items, queue.index + 1);
}

export function addLast(queue: Queue, items: Playable[]): Queue {
  return insert(queue, items, queue.entries.length);
}

function insert(queue: Queue, items: Playable[], at: number): Queue {
  if (items.length === 0) return queue;
  const before = queue.entries[at - 1]?.order ?? -1;
  const after = queue.entries.map((entry) => entry.order).filter((order) => order > before);
  const gap = after.length > 0 ? lowest(after) - before : items.length + 1;
  const added = items.map((item, place) => ({
    key: queue.nextKey + place,
    order: before + (gap * (place + 1)) / (items.length + 1),
    item,
  }));
  const entries = [...queue.entries.slice(0, at), ...added, ...queue.entries.slice(at)];
  return { ...queue, entries, index: Math.max(queue.index, 0), nextKey: queue.nextKey + items.length };
}

function lowest(numbers: number[]): number {
  return numbers.reduce((least, number) => Math.min(least, number), Number.POSITIVE_INFINITY);
}

/** Takes entries out. When the current one goes, the entry after it becomes current. */
export function remove(queue: Queue, keys: ReadonlySet<number>): Queue {
  const entries = queue.entries.filter((entry) => !keys.has(entry.key));
  const goneBefore = queue.entries.slice(0, Math.max(queue.index, 0)).filter((entry) => keys.has(entry.key)).length;
  const index = entries.length === 0 ? -1 : Math.min(queue.index - goneBefore, entries.length - 1);
  return { ...queue, entries, index };
}

/** Moves one entry to the place `to`, counted without the moved one; the current entry stays current. */
export function move(queue: Queue, key: number, to: number): Queue {
  const from = queue.entries.findIndex((entry) => entry.key === key);
  if (from < 0) return queue;
  const current = currentEntry(queue);
  const entries = queue.entries.slice();
  const [moved] = entries.splice(from, 1) as [QueueEntry];
  entries.splice(Math.min(Math.max(to, 0), entries.length), 0, moved);
  const ordered = queue.shuffled ? entries : entries.map((entry, order) => ({ ...entry, order }));
  return { ...queue, entries: ordered, index: ordered.findIndex((entry) => entry.key === current?.key) };
}

/** Shuffles what is still to come, or puts everything back in its own order. */
export function setShuffled(queue: Queue, shuffled: boolean, random: Random = Math.random): Queue {
  if (shuffled === queue.shuffled) return queue;
  if (shuffled) {
    const played = queue.entries.slice(0, queue.index + 1);
    return { ...queue, shuffled, entries: [...played, ...mixed(upcomingEntries(queue), random)] };
  }
  const current = currentEntry(queue);
  const entries = queue.entries.slice().sort((left, right) => left.order - right.order);
  return { ...queue, shuffled, entries, index: entries.findIndex((entry) => entry.key === current?.key) };
}

/** Removes what was played and what is to come, but not the current entry. */
export function keepCurrentOnly(queue: Queue): Queue {
  const current = currentEntry(queue);
  return { ...queue, entries: current ? [current] : [], index: current ? 0 : -1 };
}

/** Where playing goes from here, or null at the end. A person who presses "next" leaves a repeated song. */
export function indexAfter(queue: Queue, pressed: boolean): number | null {
  if (queue.index < 0) return null;
  if (queue.repeat === 'one' && !pressed) return queue.index;
  if (queue.index + 1 < queue.entries.length) return queue.index + 1;
  return queue.repeat === 'off' ? null : 0;
}

export function indexBefore(queue: Queue): number | null {
  if (queue.index > 0) return queue.index - 1;
  return queue.repeat === 'all' && queue.entries.length > 1 ? queue.entries.length - 1 : null;
}

/** Fisher and Yates. */
function mixed<Item>(items: Item[], random: Random): Item[] {
  const result = items.slice();
  for (let last = result.length - 1; last > 0; last -= 1) {
    const chosen = Math.floor(random() * (last + 1));
    [result[last], result[chosen]] = [result[chosen] as Item, result[last] as Item];
  }
  return result;
}

/** As much of a long queue as is kept on the server, around what is current. */
const SAVED_BEFORE = 50;
const SAVED_AFTER = 1000;

export type SavedItem = ['song' | 'episode', number];

export function queueToSave(queue: Queue): { items: SavedItem[]; place: number } {
  const from = Math.max(0, queue.index - SAVED_BEFORE);
  const kept = queue.entries.slice(from, Math.max(queue.index, 0) + SAVED_AFTER);
  const items = kept.map(({ item }): SavedItem => [isEpisode(item) ? 'episode' : 'song', item.id]);
  return { items, place: Math.max(0, queue.index - from) };
}
