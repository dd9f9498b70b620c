import { expect, it } from 'vitest';
import type { SongState } from '@/api/desk';
import { changedBy } from './publishing';

const states: SongState[] = ['published', 'scheduled', 'unlisted', 'private', 'draft', 'flagged', 'unlisted'];
const songs = states.map((state, id) => ({ id, state }));

it('withdraws what is shown or kept private, and knows what each song was', () => {
  expect([...changedBy(songs, 'draft')]).toEqual([
    ['public', [0, 1]],
    ['unlisted', [2, 6]],
    ['private', [3]],
  ]);
});

it('publishes what is not public yet, and leaves alone what was flagged', () => {
  expect([...changedBy(songs, 'public')]).toEqual([
    ['unlisted', [2, 6]],
    ['private', [3]],
    ['draft', [4]],
  ]);
});
