import { expect, it } from 'vitest';
import { tokenIn } from './links';

it.each([
  ['https://music.example/app/join?token=abc_-123', 'abc_-123'],
  [' https://music.example/app/join?from=mail&token=abc#top ', 'abc'],
  ['https://music.example/app/join?token=a%2Bb', 'a+b'],
  ['https://music.example/app/join?token=%E0%A4%A', ''],
  ['0123456789abcdef_-XYZ', '0123456789abcdef_-XYZ'],
  ['https://music.example/', ''],
  ['hello', ''],
])('finds in %o the token %o', (given, token) => {
  expect(tokenIn(given)).toBe(token);
});
