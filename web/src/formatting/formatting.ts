/** Times, sizes and dates as people read them. */
import { translate } from '@/messages';

/** The English that somebody reads elsewhere: days and clocks differ most between countries. */
export const englishOf = (languages: readonly string[]): string =>
  languages.find((one) => /^en-/i.test(one)) ?? 'en-GB';

const ENGLISH = englishOf(navigator.languages);

const HOUR = 3600;
const MINUTE = 60;

/** A position or length: 3:07, 1:02:09. Seconds; what is no number is 0:00. */
export function clock(seconds: number): string {
  const whole = Number.isFinite(seconds) && seconds > 0 ? Math.floor(seconds) : 0;
  const pad = (part: number) => String(part).padStart(2, '0');
  const hours = Math.floor(whole / HOUR);
  const minutes = Math.floor((whole % HOUR) / MINUTE);
  return hours > 0 ? `${hours}:${pad(minutes)}:${pad(whole % MINUTE)}` : `${minutes}:${pad(whole % MINUTE)}`;
}

/** The length of a list: 48 min, 1 hr 12 min. Seconds. */
export function timeSpan(seconds: number): string {
  const minutes = Math.round(seconds / MINUTE);
  if (seconds < MINUTE) return unit(Math.max(0, Math.round(seconds)), 'second');
  if (minutes < 60) return unit(minutes, 'minute');
  const hours = Math.floor(minutes / 60);
  return minutes % 60 === 0 ? unit(hours, 'hour') : `${unit(hours, 'hour')} ${unit(minutes % 60, 'minute')}`;
}

function unit(value: number, name: 'second' | 'minute' | 'hour'): string {
  return new Intl.NumberFormat('en', { style: 'unit', unit: name, unitDisplay: 'short' }).format(value);
}

export function fileSize(bytes: number): string {
  const megabytes = bytes / 1_000_000;
  const digits = megabytes < 10 ? 1 : 0;
  return `${new Intl.NumberFormat('en', { maximumFractionDigits: digits }).format(megabytes)} MB`;
}

const SIZES = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const;

/** An amount of bytes in the unit that suits it: 351 bytes, 640 kB, 31 MB, 4.2 GB. */
export function byteCount(bytes: number): string {
  const step = bytes < 1000 ? 0 : Math.min(SIZES.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** step;
  const digits = step > 0 && value < 10 ? 1 : 0;
  const style = {
    style: 'unit',
    unit: SIZES[step],
    unitDisplay: step === 0 ? 'long' : 'short',
    maximumFractionDigits: digits,
  } as const;
  return new Intl.NumberFormat('en', style).format(value);
}

export function wholeNumber(value: number): string {
  return new Intl.NumberFormat('en').format(value);
}

export function percent(fraction: number): string {
  return new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 0 }).format(fraction);
}

export function day(iso: string): string {
  return new Intl.DateTimeFormat(ENGLISH, { dateStyle: 'medium' }).format(new Date(iso));
}

/** A day with the time on it. */
export function dayAndTime(iso: string): string {
  return new Intl.DateTimeFormat(ENGLISH, { dateStyle: 'medium', timeStyle: 'short' }).format(new Date(iso));
}

const DAY = 86_400;

/** How long ago: "just now", "5 minutes ago", "yesterday"; after a month the day itself. */
export function ago(iso: string, now = Date.now()): string {
  const seconds = Math.max(0, (now - new Date(iso).getTime()) / 1000);
  if (seconds < MINUTE) return translate('common.justNow');
  if (seconds >= 30 * DAY) return day(iso);
  const words = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
  if (seconds < HOUR) return words.format(-Math.floor(seconds / MINUTE), 'minute');
  if (seconds < DAY) return words.format(-Math.floor(seconds / HOUR), 'hour');
  return words.format(-Math.floor(seconds / DAY), 'day');
}

interface Encoded {
  format: string;
  bitrate: number | null;
  sample_rate: number | null;
  bit_depth: number | null;
}

/** "FLAC 44.1/16" for what keeps every bit, "MP3 320 kbit/s" for the rest. */
export function quality(song: Encoded): string {
  const name = song.format.toUpperCase();
  if (song.bit_depth && song.sample_rate) return `${name} ${song.sample_rate / 1000}/${song.bit_depth}`;
  return song.bitrate ? `${name} ${song.bitrate} kbit/s` : name;
}

/** A playing speed: "1×", "1.25×". */
export function speedText(speed: number): string {
  return `${new Intl.NumberFormat('en', { maximumFractionDigits: 2 }).format(speed)}×`;
}

export function songCount(count: number): string {
  return translate('library.songCount', { n: wholeNumber(count) }, count);
}

export function albumCount(count: number): string {
  return translate('library.albumCount', { n: wholeNumber(count) }, count);
}
