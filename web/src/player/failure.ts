import { addressOf, type Source } from './sources';

export type Failure = 'offline' | 'signed-out' | 'missing' | 'refused' | 'busy' | 'unplayable';

/** How often a server that is away is asked for again. */
const ASK_AGAIN_MILLISECONDS = 4000;

async function statusOf(source: Source): Promise<number | null> {
  try {
    return (await fetch(addressOf(source), { method: 'HEAD', credentials: 'same-origin' })).status;
  } catch {
    return null;
  }
}

/** An audio element does not say why it failed; asking for the head of the same address does. */
export async function diagnoseFailure(source: Source): Promise<Failure> {
  const status = await statusOf(source);
  if (status === null) return 'offline';
  if (status === 401) return 'signed-out';
  if (status === 404 || status === 410) return 'missing';
  if (status === 403) return 'refused';
  if (status === 429 || status >= 500) return 'busy';
  return 'unplayable';
}

/** Calls `back` once the server answers again. The function it gives ends the waiting. */
export function awaitConnection(source: Source, back: () => void): () => void {
  let isOver = false;
  const stop = () => {
    isOver = true;
    clearInterval(timer);
    window.removeEventListener('online', ask);
  };
  async function ask(): Promise<void> {
    if (isOver || (await statusOf(source)) === null || isOver) return;
    stop();
    back();
  }
  const timer = setInterval(() => void ask(), ASK_AGAIN_MILLISECONDS);
  window.addEventListener('online', ask);
  return stop;
}
