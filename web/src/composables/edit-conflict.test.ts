import { describe, expect, it, vi } from 'vitest';
import { effectScope, nextTick, shallowRef } from 'vue';
import { ApiError } from '@/api/errors';
import { useEditConflict } from './edit-conflict';

interface Song {
  title: string;
  year: number;
  at: number;
}
const formOf = ({ title, year }: Song) => ({ title, year: String(year) });
const refused = new ApiError(409, 'changed_since', 'This was changed.');

function opened(read: () => Promise<Song>) {
  const song = shallowRef<Song>({ title: 'Dawn', year: 2001, at: 1 });
  const busy = shallowRef(false);
  const scope = effectScope();
  const editing = scope.run(() => useEditConflict({ given: () => song.value, formOf, read, busy }));
  if (!editing) throw new Error('The scope has ended.');
  return { song, busy, ...editing };
}

describe('a form that others may change under one’s hands', () => {
  it('tells what the faster one did, and saves only one’s own fields when it is taken over', async () => {
    const { form, foreign, save, settle, shown } = opened(async () => ({ title: 'Dusk', year: 1999, at: 2 }));
    form.title = 'Noon';
    expect(await save(() => Promise.reject(refused))).toBe(false);
    expect(foreign.value).toEqual([
      { field: 'title', theirs: 'Dusk', mine: 'Noon' },
      { field: 'year', theirs: '1999', mine: null },
    ]);
    settle();
    expect([form, shown.value, foreign.value]).toEqual([
      { title: 'Noon', year: '1999' },
      { title: 'Dusk', year: '1999' },
      [],
    ]);
    const send = vi.fn(async () => undefined);
    expect(await save(send)).toBe(true);
    expect(send).toHaveBeenCalledWith({ title: 'Dusk', year: 1999, at: 2 });
  });

  it('is quiet again where what was changed elsewhere is changed back', async () => {
    const { song, form, foreign, settle, save } = opened(() => Promise.reject(refused));
    form.title = 'Noon';
    song.value = { title: 'Dusk', year: 2001, at: 2 };
    await nextTick();
    expect(foreign.value).toHaveLength(1);
    song.value = { title: 'Dawn', year: 2001, at: 3 };
    await nextTick();
    expect(foreign.value).toEqual([]);
    settle();
    const send = vi.fn(async () => undefined);
    expect([await save(send), form.title]).toEqual([true, 'Noon']);
    expect(send).toHaveBeenCalledWith({ title: 'Dawn', year: 2001, at: 3 });
  });

  it('goes on by itself where what was changed stands in no field', async () => {
    const { save } = opened(async () => ({ title: 'Dawn', year: 2001, at: 2 }));
    const send = vi.fn().mockRejectedValueOnce(refused).mockResolvedValueOnce(undefined);
    expect(await save(send)).toBe(true);
    expect(send).toHaveBeenLastCalledWith({ title: 'Dawn', year: 2001, at: 2 });
  });

  it('tells of it as soon as it is known, but not of what is being saved here', async () => {
    const { song, busy, foreign } = opened(() => Promise.reject(refused));
    song.value = { title: 'Dusk', year: 2001, at: 2 };
    await nextTick();
    expect(foreign.value).toEqual([{ field: 'title', theirs: 'Dusk', mine: null }]);
    const other = opened(() => Promise.reject(refused));
    other.busy.value = true;
    other.song.value = { title: 'Mine', year: 2001, at: 2 };
    await nextTick();
    expect([busy.value, other.foreign.value]).toEqual([false, []]);
  });
});
