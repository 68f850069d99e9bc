import { describe, expect, it } from 'vitest';
import { nanos } from '../src/base/time.ts';
import { stepFor, ticks } from '../src/model/ticks.ts';
import { clamp, fractionOf, isWhole, offsetAt, pan, reveal, select, wholeOf, widthOf, zoomAt, type Window } from '../src/model/zoom.ts';
import { randomOf } from './shop.ts';

const window = (from: bigint, to: bigint): Window => ({ from: nanos(from), to: nanos(to) });

describe('a window', () => {
  const duration = nanos(1_000_000n);

  it('is the whole trace at first, and has a width even when the trace has none', () => {
    expect(wholeOf(duration)).toEqual(window(0n, 1_000_000n));
    expect(widthOf(wholeOf(nanos(0n)))).toBe(100n);
  });

  it('zooms about the pointer', () => {
    const zoomed = zoomAt(wholeOf(duration), duration, 0.25, 0.5);
    expect(zoomed).toEqual(window(125_000n, 625_000n));
    expect(offsetAt(zoomed, 0.25)).toBe(250_000n);
  });

  it('stays inside the trace when zooming out at an edge, and ends as the whole', () => {
    const zoomed = zoomAt(window(0n, 500_000n), duration, 0, 1.5);
    expect(zoomed).toEqual(window(0n, 750_000n));
    expect(isWhole(zoomAt(zoomed, duration, 0.5, 10), duration)).toBe(true);
  });

  it('is never narrower than the clock is fine', () => expect(widthOf(zoomAt(window(500n, 600n), duration, 0.5, 0.01))).toBe(100n));

  it('pans by its own width and stops at the ends', () => {
    expect(pan(window(100_000n, 300_000n), duration, 0.5)).toEqual(window(200_000n, 400_000n));
    expect(pan(window(100_000n, 300_000n), duration, -5)).toEqual(window(0n, 200_000n));
    expect(pan(window(100_000n, 300_000n), duration, 50)).toEqual(window(800_000n, 1_000_000n));
  });

  it('is selected in either direction', () => {
    expect(select(wholeOf(duration), duration, 0.6, 0.2)).toEqual(window(200_000n, 600_000n));
    expect(select(window(200_000n, 600_000n), duration, 0.5, 2)).toEqual(window(400_000n, 600_000n));
  });

  it('moves only when what should be seen is not', () => {
    const shown = window(100_000n, 300_000n);
    expect(reveal(shown, duration, 150_000n, 10n)).toBe(shown);
    expect(reveal(shown, duration, 250_000n, 100_000n)).toBe(shown);
    const moved = reveal(shown, duration, 800_000n, 10n);
    expect(moved.from).toBeLessThanOrEqual(800_000n);
    expect(moved.to).toBeGreaterThanOrEqual(800_010n);
    expect(widthOf(moved)).toBe(200_000n);
    expect(widthOf(reveal(shown, duration, 400_000n, 400_000n))).toBe(480_000n);
  });

  it('is exact deep inside a trace of days, where floats would not be', () => {
    const days = nanos(30n * 86_400_000_000_000n);
    const deep = window(2_000_000_000_000_001n, 2_000_000_000_001_001n);
    expect(offsetAt(deep, 0.5)).toBe(2_000_000_000_000_501n);
    expect(fractionOf(deep, 2_000_000_000_000_501n)).toBe(0.5);
    expect(clamp(deep, days)).toEqual(deep);
  });

  it('keeps the pointer in place and the window in the trace, for random moves', () => {
    const random = randomOf(7);
    let shown = wholeOf(duration);
    for (let i = 0; i < 500; i++) {
      const fraction = random();
      const before = offsetAt(shown, fraction);
      const next = zoomAt(shown, duration, fraction, 0.3 + random());
      const inner = next.from > 0n && next.to < duration;
      if (inner) {
        const drift = offsetAt(next, fraction) - before;
        expect(drift <= 1n && drift >= -1n).toBe(true);
      }
      expect(next.from >= 0n && next.to <= duration && next.to > next.from).toBe(true);
      shown = random() < 0.1 ? wholeOf(duration) : next;
    }
  });
});

describe('the ruler', () => {
  it.each([
    [1_000n, 10, 100n],
    [1_000n, 3, 500n],
    [768_000_000n, 5, 200_000_000n],
    [60_000_000_000n, 5, 15_000_000_000n],
    [3_600_000_000_000n, 7, 600_000_000_000n],
    [100n * 86_400_000_000_000n, 5, 20n * 86_400_000_000_000n],
  ])('%d ns in at most %d parts steps by %d', (width, most, step) => expect(stepFor(nanos(width), most)).toBe(step));

  it('marks round places inside the window only', () => {
    expect(ticks(window(150n, 460n), 4).map((tick) => [tick.offset, tick.label])).toEqual([
      [200n, '200 ns'],
      [300n, '300 ns'],
      [400n, '400 ns'],
    ]);
  });

  it('labels neighbours differently however deep the zoom', () => {
    const labels = ticks(window(90_000_000_000n, 90_000_001_000n), 5).map((tick) => tick.label);
    expect(new Set(labels).size).toBe(labels.length);
    expect(labels[1]).toBe('90.0000002 s');
  });
});
