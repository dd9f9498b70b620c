import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { songNamed } from '@/test/songs';
import { isMetered } from './connection';
import { noteFailed } from './decoding';
import { addressOf, madeText, type Quality, sourceFrom, sourceOf } from './sources';

/** A browser such as Chromium: these and nothing else. */
const KNOWN = ['audio/flac', 'audio/mpeg', 'audio/ogg; codecs="opus"', 'audio/mp4; codecs="mp4a.40.2"'];

beforeEach(() => {
  vi.spyOn(HTMLMediaElement.prototype, 'canPlayType').mockImplementation((type) =>
    KNOWN.includes(type) ? 'probably' : '',
  );
});
afterEach(() => vi.restoreAllMocks());

const heard = (format: string, suffix: string, bitrate: number, quality: Quality) => {
  const source = sourceOf(songNamed('song', { format, suffix, bitrate }), quality);
  return source.form === null ? 'original' : madeText(source);
};

describe('what a browser gets', () => {
  it.each([
    ['flac', 'flac', 900, 'original', 'original'],
    ['alac', 'm4a', 900, 'original', 'FLAC'],
    ['wavpack', 'wv', 900, 'original', 'FLAC'],
    ['aiff', 'aiff', 1411, 'original', 'FLAC'],
    ['mp2', 'mp2', 192, 'original', 'Opus 192 kbit/s'],
    ['wma', 'wma', 64, 'original', 'Opus 128 kbit/s'],
    ['aac', 'm4a', 256, 'high', 'original'],
    ['flac', 'flac', 900, 'high', 'Opus 256 kbit/s'],
    ['mp3', 'mp3', 320, 'normal', 'Opus 128 kbit/s'],
    ['mp3', 'mp3', 128, 'normal', 'original'],
    ['mp3', 'mp3', 128, 'saver', 'Opus 64 kbit/s'],
    ['mp2', 'mp2', 48, 'saver', 'Opus 48 kbit/s'],
  ] as const)('of %s (.%s, %i kbit/s) with the quality %5$s', (format, suffix, bitrate, quality, expected) => {
    expect(heard(format, suffix, bitrate, quality)).toBe(expected);
  });

  it('follows a browser that says yes at first and learns better', () => {
    vi.mocked(HTMLMediaElement.prototype.canPlayType).mockReturnValueOnce('maybe');
    expect(heard('vorbis', 'ogg', 192, 'original')).toBe('original');
    noteFailed(4711);
    expect(heard('vorbis', 'ogg', 192, 'original')).toBe('Opus 192 kbit/s');
  });

  it('is another form once it could not make sound of the file', () => {
    const song = songNamed('odd');
    expect(sourceOf(song, 'original').form).toBeNull();
    noteFailed(song.id);
    expect(sourceOf(song, 'original').form).toBe('flac');
  });

  it('has one address for each place where a stream begins', () => {
    const song = songNamed('song');
    expect(addressOf(sourceOf(song, 'original'))).toBe(`/api/v1/songs/${song.id}/stream?format=raw`);
    const made = sourceFrom(sourceOf(song, 'saver'), 12.345);
    expect(addressOf(made)).toBe(`/api/v1/songs/${song.id}/stream?format=opus&bitrate=64&offset=12.35`);
  });
});

it('spares data where the browser tells that it counts', () => {
  const connection = (parts: object) => Object.assign(new EventTarget(), parts);
  expect(isMetered(connection({ type: 'cellular' }))).toBe(true);
  expect(isMetered(connection({ type: 'wifi', saveData: true }))).toBe(true);
  expect(isMetered(connection({ type: 'wifi' }))).toBe(false);
  expect(isMetered(null)).toBe(false);
});
