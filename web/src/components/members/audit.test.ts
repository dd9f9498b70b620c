import { expect, it } from 'vitest';
import { actionWords, detailsOf } from './audit';

it('says what was done', () => {
  expect(actionWords('account.made_admin')).toBe('made an admin of');
  expect(actionWords('weather.turned_around')).toBe('turned around (weather)');
});

it('lists what more is known, without what says nothing', () => {
  expect(detailsOf({ roles: ['user', 'artist'], upload_quota: 0, note: '', before: null, rights: [] })).toEqual([
    { name: 'roles', value: 'user, artist' },
    { name: 'upload quota', value: '0' },
  ]);
});
