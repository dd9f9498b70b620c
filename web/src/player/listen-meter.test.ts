import { describe, expect, it, vi } from 'vitest';
import { ListenMeter } from './listen-meter';

function listen(meter: ListenMeter, from: number, to: number): void {
  for (let position = from; position <= to; position += 0.25) meter.advance(position);
}

describe('the listen meter', () => {
  it('reports once half of the song has been heard, and only once', () => {
    const onPlay = vi.fn();
    const meter = new ListenMeter(onPlay);
    meter.begin(7, 100);
    listen(meter, 0, 49);
    expect(onPlay).not.toHaveBeenCalled();
    listen(meter, 49.25, 100);
    expect(onPlay).toHaveBeenCalledTimes(1);
    expect(onPlay.mock.calls[0]?.[0]).toMatchObject({ songId: 7, seconds: 50 });
  });

  it('asks for four minutes of a long piece', () => {
    const onPlay = vi.fn();
    const meter = new ListenMeter(onPlay);
    meter.begin(7, 3600);
    listen(meter, 0, 239);
    expect(onPlay).not.toHaveBeenCalled();
    listen(meter, 239.25, 241);
    expect(onPlay).toHaveBeenCalledTimes(1);
  });

  it('does not count what was skipped over', () => {
    const onPlay = vi.fn();
    const meter = new ListenMeter(onPlay);
    meter.begin(7, 100);
    listen(meter, 0, 10);
    listen(meter, 90, 100);
    expect(onPlay).not.toHaveBeenCalled();
  });
});
