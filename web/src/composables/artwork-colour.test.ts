import { describe, expect, it } from 'vitest';
import { accentOf, labOf } from './artwork-colour';

const pixels = (count: number, red: number, green: number, blue: number) =>
  Array.from({ length: count }, () => labOf(red, green, blue));

describe('the colour of an artwork', () => {
  it('finds the colourful part of a mostly black cover', () => {
    const accent = accentOf([...pixels(90, 5, 5, 5), ...pixels(10, 220, 40, 40)]);
    expect(accent.hue).toBeGreaterThan(15);
    expect(accent.hue).toBeLessThan(40);
  });

  it('stays within what keeps text readable', () => {
    expect(accentOf(pixels(100, 255, 0, 255)).chroma).toBeLessThanOrEqual(0.15);
  });

  it('is nearly neutral for a grey cover', () => {
    expect(accentOf(pixels(100, 128, 128, 128)).chroma).toBeLessThan(0.05);
  });
});
