import { onScopeDispose, ref, shallowRef } from 'vue';
import { readJob } from '@/api/scrobbling';
import type { Job } from '@/api/types';

const ASK_AGAIN = 1000;

/** Work in the background that was just begun: how far it is, until its end. */
export function useJob() {
  const job = shallowRef<Job | null>(null);
  const busy = ref(false);
  let gone = false;
  onScopeDispose(() => {
    gone = true;
  });

  /** The job at its end; null where the page was left before. Raises what `begin` raises. */
  async function follow(begin: () => Promise<Job>): Promise<Job | null> {
    busy.value = true;
    job.value = null;
    try {
      let known = await begin();
      job.value = known;
      while (known.state === 'queued' || known.state === 'running') {
        await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN));
        if (gone) return null;
        // A question that gets lost is asked again.
        known = await readJob(known.id).catch(() => known);
        job.value = known;
      }
      return known;
    } finally {
      busy.value = false;
    }
  }

  return { job, busy, follow };
}
