import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Deck } from './deck';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
  vi.spyOn(HTMLMediaElement.prototype, 'play').mockResolvedValue(undefined);
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
