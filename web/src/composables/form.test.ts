import { describe, expect, it } from 'vitest';
import { ApiError } from '@/api/errors';
import { useForm } from './form';

const refuse = (details: unknown) => () => Promise.reject(new ApiError(422, 'invalid', 'No.', details));

describe('a form', () => {
  it('puts sentences beside the fields that it shows', async () => {
    const form = useForm(['email']);
    expect(await form.submit(refuse({ email: ['Taken.'] }))).toBe(false);
    expect(form.fields.value.email).toEqual(['Taken.']);
    expect(form.error.value).toBeNull();
  });

  it('keeps a refusal visible that is about no field of it', async () => {
    const form = useForm(['email']);
    await form.submit(refuse({ role: ['Not this.'] }));
    expect(form.error.value).toBeInstanceOf(ApiError);
    expect(await form.submit(() => Promise.resolve())).toBe(true);
    expect(form.error.value).toBeNull();
  });

  it('is sent once at a time', async () => {
    const form = useForm();
    let sent = 0;
    const slowly = async () => {
      sent += 1;
      await Promise.resolve();
    };
    expect(await Promise.all([form.submit(slowly), form.submit(slowly)])).toEqual([true, false]);
    expect(sent).toBe(1);
  });
});
