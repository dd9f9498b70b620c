import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { queryClient } from '@/api/query-client';
import { NOTICE_MILLISECONDS, useNotices } from '@/stores/notices';
import { doLater, doWaiting, doWhileLeaving, isWaiting, takeOver } from './later';

const settled = vi.fn();
const deed = (key: string, run: () => Promise<void>) => ({ key, told: 'Gone.', failed: 'Still there.', run, settled });

beforeEach(() => {
  vi.useFakeTimers();
  vi.clearAllMocks();
  setActivePinia(createPinia());
});
afterEach(() => vi.useRealTimers());

it('does once and at once what is waiting, and ends when all of it is settled', async () => {
  const [good, refused] = [vi.fn().mockResolvedValue(undefined), vi.fn().mockRejectedValue(new Error('no'))];
  doLater(deed('share 1', good));
  doLater(deed('share 2', refused));
  expect(isWaiting('share 1')).toBe(true);
  await Promise.all([doWaiting(), doWaiting()]);
  expect(useNotices().notices.some((notice) => notice.tone === 'danger')).toBe(true);
  vi.advanceTimersByTime(NOTICE_MILLISECONDS * 2);
  expect(good).toHaveBeenCalledTimes(1);
  expect(refused).toHaveBeenCalledTimes(1);
  expect(settled).toHaveBeenCalledTimes(2);
  expect(isWaiting('share 1') || isWaiting('share 2')).toBe(false);
});

it('does nothing of what was taken back', async () => {
  const run = vi.fn();
  doLater(deed('share 1', run));
  useNotices().notices[0]?.action?.run();
  await doWaiting();
  vi.advanceTimersByTime(NOTICE_MILLISECONDS * 2);
  expect(run).not.toHaveBeenCalled();
  expect(settled).toHaveBeenCalledTimes(1);
});

it('keeps out of sight what was done while the page was left, until the lists know it', async () => {
  const run = vi.fn().mockResolvedValue(undefined);
  const read = vi.spyOn(queryClient, 'invalidateQueries').mockResolvedValue(undefined);
  doLater(deed('share 1', run));
  doWhileLeaving();
  expect(run).toHaveBeenCalledTimes(1);
  await doWaiting();
  expect(isWaiting('share 1')).toBe(false);

  takeOver();
  expect(isWaiting('share 1')).toBe(true);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(read).toHaveBeenCalledTimes(1);
  expect(isWaiting('share 1')).toBe(false);

  takeOver();
  expect(isWaiting('share 1')).toBe(false);
});
