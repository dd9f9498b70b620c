import { expect, it } from 'vitest';
import { pathWithin } from './paths';

it.each([
  ['/albums/4?playing', '/albums/4?playing'],
  ['//evil.example', '/'],
  ['/\\evil.example', '/'],
  ['https://evil.example', '/'],
  ['/sign-in?next=/', '/'],
  [undefined, '/'],
  [['/albums'], '/'],
])('leads from %o to %s', (wanted, path) => {
  expect(pathWithin(wanted)).toBe(path);
});
