import createClient from 'openapi-fetch';
import { ApiError, unreachable } from './errors';
import type { paths } from './schema';

interface Envelope<Data> {
  data: Data;
  page?: { total: number };
}

interface Outcome<Body> {
  data?: Body;
  error?: unknown;
  response: Response;
}

/** The typed client of the server's native API; the session is an http-only cookie. */
export const api = createClient<paths>({
  baseUrl: typeof location === 'undefined' ? '' : location.origin,
  credentials: 'same-origin',
});

let whenSignedOut: (() => void) | null = null;

/** Called once whenever the server says that the session has ended. */
export function onSignedOut(listener: () => void): void {
  whenSignedOut = listener;
}

function refusal(response: Response, body: unknown): ApiError {
  const problem = (body as { error?: { code?: string; message?: string; details?: unknown } } | undefined)?.error;
  const error = new ApiError(
    response.status,
    problem?.code ?? 'unknown',
    problem?.message ?? '',
    problem?.details ?? null,
    Number(response.headers.get('retry-after')) || 0,
  );
  // A wrong code or password is refused with 401 too, and ends nothing.
  if (response.status === 401 && !/^(mfa_|wrong_)/.test(error.code)) whenSignedOut?.();
  return error;
}

async function settle<Body>(call: Promise<Outcome<Body>>): Promise<Body> {
  let outcome: Outcome<Body>;
  try {
    outcome = await call;
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw unreachable();
  }
  if (!outcome.response.ok || outcome.data === undefined) throw refusal(outcome.response, outcome.error);
  return outcome.data;
}

/** The `data` of an answer. Raises `ApiError` for every refusal. */
export async function ask<Data>(call: Promise<Outcome<Envelope<Data>>>): Promise<Data> {
  return (await settle(call)).data;
}

/** For what answers with nothing but "done". Raises `ApiError` for every refusal. */
export async function tell(call: Promise<Outcome<unknown>>): Promise<void> {
  await settle(call);
}

/** Sends a file as it is. Raises `ApiError` for every refusal. */
export function sendFile<Data>(path: string, file: Blob): Promise<Data> {
  return send('PUT', path, file, file.type || 'application/octet-stream');
}

/** Sends a file of any kind, which the server looks into itself. Raises `ApiError` for every refusal. */
export function sendBytes<Data>(path: string, file: Blob): Promise<Data> {
  return send('POST', path, file, 'application/octet-stream');
}

async function send<Data>(method: string, path: string, body: Blob, type: string): Promise<Data> {
  const sent = fetch(path, { method, headers: { 'content-type': type }, body, credentials: 'same-origin' });
  const outcome = sent.then(async (response): Promise<Outcome<Envelope<Data>>> => {
    const told: unknown = await response.json().catch(() => undefined);
    return response.ok ? { data: told as Envelope<Data>, response } : { error: told, response };
  });
  return ask(outcome);
}

/** One page of a list with the total. Raises `ApiError` for every refusal. */
export async function askList<Item>(
  call: Promise<Outcome<Envelope<Item[]>>>,
): Promise<{ items: Item[]; total: number }> {
  const body = await settle(call);
  return { items: body.data, total: body.page?.total ?? body.data.length };
}
