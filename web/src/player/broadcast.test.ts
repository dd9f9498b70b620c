import { describe, expect, it, vi } from 'vitest';
import { BroadcastEngine, stationProblem } from './broadcast';

describe('an episode', () => {
  /** An engine that has loaded something of two minutes, of which so much can be moved in. */
  function loaded(end: number, beginsAnywhere: boolean) {
    vi.spyOn(HTMLMediaElement.prototype, 'load').mockReturnValue(undefined);
    const elements: HTMLAudioElement[] = [];
    const Native = window.Audio;
    vi.spyOn(window, 'Audio').mockImplementation(function make() {
      const audio = new Native();
      elements.push(audio);
      return audio;
    } as never);
    const engine = new BroadcastEngine({ onTime: vi.fn(), onDuration: vi.fn() } as never);
    vi.restoreAllMocks();
    vi.spyOn(HTMLMediaElement.prototype, 'load').mockReturnValue(undefined);
    const audio = elements[0] as HTMLAudioElement;
    engine.load('/stream', 0, beginsAnywhere);
    const seekable = { length: 1, start: () => 0, end: () => end };
    for (const [name, value] of Object.entries({ readyState: 4, duration: 120, seekable })) {
      Object.defineProperty(audio, name, { value, configurable: true });
    }
    return { engine, audio };
  }

  it.each([
    ['that is a file is moved in', 120, true, '/stream', 60],
    ['that is made while it is heard begins anew at the place', 0, true, '/stream?offset=60.00', 60],
    ['that can neither be moved in nor begin elsewhere goes on', 0, false, '/stream', 0],
  ])('%s', (_, end, beginsAnywhere, source, position) => {
    const { engine, audio } = loaded(end, beginsAnywhere);
    engine.seek(60);
    expect(audio.getAttribute('src')).toBe(source);
    expect(engine.position).toBe(position);
  });
});

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
