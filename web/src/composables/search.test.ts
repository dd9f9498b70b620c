import { expect, it } from 'vitest';
import { searchable } from './search';

it('searches for as much of a long text as the server takes, in whole letters', () => {
  expect(searchable('  sea shanty ')).toBe('sea shanty');
  expect(searchable('a'.repeat(1001))).toBe('a'.repeat(1000));
  expect(searchable('🎵'.repeat(1200))).toBe('🎵'.repeat(1000));
});
