/** Plays wait here until the server has taken them, also over reloads and lost connections. */
import { ApiError } from '@/api/errors';
import { type PlayReport, reportPlay } from '@/api/listening';

const STORAGE_KEY = 'antiphon.plays';
const MOST_WAITING = 500;

let sending = false;

function waiting(): PlayReport[] {
  try {
    const plays: unknown = JSON.parse(localStorage.getItem(STORAGE_KEY) ?? '[]');
    return Array.isArray(plays) ? (plays as PlayReport[]) : [];
  } catch {
    return [];
  }
}

function keep(plays: PlayReport[]): void {
  if (plays.length === 0) localStorage.removeItem(STORAGE_KEY);
  else localStorage.setItem(STORAGE_KEY, JSON.stringify(plays.slice(-MOST_WAITING)));
}

/** A refusal that no repetition will change: the song is gone or the report is malformed. */
function isFinal(error: unknown): boolean {
  return error instanceof ApiError && [400, 403, 404, 409, 422].includes(error.status);
}

export function forgetPlays(): void {
  keep([]);
}

/** Sends what waits, oldest first, and stops at the first that has to wait longer. */
export async function sendPlays(): Promise<void> {
  if (sending) return;
  sending = true;
  try {
    for (let next = waiting()[0]; next; next = waiting()[0]) {
      try {
        await reportPlay(next);
      } catch (error) {
        if (!isFinal(error)) return;
      }
      keep(waiting().slice(1));
    }
  } finally {
    sending = false;
  }
}

export function addPlay(play: PlayReport): void {
  keep([...waiting(), play]);
  void sendPlays();
}
