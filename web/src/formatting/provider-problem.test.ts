import { expect, it } from 'vitest';
import { providerProblem } from './provider-problem';

it('says what went wrong, also for what it does not know', () => {
  expect(providerProblem('provider_denied')).toContain('did not allow');
  expect(providerProblem('something_new')).toBe(providerProblem('provider_answer'));
  expect(providerProblem('something_new')).not.toBe('');
});

it('says nothing where nothing went wrong', () => {
  expect(providerProblem(undefined)).toBe('');
  expect(providerProblem('')).toBe('');
  expect(providerProblem(['provider_denied'])).toBe('');
});
