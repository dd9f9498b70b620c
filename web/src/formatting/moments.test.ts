import { expect, it } from 'vitest';
import { localMoment, momentOf } from './moments';

it('comes back to the same moment from the field', () => {
  const iso = '2026-11-21T20:30:00.000Z';
  expect(momentOf(localMoment(iso))).toBe(iso);
});

it('knows no moment where there is none', () => {
  expect(localMoment(null)).toBe('');
  expect(momentOf('')).toBeNull();
  expect(momentOf('soon')).toBeNull();
});
