/** What is fetched for a song or an episode: its own file, or what the server makes of it for this browser and connection. */
import { episodeAddress, streamAddress } from '@/api/addresses';
import type { PlayableSong } from '@/api/types';
import { canDecode, hasFailed, lossyForm, playsFlac } from './decoding';
import { isEpisode, type Playable, soundIdOf } from './items';

export type Quality = 'original' | 'high' | 'normal' | 'saver';
export const qualities: readonly Quality[] = ['original', 'high', 'normal', 'saver'];

type Form = 'flac' | 'opus' | 'mp3';

export interface Source {
  /** A song's id; an episode's is below zero. */
  soundId: number;
  /** Whether the server makes it for this browser; null of `form` is the song's own file. */
  form: Form | null;
  /** kbit/s; 0 where the form has none of its own. */
  bitrate: number;
  /** Seconds into the song at which the stream begins. */
  offset: number;
}

/** Originals up to this bit rate are good enough as they are. kbit/s. */
const CEILINGS: Record<Exclude<Quality, 'original'>, number> = { high: 320, normal: 192, saver: 96 };
const BITRATES: Record<'opus' | 'mp3', Record<Exclude<Quality, 'original'>, number>> = {
  opus: { high: 256, normal: 128, saver: 64 },
  mp3: { high: 320, normal: 192, saver: 96 },
};
const LOSSLESS = new Set(['flac', 'alac', 'wav', 'aiff', 'wavpack', 'ape', 'tta', 'dsd']);
const LEAST_FOR_LOSSY = 128;

export function isLossless(format: string): boolean {
  return LOSSLESS.has(format.toLowerCase());
}

/** Episodes come as they are, unless this browser has failed on one. */
export function sourceOf(item: Playable, quality: Quality): Source {
  if (!isEpisode(item)) return sourceOfSong(item, quality);
  const soundId = soundIdOf(item);
  if (!hasFailed(soundId)) return { soundId, form: null, bitrate: 0, offset: 0 };
  return { soundId, form: lossyForm(), bitrate: LEAST_FOR_LOSSY, offset: 0 };
}

function sourceOfSong(song: PlayableSong, quality: Quality): Source {
  const source = (form: Form | null, bitrate: number): Source => ({ soundId: song.id, form, bitrate, offset: 0 });
  const decodes = canDecode(song);
  const bitrate = song.bitrate ?? 0;
  if (quality === 'original') {
    if (decodes) return source(null, 0);
    if (isLossless(song.format) && playsFlac()) return source('flac', 0);
    const most = BITRATES[lossyForm()].high;
    return source(lossyForm(), isLossless(song.format) ? most : Math.min(most, Math.max(bitrate, LEAST_FOR_LOSSY)));
  }
  if (decodes && bitrate > 0 && bitrate <= CEILINGS[quality]) return source(null, 0);
  const most = BITRATES[lossyForm()][quality];
  // More than the original has would only be more bytes.
  return source(lossyForm(), bitrate > 0 && !isLossless(song.format) ? Math.min(most, Math.max(bitrate, 32)) : most);
}

/** The same sound, beginning elsewhere in the song. */
export function sourceFrom(source: Source, offset: number): Source {
  return { ...source, offset };
}

export function isSameSound(left: Source, right: Source): boolean {
  return left.soundId === right.soundId && left.form === right.form && left.bitrate === right.bitrate;
}

export function addressOf(source: Source): string {
  const { soundId } = source;
  const address = soundId < 0 ? episodeAddress(-soundId) : streamAddress(soundId);
  if (source.form === null) return `${address}?format=raw`;
  const values = new URLSearchParams({ format: source.form });
  if (source.bitrate > 0) values.set('bitrate', String(source.bitrate));
  if (source.offset > 0) values.set('offset', source.offset.toFixed(2));
  return `${address}?${values}`;
}

const NAMES: Record<Form, string> = { flac: 'FLAC', opus: 'Opus', mp3: 'MP3' };

/** "Opus 128 kbit/s"; "FLAC" for what keeps every bit. Empty for the song's own file. */
export function madeText(source: Source): string {
  if (source.form === null) return '';
  const name = NAMES[source.form];
  return source.bitrate > 0 ? `${name} ${source.bitrate} kbit/s` : name;
}
