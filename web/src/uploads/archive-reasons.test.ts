import { expect, it } from 'vitest';
import { refusedUntold } from './archive-reasons';

const reason = (filename: string, code: string) => ({ filename, code, message: '' });
const told = [reason('01.mp3', 'entry_damaged'), reason('../02.mp3', 'entry_name')];
const leftOut = [
  reason('cover.jpg', 'no_picture'),
  reason('front.png', 'invalid'),
  reason('back.JPG', 'entry_damaged'),
  reason('disc.webp', 'helper_ended'),
  reason('03.lrc', 'no_words'),
];

it('counts refusals that are not told, whatever was left out beside songs that were taken', () => {
  expect(refusedUntold({ refused: 2, reasons: told })).toBe(0);
  expect(refusedUntold({ refused: 2, reasons: [...told, ...leftOut] })).toBe(0);
  expect(refusedUntold({ refused: 5, reasons: [...told, ...leftOut] })).toBe(3);
  expect(refusedUntold({ refused: 0, reasons: leftOut })).toBe(0);
});
