import { describe, expect, it } from 'vitest';
import { stationProblem } from './broadcast';

describe('why a station does not play', () => {
  it('is the page itself where that is secure and the station is not', () => {
    expect(stationProblem('http://radio.example/live', true)).toBe('insecure');
    expect(stationProblem('http://radio.example/live', false)).toBe('silent');
    expect(stationProblem('https://radio.example/live', true)).toBe('silent');
  });

  it('may be a list of stations instead of one', () => {
    expect(stationProblem('https://radio.example/tune.PLS?id=1', true)).toBe('list');
    expect(stationProblem('https://radio.example/m3u/live.mp3', true)).toBe('silent');
  });
});
