/**
 * The part of a trace on screen, as offsets from the trace's start. Times stay bigints; a place on the
 * screen is a fraction of the window, 0 at its left edge and 1 at its right.
 */
import { nanos, type Nanos } from '../base/time.ts';

export interface Window {
  readonly from: Nanos;
  /** Always greater than `from`. */
  readonly to: Nanos;
}

/** No window is narrower: below it a bar's edges are the clock's grain. */
const MIN_WIDTH = 100n;

/** Fractions become time through integers of this grain. */
const GRAIN = 1_000_000_000;

/** The whole trace; a trace without duration still gets a window of the smallest width. */
export function wholeOf(duration: Nanos): Window {
  return { from: nanos(0n), to: nanos(duration < MIN_WIDTH ? MIN_WIDTH : duration) };
}

export function widthOf(window: Window): Nanos {
  return nanos(window.to - window.from);
}

export function isWhole(window: Window, duration: Nanos): boolean {
  const whole = wholeOf(duration);
  return window.from === whole.from && window.to === whole.to;
}

/** `fraction * length`, rounded to a nanosecond. */
function share(length: bigint, fraction: number): bigint {
  const exact = BigInt(Math.round(fraction * GRAIN)) * length;
  const grain = BigInt(GRAIN);
  return exact >= 0n ? (exact + grain / 2n) / grain : (exact - grain / 2n) / grain;
}

/** The offset that a fraction of the window stands for. */
export function offsetAt(window: Window, fraction: number): Nanos {
  return nanos(window.from + share(widthOf(window), fraction));
}

/** Where an offset lies in the window; outside 0..1 when it is not in it. A number: it ends as a pixel. */
export function fractionOf(window: Window, offset: bigint): number {
  return Number(offset - window.from) / Number(window.to - window.from);
}

/** Moves and narrows a window into the trace. */
export function clamp(window: Window, duration: Nanos): Window {
  const whole = wholeOf(duration);
  let width: bigint = widthOf(window);
  if (width < MIN_WIDTH) width = MIN_WIDTH;
  if (width >= whole.to) return whole;
  let from: bigint = window.from;
  if (from < 0n) from = 0n;
  if (from + width > whole.to) from = whole.to - width;
  return { from: nanos(from), to: nanos(from + width) };
}

/** Zooms about a place: what lies under `fraction` stays there. `factor` below 1 zooms in. */
export function zoomAt(window: Window, duration: Nanos, fraction: number, factor: number): Window {
  const anchor = offsetAt(window, fraction);
  const scaled = share(widthOf(window), factor);
  const width = scaled < MIN_WIDTH ? MIN_WIDTH : scaled;
  const from = anchor - share(width, fraction);
  return clamp({ from: nanos(from), to: nanos(from + width) }, duration);
}

/** Moves by a fraction of its own width; stops at the trace's ends. */
export function pan(window: Window, duration: Nanos, fraction: number): Window {
  const by = share(widthOf(window), fraction);
  return clamp({ from: nanos(window.from + by), to: nanos(window.to + by) }, duration);
}

/** The window between two places of another, in either order. */
export function select(window: Window, duration: Nanos, a: number, b: number): Window {
  const left = Math.max(0, Math.min(a, b));
  const right = Math.min(1, Math.max(a, b));
  return clamp({ from: offsetAt(window, left), to: offsetAt(window, right) }, duration);
}

/** A window that shows `offset .. offset + length`, moved or widened only when it does not already. */
export function reveal(window: Window, duration: Nanos, offset: bigint, length: bigint): Window {
  const end = offset + length;
  if (offset < window.to && end >= window.from && length <= widthOf(window)) {
    return window;
  }
  const width = length > widthOf(window) ? length + length / 5n : widthOf(window);
  const from = offset - (width - length) / 2n;
  return clamp({ from: nanos(from), to: nanos(from + width) }, duration);
}
