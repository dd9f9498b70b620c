import { streamAddress } from '@/api/addresses';

export type Failure = 'offline' | 'signed-out' | 'missing' | 'refused' | 'busy' | 'unplayable';

/** An audio element does not say why it failed; asking for the head of the same address does. */
export async function diagnoseFailure(songId: number): Promise<Failure> {
  let status: number;
  try {
    status = (await fetch(streamAddress(songId), { method: 'HEAD', credentials: 'same-origin' })).status;
  } catch {
    return 'offline';
  }
  if (status === 401) return 'signed-out';
  if (status === 404 || status === 410) return 'missing';
  if (status === 403) return 'refused';
  if (status === 429 || status >= 500) return 'busy';
  return 'unplayable';
}
