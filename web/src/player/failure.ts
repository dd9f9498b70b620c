import { addressOf, type Source } from './sources';

export type Failure = 'offline' | 'signed-out' | 'missing' | 'refused' | 'busy' | 'damaged' | 'unplayable';

/** How often a server that is away is asked for again. */
const ASK_AGAIN_MILLISECONDS = 4000;
/** What proxies say of a server that is away. */
const AWAY = [502, 504];

async function statusOf(source: Source, method: 'GET' | 'HEAD'): Promise<number | null> {
  const enough = new AbortController();
  // Of the song's own file one byte tells as much as all of it.
  const headers = method === 'GET' && source.form === null ? { range: 'bytes=0-0' } : undefined;
  try {
    const answer = await fetch(addressOf(source), {
      method,
      headers,
      credentials: 'same-origin',
      cache: 'no-store',
      signal: enough.signal,
    });
    return AWAY.includes(answer.status) ? null : answer.status;
  } catch {
    return null;
  } finally {
    enough.abort();
  }
}

function failureOf(status: number | null): Failure | null {
  if (status === null) return 'offline';
  if (status === 401) return 'signed-out';
  if (status === 404 || status === 410) return 'missing';
  if (status === 403) return 'refused';
  if (status === 415) return 'damaged';
  if (status === 429 || status >= 500) return 'busy';
  return null;
}

/**
 * An audio element does not say why it failed; asking for the same does. Null where the server sends it now. Only when
 * it begins to send it does it know whether it has a place for this listener, and whether the file is damaged.
 */
export async function diagnoseFailure(source: Source): Promise<Failure | null> {
  return failureOf(await statusOf(source, 'GET'));
}

/** The same of a stream that has not failed, but sends nothing: the server is asked for nothing but the head. */
export async function diagnoseSilence(source: Source): Promise<Failure | null> {
  return failureOf(await statusOf(source, 'HEAD'));
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
    if (isOver || (await statusOf(source, 'HEAD')) === null || isOver) return;
    stop();
    back();
  }
  const timer = setInterval(() => void ask(), ASK_AGAIN_MILLISECONDS);
  window.addEventListener('online', ask);
  return stop;
}
