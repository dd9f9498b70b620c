import { describe, expect, it } from 'vitest';
import { SpeedMeter } from './speed';

describe('the speed of uploads', () => {
  it('is not told before there is something to tell', () => {
    const meter = new SpeedMeter();
    expect(meter.speed(0)).toBeNull();
    meter.add(1000, 0);
    expect(meter.speed(100)).toBeNull();
  });

  it('counts what left since the first word', () => {
    const meter = new SpeedMeter();
    for (let at = 0; at <= 2000; at += 500) meter.add(500, at);
    expect(meter.speed(2000)).toBe(1000);
  });

  it('forgets what is long ago', () => {
    const meter = new SpeedMeter();
    meter.add(1_000_000, 0);
    meter.add(1_000_000, 100);
    for (let at = 10_000; at <= 14_000; at += 1000) meter.add(2000, at);
    expect(meter.speed(14_000)).toBe(2000);
    expect(meter.speed(60_000)).toBeNull();
  });
});
