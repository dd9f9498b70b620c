/** The little of tus 1.0.0 that is needed: begin, ask how far it is, send on. Only XMLHttpRequest tells of bytes sent. */
import { ApiError, unreachable } from '@/api/errors';

const VERSION = { 'tus-resumable': '1.0.0' };
const BYTES = 'application/offset+octet-stream';
/** Sent in one request, so that a proxy in between need not hold a whole file. */
export const PIECE_BYTES = 32 * 1024 * 1024;

export interface Standing {
  offset: number;
  size: number;
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

async function refusalOf(response: Response): Promise<ApiError> {
  const body = (await response.json().catch(() => null)) as {
    error?: { code?: string; message?: string; details?: unknown };
  } | null;
  const problem = body?.error;
  const wait = Number(response.headers.get('retry-after')) || 0;
  return new ApiError(response.status, problem?.code ?? 'unknown', problem?.message ?? '', problem?.details, wait);
}

async function call(path: string, init: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, { credentials: 'same-origin', cache: 'no-store', ...init });
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw unreachable();
  }
  if (!response.ok) throw await refusalOf(response);
  return response;
}

const bytesOf = (file: File): Promise<ArrayBuffer> =>
  file.arrayBuffer().catch(() => Promise.reject(new ApiError(0, 'file_gone', '')));

/** Brings a picture for songs that are still to come, and gives its id. */
export async function sendPicture(picture: File): Promise<string> {
  const headers = { 'content-type': picture.type || 'image/*' };
  const body = await bytesOf(picture);
  const response = await call('/api/v1/uploads/pictures', { method: 'POST', headers, body });
  return ((await response.json()) as { data: { id: string } }).data.id;
}

/** Begins an upload and gives its id. `key`: the same file asked for twice is one upload. `pictureId`: its cover. */
export async function beginUpload(name: string, size: number, key: string, pictureId = ''): Promise<string> {
  const cover = pictureId ? `,picture ${base64(pictureId)}` : '';
  const metadata = `filename ${base64(name)},draft ${base64('true')}${cover}`;
  const headers = {
    ...VERSION,
    'upload-length': String(size),
    'upload-metadata': metadata,
    'idempotency-key': key,
  };
  const response = await call('/api/v1/uploads', { method: 'POST', headers });
  return (response.headers.get('location') ?? '').split('/').pop() ?? '';
}

/** Gives an upload the words in a file, in the place of those it had. `ending`: how the file's name ends, as `.lrc`. */
export async function sendWords(id: string, words: File, ending: string): Promise<void> {
  const headers = { 'content-type': 'application/octet-stream' };
  const body = await bytesOf(words);
  await call(`/api/v1/uploads/${id}/words?ending=${ending}`, { method: 'PUT', headers, body });
}

/** How much of an upload the server has. Raises `ApiError` 404 where it knows none. */
export async function standingOf(id: string): Promise<Standing> {
  const response = await call(`/api/v1/uploads/${id}`, { method: 'HEAD', headers: VERSION });
  return { offset: Number(response.headers.get('upload-offset')), size: Number(response.headers.get('upload-length')) };
}

/** Calls an upload off, or forgets one that has ended. That there is none any more is as good. */
export async function callOffUpload(id: string): Promise<void> {
  try {
    await call(`/api/v1/uploads/${id}`, { method: 'DELETE', headers: VERSION });
  } catch (error) {
    if (!(error instanceof ApiError && error.status === 404)) throw error;
  }
}

/** Sends a file from `offset` to its end; `told` hears how many bytes have left. Raises `ApiError`, or AbortError. */
export async function sendFrom(
  id: string,
  file: Blob,
  offset: number,
  told: (sent: number) => void,
  signal: AbortSignal,
): Promise<void> {
  let at = offset;
  while (at < file.size) {
    const piece = file.slice(at, at + PIECE_BYTES);
    at = await sendPiece(id, piece, at, told, signal);
    told(at);
  }
}

function sendPiece(
  id: string,
  piece: Blob,
  offset: number,
  told: (sent: number) => void,
  signal: AbortSignal,
): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const abort = () => request.abort();
    const done = () => signal.removeEventListener('abort', abort);
    request.open('PATCH', `/api/v1/uploads/${id}`);
    request.responseType = 'text';
    for (const [name, value] of Object.entries(VERSION)) request.setRequestHeader(name, value);
    request.setRequestHeader('upload-offset', String(offset));
    request.setRequestHeader('content-type', BYTES);
    request.upload.onprogress = (event) => told(offset + event.loaded);
    request.onload = () => {
      done();
      if (request.status === 204) resolve(Number(request.getResponseHeader('upload-offset')));
      else void refusalOf(responseOf(request)).then(reject);
    };
    request.onerror = () => {
      done();
      // A file that was changed or removed since it was chosen cannot be read any more.
      piece
        .slice(0, 1)
        .arrayBuffer()
        .then(
          () => reject(unreachable()),
          () => reject(new ApiError(0, 'file_gone', '')),
        );
    };
    request.onabort = () => {
      done();
      reject(new DOMException('', 'AbortError'));
    };
    if (signal.aborted) return request.onabort?.(new ProgressEvent('abort'));
    signal.addEventListener('abort', abort);
    request.send(piece);
  });
}

function responseOf(request: XMLHttpRequest): Response {
  const wait = request.getResponseHeader('retry-after');
  return new Response(request.responseText, { status: request.status, headers: wait ? { 'retry-after': wait } : {} });
}
