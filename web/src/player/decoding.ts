/** Which songs this browser can play as they are. */
import type { PlayableSong } from '@/api/types';

type Encoded = Pick<PlayableSong, 'id' | 'format' | 'suffix'>;

/** What browsers call a format. Formats that no browser decodes, or about which browsers say yes and fail, are not here. */
const TYPES: Record<string, string> = {
  flac: 'audio/flac',
  mp3: 'audio/mpeg',
  vorbis: 'audio/ogg; codecs="vorbis"',
  wav: 'audio/wav; codecs="1"',
  aiff: 'audio/aiff',
  alac: 'audio/mp4; codecs="alac"',
};
const CONTAINED: Record<string, { inMp4: string; bare: string }> = {
  aac: { inMp4: 'audio/mp4; codecs="mp4a.40.2"', bare: 'audio/aac' },
  flac: { inMp4: 'audio/mp4; codecs="flac"', bare: 'audio/flac' },
  opus: { inMp4: 'audio/mp4; codecs="opus"', bare: 'audio/ogg; codecs="opus"' },
};
const MP4_SUFFIXES = new Set(['m4a', 'mp4', 'm4b', 'm4r', 'mov', '3gp']);

const answers = new Map<string, boolean>();
const failed = new Set<number>();

function plays(type: string): boolean {
  const known = answers.get(type);
  if (known !== undefined) return known;
  const answer = document.createElement('audio').canPlayType(type) !== '';
  answers.set(type, answer);
  return answer;
}

/** The type of a song's own file, as browsers name it; null for what none of them decodes. */
export function typeOf(song: Encoded): string | null {
  const format = song.format.toLowerCase();
  const contained = CONTAINED[format];
  if (contained) return MP4_SUFFIXES.has(song.suffix?.toLowerCase() ?? '') ? contained.inMp4 : contained.bare;
  return TYPES[format] ?? null;
}

export function canDecode(song: Encoded): boolean {
  const type = typeOf(song);
  return type !== null && !failed.has(song.id) && plays(type);
}

/** The browser took a song's own file and then could not decode it: from now on it gets another form. */
export function noteFailed(soundId: number): void {
  failed.add(soundId);
  // Firefox says yes to all until it has looked for the decoders of the machine: it is asked anew.
  answers.clear();
}

export function hasFailed(soundId: number): boolean {
  return failed.has(soundId);
}

/** The lossy form to ask the server for. */
export function lossyForm(): 'opus' | 'mp3' {
  return plays('audio/ogg; codecs="opus"') ? 'opus' : 'mp3';
}

export function playsFlac(): boolean {
  return plays('audio/flac');
}
