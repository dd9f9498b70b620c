import { describe, expect, it } from 'vitest';
import type { Share } from '@/api/shares';
import { daysFromNow, isOver, nameOfShare } from './names';

function share(words: Partial<Share>, ...songs: { title: string; album: string | null }[]): Share {
  return { description: '', expires_at: null, songs, ...words } as unknown as Share;
}

describe('a share', () => {
  it('is called by its words, its album or its song', () => {
    const one = { title: 'Dusk', album: 'First' };
    expect(nameOfShare(share({ description: ' For you\nand me' }, one))).toBe('For you');
    expect(nameOfShare(share({}, one, { title: 'Dawn', album: 'First' }))).toBe('First');
    expect(nameOfShare(share({}, one, { title: 'Dawn', album: null }))).toBe('Dusk');
    expect(nameOfShare(share({}))).toBe('Shared music');
  });

  it('is over when its end has come', () => {
    const now = Date.parse('2026-05-01T12:00:00Z');
    expect(daysFromNow(1, now)).toBe('2026-05-02T12:00:00.000Z');
    expect(daysFromNow(0, now)).toBeNull();
    expect(isOver(share({ expires_at: '2026-05-01T11:59:00Z' }), now)).toBe(true);
    expect(isOver(share({ expires_at: daysFromNow(1, now) }), now)).toBe(false);
    expect(isOver(share({}), now)).toBe(false);
  });
});
