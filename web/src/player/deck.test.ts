import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Deck } from './deck';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
  vi.spyOn(HTMLMediaElement.prototype, 'play').mockResolvedValue(undefined);
  vi.spyOn(HTMLMediaElement.prototype, 'load').mockReturnValue(undefined);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

function deckThat(ended: boolean): Deck {
  const deck = new Deck();
  Object.defineProperty(deck.audio, 'ended', { value: ended, configurable: true });
  return deck;
}

it('counts what is left to be heard from the end that the element shows, told or not', () => {
  vi.advanceTimersByTime(60_000);
  const deck = deckThat(true);
  deck.holdBack(2);
  expect(deck.remaining).toBeCloseTo(2);
  vi.advanceTimersByTime(500);
  deck.audio.dispatchEvent(new Event('ended'));
  expect(deck.remaining).toBeCloseTo(1.5);
});

it('counts anew when it comes to an end for the second time', () => {
  const deck = deckThat(true);
  deck.holdBack(2);
  expect(deck.remaining).toBeCloseTo(2);
  Object.defineProperty(deck.audio, 'ended', { value: false });
  vi.advanceTimersByTime(10_000);
  expect(deck.remaining).toBeCloseTo(2);
  Object.defineProperty(deck.audio, 'ended', { value: true });
  expect(deck.remaining).toBeCloseTo(2);
});

it.each([
  ['a file that tells its length', { duration: 119.5, end: 119.5 }, [false, false]],
  ['one whose length the browser guesses wrongly', { duration: 84, end: 84 }, [true, true]],
  ['what is made while it is heard', { duration: 120, end: 0 }, [false, true]],
  ['what is made and does not tell its length', { duration: Infinity, end: Infinity }, [false, true]],
])('knows whether %s does, before and after a leap', (_, { duration, end }, unfit) => {
  const deck = new Deck();
  const properties = { readyState: 4, duration, seekable: { length: 1, start: () => 0, end: () => end } };
  for (const [name, value] of Object.entries(properties)) Object.defineProperty(deck.audio, name, { value });
  const source = { soundId: 1, form: null, bitrate: 0, offset: 0 };
  deck.fill({ source, duration: 120, gain: 1 });
  const before = deck.isUnfit;
  deck.seek(60);
  expect([before, deck.isUnfit]).toEqual(unfit);
  expect(deck.wanted).toBe(60);
});
