import { describe, expect, it } from 'vitest';
import { daysAgo, type FilterName, filtersOf, nothing, queryOf } from './list-filters';

const all = Object.keys(nothing()) as FilterName[];

describe('the filters of an address', () => {
  it('become what the server is asked for', () => {
    const filters = filtersOf(
      { genre: 'Folk', from: '1990', to: '1999', rating: '4', starred: '1', library: '3' },
      all,
    );
    expect(queryOf(filters)).toEqual({
      genre: 'Folk',
      year_from: 1990,
      year_to: 1999,
      rating_from: 4,
      starred: true,
      library_id: 3,
    });
  });

  it('narrow nothing where the address says what no list knows', () => {
    const odd = { from: 'then', format: 'exe', added: '2', rating: '9', starred: 'yes', library: '0', uploader: 'me' };
    expect(filtersOf(odd, all)).toEqual(nothing());
    expect(filtersOf({ format: 'flac', genre: 'Folk' }, ['genre'])).toEqual({ ...nothing(), genre: 'Folk' });
  });

  it('mean whole days', () => {
    expect(daysAgo(30, Date.UTC(2026, 10, 30, 17, 5))).toBe('2026-10-31T00:00:00Z');
  });
});
