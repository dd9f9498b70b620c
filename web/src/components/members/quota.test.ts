import { expect, it } from 'vitest';
import { bytesOf, megabytesOf } from './quota';

it.each([
  ['', null],
  [' 500 ', 500_000_000],
  ['0', 0],
  ['1.5', 1_500_000],
  ['1,5', 1_500_000],
  ['many', undefined],
  ['-1', undefined],
  ['9'.repeat(20), undefined],
])('reads %o as %o bytes', (typed, bytes) => {
  expect(bytesOf(typed)).toBe(bytes);
});

it('shows what it has read', () => {
  expect(megabytesOf(null)).toBe('');
  expect(megabytesOf(500_000_000)).toBe('500');
  expect(megabytesOf(1_500_000)).toBe('1.5');
});
