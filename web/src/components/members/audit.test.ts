import { expect, it } from 'vitest';
import { actionWords, detailsOf, subjectWords } from './audit';

it('says what was done', () => {
  expect(actionWords('account.made_admin')).toBe('made an admin of');
  expect(actionWords('weather.turned_around')).toBe('turned around (weather)');
});

it('says whom it was done to', () => {
  const own = { actor_id: 4, subject: 'account', subject_id: 4, subject_name: 'ada' };
  expect(subjectWords(own)).toBe('their own account');
  expect(subjectWords({ ...own, actor_id: 1 })).toBe('ada');
  expect(subjectWords({ actor_id: 1, subject: 'invitation', subject_id: 4, subject_name: '' })).toContain('link');
});

it('lists what more is known, without what says nothing', () => {
  expect(detailsOf({ roles: ['user', 'artist'], upload_quota: 0, note: '', before: null, rights: [] })).toEqual([
    { name: 'roles', value: 'user, artist' },
    { name: 'upload quota', value: '0' },
  ]);
});
