import { describe, expect, it } from 'vitest';
import type { Sound } from '@/api/sound';
import type { Song } from '@/api/types';
import { editBetween, sharedForm } from './song-form';

const song = (facts: Partial<Song>): Song =>
  ({
    id: 1,
    title: 'Dawn',
    artist: 'Nova',
    album: 'Light',
    genres: ['Ambient'],
    year: 2001,
    disc: null,
    track: 3,
    language: null,
    comment: null,
    lyrics: null,
    ...facts,
  }) as Song;

const told = { own_bpm: 128, own_key: 'Bbm' } as Sound;

describe('the form of songs', () => {
  it('gives tempo and key back to what was measured', () => {
    const { form } = sharedForm([song({})], told);
    expect([form.bpm, form.key]).toEqual(['128', 'Bbm']);
    expect(editBetween(form, { ...form, bpm: '', key: 'C' })).toEqual({ bpm: null, key: 'C' });
  });

  it('shows what they have in common and names what they have not', () => {
    const { form, mixed } = sharedForm([song({}), song({ title: 'Dusk', track: 4, genres: ['Ambient', 'Choir'] })]);
    expect([...mixed].sort()).toEqual(['genres', 'title', 'track']);
    expect(form).toMatchObject({ title: '', track: '', genres: [], artist: 'Nova', year: '2001', disc: '' });
  });

  it('sends nothing where nothing was touched', () => {
    const { form } = sharedForm([song({}), song({ title: 'Dusk' })]);
    expect(editBetween(form, { ...form, genres: [...form.genres] })).toEqual({});
  });

  it('sends what was touched, and none for a number that was taken away', () => {
    const { form } = sharedForm([song({})]);
    const now = { ...form, title: 'Dawn (live)', year: '', disc: '2', genres: ['Choir'] };
    expect(editBetween(form, now)).toEqual({ title: 'Dawn (live)', year: null, disc: 2, genres: ['Choir'] });
  });
});
