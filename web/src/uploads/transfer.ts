/** One file on its way from this browser, and how that is told. */
import type { Upload } from '@/api/uploads';
import { translate } from '@/messages';
import { isArchive, isTaken } from './folders';
import type { SpeedMeter } from './speed';

export type TransferState = 'queued' | 'sending' | 'paused' | 'offline' | 'sent' | 'failed';

export interface Transfer {
  key: string;
  name: string;
  path: string;
  size: number;
  file: File;
  /** What lies beside it in its folder and becomes its cover. */
  picture: File | null;
  /** What lies beside it under its own name, the best first. */
  words: File[];
  /** The upload that was given its words, if any was. */
  wordsGivenTo: string;
  state: TransferState;
  sent: number;
  /** The server's name of it, once it has one. */
  uploadId: string;
  error: string;
  /** Whether the same may work when it is tried again. */
  canRetry: boolean;
}

/** Something on the list: a file of this browser, an upload that the server knows, or both. */
export interface Item {
  key: string;
  name: string;
  size: number;
  sent: number;
  transfer: Transfer | null;
  upload: Upload | null;
  stage:
    | TransferState
    /** The server waits for bytes that this browser does not have. */
    | 'lost'
    | 'waiting'
    | 'unpacking'
    | 'checking'
    | 'done';
  /** 0 to 1; null where nobody can tell. */
  progress: number | null;
}

/** Works without a secure connection too. */
export function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((one) => one.toString(16).padStart(2, '0')).join('');
}

/** Why a file need not even be sent; empty where it should be. */
export function refusalBefore(name: string, size: number, largest: number): string {
  if (!isTaken(name)) return translate('uploads.notMusic');
  if (size === 0) return translate('uploads.empty');
  return size > largest ? translate('uploads.tooLarge') : '';
}

const isOpen = (state: Upload['state']) => state === 'waiting' || state === 'unpacking' || state === 'checking';

/** What the server says counts, once all bytes are there. */
export function itemOf(transfer: Transfer | null, upload: Upload | null): Item {
  const name = transfer?.name ?? upload?.filename ?? '';
  const size = transfer?.size ?? upload?.size ?? 0;
  const key = transfer?.key ?? upload?.id ?? '';
  const base = { key, name, size, transfer, upload };
  if (upload && upload.state !== 'receiving') {
    const stage = upload.state;
    return { ...base, sent: size, stage, progress: isOpen(stage) ? unpacked(upload) : null };
  }
  const sent = transfer ? transfer.sent : (upload?.received ?? 0);
  return { ...base, sent, stage: transfer?.state ?? 'lost', progress: size > 0 ? sent / size : null };
}

function unpacked(upload: Upload): number | null {
  const archive = upload.archive;
  return archive && archive.songs > 0 ? archive.done / archive.songs : null;
}

export const holdsMore = (item: Item): boolean => (item.upload ? item.upload.archive !== null : isArchive(item.name));

/** Seconds until all bytes have left; null while nobody can tell. */
export function secondsLeft(transfers: readonly Transfer[], meter: SpeedMeter): number | null {
  const speed = meter.speed();
  if (speed === null) return null;
  const left = transfers
    .filter((one) => one.state === 'queued' || one.state === 'sending')
    .reduce((sum, one) => sum + one.size - one.sent, 0);
  return left / speed;
}
