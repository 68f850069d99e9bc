/** Round marks for a time ruler. */
import { formatNanos, nanos, NANOS_PER_DAY, NANOS_PER_HOUR, NANOS_PER_MINUTE, NANOS_PER_SECOND, type Nanos } from '../base/time.ts';
import { widthOf, type Window } from './zoom.ts';

export interface Tick {
  readonly offset: Nanos;
  readonly label: string;
}

/** From a minute on the steps follow the clock, below it they are 1, 2 or 5 times a power of ten. */
const CLOCK_STEPS: readonly bigint[] = [
  NANOS_PER_SECOND * 10n,
  NANOS_PER_SECOND * 15n,
  NANOS_PER_SECOND * 30n,
  NANOS_PER_MINUTE,
  NANOS_PER_MINUTE * 2n,
  NANOS_PER_MINUTE * 5n,
  NANOS_PER_MINUTE * 10n,
  NANOS_PER_MINUTE * 15n,
  NANOS_PER_MINUTE * 30n,
  NANOS_PER_HOUR,
  NANOS_PER_HOUR * 2n,
  NANOS_PER_HOUR * 6n,
  NANOS_PER_HOUR * 12n,
  NANOS_PER_DAY,
];

/** The smallest round step that puts at most `most` marks into `width`. */
export function stepFor(width: Nanos, most: number): Nanos {
  const least = width / BigInt(Math.max(1, most));
  if (least > NANOS_PER_SECOND * 5n) {
    const clock = CLOCK_STEPS.find((step) => step >= least);
    if (clock !== undefined) {
      return nanos(clock);
    }
  }
  const base = least > NANOS_PER_DAY ? NANOS_PER_DAY : 1n;
  for (let power = base; ; power *= 10n) {
    for (const times of [1n, 2n, 5n]) {
      if (power * times >= least) {
        return nanos(power * times);
      }
    }
  }
}

export function ticks(window: Window, most: number): readonly Tick[] {
  const step = stepFor(widthOf(window), most);
  const result: Tick[] = [];
  let at = (window.from / step) * step;
  if (at < window.from) {
    at += step;
  }
  for (; at <= window.to; at += step) {
    result.push({ offset: nanos(at), label: tickLabel(nanos(at), step) });
  }
  return result;
}

/** Labels must tell neighbours apart: deep in a trace three digits do not, so they count in the step's unit. */
function tickLabel(offset: Nanos, step: Nanos): string {
  if (offset === 0n) {
    return '0';
  }
  if (offset >= NANOS_PER_MINUTE) {
    return step >= NANOS_PER_SECOND ? formatNanos(offset) : `${decimal(offset, NANOS_PER_SECOND)} s`;
  }
  if (offset >= NANOS_PER_SECOND) return `${decimal(offset, NANOS_PER_SECOND)} s`;
  if (offset >= 1_000_000n) return `${decimal(offset, 1_000_000n)} ms`;
  if (offset >= 1_000n) return `${decimal(offset, 1_000n)} µs`;
  return `${offset} ns`;
}

function decimal(value: bigint, size: bigint): string {
  const fraction = (value % size).toString().padStart(size.toString().length - 1, '0').replace(/0+$/, '');
  return fraction === '' ? `${value / size}` : `${value / size}.${fraction}`;
}
