import { expect, it } from 'vitest';
import { effectScope, nextTick, shallowRef } from 'vue';
import type { PlayableSong } from '@/api/types';
import { useSongSelection } from './song-selection';

const ONE_MORE = { shiftKey: false, metaKey: true, ctrlKey: false };

function listOf(...ids: number[]) {
  const list = shallowRef(ids);
  const songAt = (place: number) => {
    const id = list.value[place];
    return id === undefined ? undefined : ({ id } as PlayableSong);
  };
  const selection = effectScope().run(() => useSongSelection(songAt));
  if (!selection) throw new Error('The scope has ended.');
  return { list, chosen: () => selection.songs.value.map((song) => song.id), ...selection };
}

it('stays with the chosen songs when rows move, and lets go of those that are gone', async () => {
  const { list, choose, chosen, places } = listOf(10, 11, 12, 13, 14);
  choose(1, ONE_MORE);
  choose(3, ONE_MORE);
  await nextTick();
  list.value = [9, 10, 11, 12, 14];
  await nextTick();
  expect(chosen()).toEqual([11]);
  expect([...places.value]).toEqual([2]);
});

it('takes a song that comes to a chosen place which was not loaded yet', async () => {
  const { list, choose, chosen } = listOf(10);
  choose(1, ONE_MORE);
  await nextTick();
  list.value = [10, 11];
  await nextTick();
  expect(chosen()).toEqual([11]);
});
