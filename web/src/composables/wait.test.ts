import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { effectScope, nextTick, ref } from 'vue';
import { ApiError } from '@/api/errors';
import { useWait } from './wait';

describe('the wait after too many tries', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('counts down to nothing, and starts anew with the next refusal', async () => {
    const scope = effectScope();
    const error = ref<unknown>(new ApiError(429, 'too_many_attempts', 'Too many tries.', null, 3));
    const seconds = scope.run(() => useWait(error));
    expect(seconds?.value).toBe(3);
    vi.advanceTimersByTime(2000);
    expect(seconds?.value).toBe(1);
    vi.advanceTimersByTime(5000);
    expect(seconds?.value).toBe(0);
    error.value = new ApiError(429, 'too_many_attempts', 'Too many tries.', null, 40);
    await nextTick();
    expect(seconds?.value).toBe(40);
    scope.stop();
  });

  it('is there for nothing else', async () => {
    const error = ref<unknown>(new ApiError(422, 'invalid', 'No.', null, 5));
    const seconds = effectScope().run(() => useWait(error));
    expect(seconds?.value).toBeNull();
    error.value = null;
    await nextTick();
    expect(seconds?.value).toBeNull();
  });
});
