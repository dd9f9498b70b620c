import { describe, expect, it, vi } from 'vitest';
import { effectScope } from 'vue';
import { ApiError } from '@/api/errors';
import { useEditForm } from './edit-form';

interface Song {
  title: string;
  at: number;
}
const outrun = new ApiError(409, 'changed_since', 'This was changed.');

function opened(send: (song: Song, title: string) => Promise<unknown>, now: Song) {
  const edit = vi.fn((): string => editing?.form.title ?? '');
  const saved = vi.fn();
  const editing = effectScope().run(() =>
    useEditForm({
      fields: ['title'],
      given: () => ({ title: 'Dawn', at: 1 }),
      formOf: ({ title }: Song) => ({ title }),
      read: async () => now,
      edit,
      send,
      saved,
    }),
  );
  if (!editing) throw new Error('The scope has ended.');
  editing.form.title = 'Noon';
  return { ...editing, edit, saved };
}

describe('sending a form that others may get ahead of', () => {
  it('asks for what was typed once, however often it is sent', async () => {
    const send = vi.fn().mockRejectedValueOnce(outrun).mockResolvedValueOnce(undefined);
    const { save, edit, saved, busy } = opened(send, { title: 'Dawn', at: 2 });
    await save();
    expect(send.mock.calls).toEqual([
      [{ title: 'Dawn', at: 1 }, 'Noon'],
      [{ title: 'Dawn', at: 2 }, 'Noon'],
    ]);
    expect([edit.mock.calls.length, saved.mock.calls.length, busy.value]).toEqual([1, 1, false]);
  });

  it('stays open where somebody was faster, until that is taken over', async () => {
    const send = vi.fn().mockRejectedValueOnce(outrun).mockResolvedValueOnce(undefined);
    const { save, takeOver, foreign, error, saved } = opened(send, { title: 'Dusk', at: 2 });
    await save();
    expect([foreign.value.length, error.value, saved.mock.calls.length]).toEqual([1, null, 0]);
    await takeOver();
    expect(send).toHaveBeenLastCalledWith({ title: 'Dusk', at: 2 }, 'Noon');
    expect(saved).toHaveBeenCalledOnce();
  });

  it('tells a refusal beside its field and stays open', async () => {
    const refusal = new ApiError(422, 'invalid', 'Something is wrong.', { title: ['This is too long.'] });
    const { save, fields, error, saved } = opened(() => Promise.reject(refusal), { title: 'Dawn', at: 1 });
    await save();
    expect(fields.value.title).toEqual(['This is too long.']);
    expect([error.value, saved.mock.calls.length]).toEqual([null, 0]);
  });
});
