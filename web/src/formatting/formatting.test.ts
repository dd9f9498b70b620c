import { describe, expect, it } from 'vitest';
import { ago, byteCount, clock, englishOf, fileSize, quality, songCount, timeSpan } from './formatting';

describe('formatting', () => {
  it('writes positions as a clock', () => {
    expect(clock(0)).toBe('0:00');
    expect(clock(187.9)).toBe('3:07');
    expect(clock(3729)).toBe('1:02:09');
    expect(clock(Number.NaN)).toBe('0:00');
  });

  it('writes the length of lists in words', () => {
    expect(timeSpan(42)).toBe('42 sec');
    expect(timeSpan(2880)).toBe('48 min');
    expect(timeSpan(3600)).toBe('1 hr');
    expect(timeSpan(4320)).toBe('1 hr 12 min');
  });

  it('says how long ago something was', () => {
    const now = Date.parse('2026-11-21T12:00:00Z');
    expect(ago('2026-11-21T11:59:30Z', now)).toBe('just now');
    expect(ago('2026-11-21T12:00:30Z', now)).toBe('just now');
    expect(ago('2026-11-21T11:18:00Z', now)).toBe('42 minutes ago');
    expect(ago('2026-11-21T09:00:00Z', now)).toBe('3 hours ago');
    expect(ago('2026-11-20T11:00:00Z', now)).toBe('yesterday');
    expect(ago('2026-09-01T12:00:00Z', now)).toBe('Sep 1, 2026');
  });

  it('writes days as their reader does elsewhere', () => {
    expect(englishOf(['de-DE', 'en-AU', 'en-US'])).toBe('en-AU');
    expect(englishOf(['fr', 'en'])).toBe('en-GB');
    expect(englishOf([])).toBe('en-GB');
  });

  it('tells how a file is encoded', () => {
    expect(quality({ format: 'flac', bitrate: 900, sample_rate: 44_100, bit_depth: 16 })).toBe('FLAC 44.1/16');
    expect(quality({ format: 'mp3', bitrate: 320, sample_rate: 44_100, bit_depth: null })).toBe('MP3 320 kbit/s');
  });

  it('counts with thousands and the right word', () => {
    expect(songCount(1)).toBe('1 song');
    expect(songCount(100_000)).toBe('100,000 songs');
    expect(fileSize(31_400_000)).toBe('31 MB');
    expect([0, 1, 351, 640_000, 4_200_000_000, 31_400_000].map(byteCount)).toEqual([
      '0 bytes',
      '1 byte',
      '351 bytes',
      '640 kB',
      '4.2 GB',
      '31 MB',
    ]);
  });
});
