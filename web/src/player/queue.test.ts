import { describe, expect, it } from 'vitest';
import { episodeNamed, songNamed } from '@/test/songs';
import * as queues from './queue';

const titles = (queue: queues.Queue) => queue.entries.map((entry) => entry.item.title).join(' ');
const songs = (words: string) => words.split(' ').map((title) => songNamed(title));
const playing = (words: string, start = 0) => queues.replaceWith(queues.emptyQueue(), songs(words), start);
/** Always the first of the rest: a shuffle that can be foretold. */
const first = () => 0;

describe('the queue', () => {
  it('starts where the person clicked and keeps what stood before as history', () => {
    const queue = playing('a b c', 1);
    expect(queues.currentEntry(queue)?.item.title).toBe('b');
    expect(queues.upcomingEntries(queue).map((entry) => entry.item.title)).toEqual(['c']);
  });

  it('puts songs next or last in the given order', () => {
    const queue = queues.addLast(queues.addNext(playing('a b', 0), songs('x y')), songs('z'));
    expect(titles(queue)).toBe('a x y b z');
  });

  it('becomes playable when the first songs are added to an empty one', () => {
    const queue = queues.addLast(queues.emptyQueue(), songs('a b'));
    expect(queues.currentEntry(queue)?.item.title).toBe('a');
  });

  it('shuffles only what is to come and undoes it with added songs in place', () => {
    const shuffled = queues.setShuffled(playing('a b c d', 1), true, first);
    expect(titles(shuffled).startsWith('a b ')).toBe(true);
    expect(titles(shuffled)).not.toBe('a b c d');
    const added = queues.addNext(shuffled, songs('x'));
    const restored = queues.setShuffled(added, false);
    expect(titles(restored)).toBe('a b x c d');
    expect(queues.currentEntry(restored)?.item.title).toBe('b');
  });

  it('starts a shuffled list with the chosen song', () => {
    const queue = queues.replaceWith(queues.setShuffled(playing('q'), true), songs('a b c'), 2, first);
    expect(queues.currentEntry(queue)?.item.title).toBe('c');
    expect(queue.index).toBe(0);
    expect(queue.entries).toHaveLength(3);
  });

  it('moves entries without changing what plays', () => {
    const queue = playing('a b c d', 1);
    const last = queue.entries[3]?.key as number;
    const moved = queues.move(queue, last, 0);
    expect(titles(moved)).toBe('d a b c');
    expect(queues.currentEntry(moved)?.item.title).toBe('b');
  });

  it('goes on with the following song when the current one is removed', () => {
    const queue = playing('a b c', 1);
    const removed = queues.remove(queue, new Set([queue.entries[0]?.key as number, queue.entries[1]?.key as number]));
    expect(queues.currentEntry(removed)?.item.title).toBe('c');
    expect(queues.remove(removed, new Set([removed.entries[0]?.key as number])).index).toBe(-1);
  });

  it('repeats one song by itself but lets a person go on', () => {
    const queue = { ...playing('a b', 0), repeat: 'one' as const };
    expect(queues.indexAfter(queue, false)).toBe(0);
    expect(queues.indexAfter(queue, true)).toBe(1);
  });

  it('ends after the last song unless everything repeats', () => {
    const queue = playing('a b', 1);
    expect(queues.indexAfter(queue, false)).toBeNull();
    expect(queues.indexAfter({ ...queue, repeat: 'all' }, false)).toBe(0);
    expect(queues.indexBefore({ ...playing('a b', 0), repeat: 'all' })).toBe(1);
    expect(queues.indexBefore(playing('a b', 0))).toBeNull();
  });

  it('is saved with what each entry is, around the current one', () => {
    const talk = episodeNamed('talk');
    const items = [...songs('a b'), talk];
    expect(queues.queueToSave(queues.replaceWith(queues.emptyQueue(), items, 2))).toEqual({
      items: [
        ['song', items[0]?.id],
        ['song', items[1]?.id],
        ['episode', talk.id],
      ],
      place: 2,
    });
    const long = queues.replaceWith(queues.emptyQueue(), songs('a '.repeat(2000).trim()), 1500);
    const saved = queues.queueToSave(long);
    expect([saved.items.length, saved.place]).toEqual([550, 50]);
    expect(saved.items[50]).toEqual(['song', long.entries[1500]?.item.id]);
  });
});
