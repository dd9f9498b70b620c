import { createPinia, setActivePinia } from 'pinia';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { listJobs } from '@/api/listening';
import type { Job } from '@/api/types';
import { useScan } from './scan';

vi.mock('@/api/listening', () => ({ listJobs: vi.fn(), startScan: vi.fn() }));

const scanIn = (state: Job['state'], id = 'one'): Job =>
  ({ id, kind: 'library.scan', state, progress: 1, message: '2 of 2 songs read.', result: null, error: null }) as Job;

beforeEach(() => {
  setActivePinia(createPinia());
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('does not run again because of what is told late', () => {
  const scan = useScan();
  scan.take(scanIn('running'));
  scan.take(scanIn('completed'));
  scan.take(scanIn('running'));
  expect(scan.running).toBe(false);
  scan.take(scanIn('running', 'two'));
  expect(scan.running).toBe(true);
});

it('hears of an end that nobody told', async () => {
  const scan = useScan();
  vi.mocked(listJobs).mockResolvedValue({ items: [scanIn('completed')] } as never);
  scan.take(scanIn('running'));
  await vi.advanceTimersByTimeAsync(2500);
  expect(scan.running).toBe(false);
  expect(scan.last?.state).toBe('completed');
});
