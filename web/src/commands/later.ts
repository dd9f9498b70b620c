/** What is out of sight at once, and done when the time for "Undo" is over. */
import { shallowReactive } from 'vue';
import { queryClient } from '@/api/query-client';
import { translate } from '@/messages';
import { NOTICE_MILLISECONDS, useNotices } from '@/stores/notices';

interface Deed {
  /** Names the thing, such as "share 3": whoever lists things leaves out what is waiting. */
  key: string;
  /** Says that it is done, and what went wrong where it could not be. */
  told: string;
  failed: string;
  run: () => Promise<void>;
  /** Called when it is done, refused or taken back. */
  settled: () => unknown;
}

/** Left to the next page by the one that was left: its last requests may not have arrived when that one asks. */
const LEFT_BEHIND = 'done-while-leaving';
const LATE_MILLISECONDS = 10_000;

const waiting = shallowReactive(new Map<string, () => Promise<void>>());
const doneBefore = shallowReactive(new Set<string>());

export function isWaiting(key: string): boolean {
  return waiting.has(key) || doneBefore.has(key);
}

/** Does at once what is still waiting; ends when all of it is done or refused. */
export async function doWaiting(): Promise<void> {
  await Promise.allSettled([...waiting.values()].map((carryOut) => carryOut()));
}

export function doLater(deed: Deed): void {
  const notices = useNotices();
  const perform = async () => {
    try {
      await deed.run();
    } catch (error) {
      notices.showFailure(deed.failed, error);
    }
    // What is gone stays out of sight until the list knows it too.
    await deed.settled();
    waiting.delete(deed.key);
  };
  let performed: Promise<void> | null = null;
  const carryOut = () => {
    clearTimeout(timer);
    performed ??= perform();
    return performed;
  };
  const timer = setTimeout(() => void carryOut(), NOTICE_MILLISECONDS);
  waiting.set(deed.key, carryOut);
  notices.show(deed.told, {
    action: {
      label: translate('common.undo'),
      run: () => {
        clearTimeout(timer);
        waiting.delete(deed.key);
        void deed.settled();
      },
    },
  });
}

/** Does what is waiting, and tells the page that comes next. */
export function doWhileLeaving(): void {
  const keys = [...waiting.keys()];
  void doWaiting();
  if (keys.length > 0) sessionStorage.setItem(LEFT_BEHIND, JSON.stringify(keys));
}

/** Keeps out of sight what the page before has done just now, until the lists know it too. */
export function takeOver(): void {
  const left = sessionStorage.getItem(LEFT_BEHIND);
  if (left === null) return;
  sessionStorage.removeItem(LEFT_BEHIND);
  for (const key of JSON.parse(left) as string[]) doneBefore.add(key);
  setTimeout(async () => {
    await queryClient.invalidateQueries();
    doneBefore.clear();
  }, LATE_MILLISECONDS);
}

if (typeof window !== 'undefined') {
  window.addEventListener('pagehide', doWhileLeaving);
  takeOver();
}
