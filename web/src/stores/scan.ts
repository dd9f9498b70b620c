/** The scan that is running, told by the server over Socket.IO, and asked for where nothing was told for two seconds. */
import { defineStore } from 'pinia';
import { computed, ref } from 'vue';
import { listJobs, startScan } from '@/api/listening';
import { queryClient } from '@/api/query-client';
import type { Job } from '@/api/types';
import { wholeNumber } from '@/formatting/formatting';
import { translate } from '@/messages';
import { useNotices } from './notices';

const POLL_MILLISECONDS = 2000;

/** What a finished scan has found, as a sentence. */
function sentenceOfScan(result: unknown): string {
  const counts = (typeof result === 'object' && result !== null ? result : {}) as Record<string, unknown>;
  const told = (['added', 'changed', 'missing', 'broken'] as const)
    .map((kind) => ({ kind, count: Number(counts[kind] ?? 0) }))
    .filter(({ count }) => count > 0)
    .map(({ kind, count }) => translate(`library.scanFound.${kind}`, { n: wholeNumber(count) }));
  if (told.length === 0) return translate('library.scanNothingNew');
  return translate('library.scanDone', { found: told.join(', ') });
}

const isScan = (job: Job) => job.kind.includes('scan');
const isOpen = (job: Job) => job.state === 'queued' || job.state === 'running';

export const useScan = defineStore('scan', () => {
  const job = ref<Job | null>(null);
  const last = ref<Job | null>(null);
  const running = computed(() => job.value !== null && isOpen(job.value));
  /** Scans that were asked for here. */
  const wanted = new Set<string>();
  /** What is told late of these is out of date. */
  const ended = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let lastRefresh = 0;

  function take(told: Job): void {
    if (!isScan(told) || (isOpen(told) && ended.has(told.id))) return;
    const known = job.value;
    if (known && known.id === told.id && !isOpen(known)) return;
    if (!isOpen(told) && known?.id !== told.id) {
      last.value = told;
      return;
    }
    job.value = told;
    if (isOpen(told)) {
      refreshNowAndThen();
      pollLater();
    } else finish(told);
  }

  function finish(done: Job): void {
    ended.add(done.id);
    last.value = done;
    const notices = useNotices();
    // Scans that follow changes on disk come and go: they say something only where they found something.
    const found = sentenceOfScan(done.result);
    const isNews = wanted.has(done.id) || found !== translate('library.scanNothingNew');
    if (done.state === 'completed') {
      if (isNews) notices.show(found);
    } else notices.show(`${translate('library.scanFailed')} ${done.error ?? ''}`.trim(), { tone: 'danger' });
    job.value = null;
    void queryClient.invalidateQueries();
  }

  /** Covers appear while the scan goes on. */
  function refreshNowAndThen(): void {
    if (Date.now() - lastRefresh < 5000) return;
    lastRefresh = Date.now();
    void queryClient.invalidateQueries({ queryKey: ['albums'] });
    void queryClient.invalidateQueries({ queryKey: ['songs'] });
    void queryClient.invalidateQueries({ queryKey: ['artists'] });
  }

  /** Its end may be told while nobody listens. */
  function pollLater(): void {
    clearTimeout(timer);
    timer = setTimeout(() => void poll(), POLL_MILLISECONDS);
  }

  async function poll(): Promise<void> {
    clearTimeout(timer);
    try {
      const { items } = await listJobs();
      const scans = items.filter(isScan);
      const followed = scans.find((one) => one.id === job.value?.id) ?? scans.find(isOpen) ?? scans[0];
      if (followed) take(followed);
    } catch {
      // Asked again below while a scan is known to run; otherwise the next start of the page asks.
    }
    if (running.value) pollLater();
  }

  /** Shows a scan that was just asked for. */
  function follow(asked: Job): void {
    wanted.add(asked.id);
    job.value = asked;
    useNotices().show(translate('library.scanStarted'));
    pollLater();
  }

  async function start(full: boolean): Promise<void> {
    try {
      follow(await startScan(full));
    } catch (error) {
      useNotices().showFailure(translate('library.scanFailed'), error);
    }
  }

  function forget(): void {
    clearTimeout(timer);
    job.value = null;
    last.value = null;
  }

  return { job, last, running, take, poll, follow, start, forget };
});
