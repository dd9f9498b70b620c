/** What is out of sight at once, and done when the time for "Undo" is over. */
import { shallowReactive } from 'vue';
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

const waiting = shallowReactive(new Map<string, () => Promise<void>>());

export function isWaiting(key: string): boolean {
  return waiting.has(key);
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

if (typeof window !== 'undefined') {
  window.addEventListener('pagehide', () => void doWaiting());
}
