/**
 * Time: instants are epoch nanoseconds, spans of time are nanoseconds, both branded bigints.
 * Numbers appear only as pixels or as fractions of a window, never as a time.
 */

declare const instantBrand: unique symbol;
declare const nanosBrand: unique symbol;

/** Nanoseconds since 1970-01-01T00:00:00Z. */
export type Instant = bigint & { readonly [instantBrand]: true };

/** A length of time in nanoseconds; may be negative. */
export type Nanos = bigint & { readonly [nanosBrand]: true };

export type Zone = 'local' | 'utc';

export const NANOS_PER_MICRO = 1_000n;
export const NANOS_PER_MILLI = 1_000_000n;
export const NANOS_PER_SECOND = 1_000_000_000n;
export const NANOS_PER_MINUTE = 60n * NANOS_PER_SECOND;
export const NANOS_PER_HOUR = 60n * NANOS_PER_MINUTE;
export const NANOS_PER_DAY = 24n * NANOS_PER_HOUR;

export function instant(value: bigint): Instant {
  return value as Instant;
}

export function nanos(value: bigint): Nanos {
  return value as Nanos;
}

/** Reads a decimal string of epoch nanoseconds; undefined when it is none. */
export function parseInstant(text: string): Instant | undefined {
  return /^-?\d{1,20}$/.test(text) ? instant(BigInt(text)) : undefined;
}

export function parseNanos(text: string): Nanos | undefined {
  return /^-?\d{1,20}$/.test(text) ? nanos(BigInt(text)) : undefined;
}

/** `to - from`. */
export function between(from: Instant, to: Instant): Nanos {
  return nanos(to - from);
}

export function plus(from: Instant, length: Nanos): Instant {
  return instant(from + length);
}

/** The clock of this browser; milliseconds are all it gives. */
export function now(): Instant {
  return instant(BigInt(Date.now()) * NANOS_PER_MILLI);
}

/** Floors towards minus infinity, so that instants before 1970 keep a positive remainder. */
function floorDiv(a: bigint, b: bigint): bigint {
  const q = a / b;
  return a % b !== 0n && a < 0n !== b < 0n ? q - 1n : q;
}

const UNITS: readonly (readonly [unit: string, size: bigint])[] = [
  ['s', NANOS_PER_SECOND],
  ['ms', NANOS_PER_MILLI],
  ['µs', NANOS_PER_MICRO],
];

/**
 * A length of time with three significant digits or, from a minute on, two units: `850 ns`, `12.3 µs`,
 * `1.05 s`, `2m 03s`, `5h 07m`, `3d 04h`.
 */
export function formatNanos(value: Nanos): string {
  if (value < 0n) {
    return `-${formatNanos(nanos(0n - value))}`;
  }
  if (value >= NANOS_PER_DAY) {
    return twoUnits(value, NANOS_PER_DAY, 'd', NANOS_PER_HOUR, 'h');
  }
  if (value >= NANOS_PER_HOUR) {
    return twoUnits(value, NANOS_PER_HOUR, 'h', NANOS_PER_MINUTE, 'm');
  }
  if (value >= NANOS_PER_MINUTE) {
    return twoUnits(value, NANOS_PER_MINUTE, 'm', NANOS_PER_SECOND, 's');
  }
  for (const [unit, size] of UNITS) {
    if (value >= size) {
      return `${threeDigits(value, size)} ${unit}`;
    }
  }
  return `${value} ns`;
}

function twoUnits(value: bigint, major: bigint, majorUnit: string, minor: bigint, minorUnit: string): string {
  const rest = (value % major) / minor;
  return `${value / major}${majorUnit} ${rest.toString().padStart(2, '0')}${minorUnit}`;
}

/** `value / size` cut (not rounded) to three significant digits, trailing zeros dropped. */
function threeDigits(value: bigint, size: bigint): string {
  const whole = value / size;
  const decimals = whole >= 100n ? 0 : whole >= 10n ? 1 : 2;
  if (decimals === 0) {
    return whole.toString();
  }
  const fraction = ((value % size) * 10n ** BigInt(decimals)) / size;
  const digits = fraction.toString().padStart(decimals, '0').replace(/0+$/, '');
  return digits === '' ? whole.toString() : `${whole}.${digits}`;
}

/** Every nanosecond: `1,234,567 ns`. */
export function formatNanosExactly(value: Nanos): string {
  return `${value.toString().replace(/\B(?=(\d{3})+(?!\d))/g, ',')} ns`;
}

interface CalendarParts {
  readonly date: string;
  readonly time: string;
  /** Nanoseconds within the second, nine digits. */
  readonly fraction: string;
}

const pad2 = (value: number): string => value.toString().padStart(2, '0');

function calendar(value: Instant, zone: Zone): CalendarParts | undefined {
  const seconds = floorDiv(value, NANOS_PER_SECOND);
  const fraction = (value - seconds * NANOS_PER_SECOND).toString().padStart(9, '0');
  const date = new Date(Number(seconds) * 1000);
  if (Number.isNaN(date.getTime())) {
    return undefined;
  }
  const utc = zone === 'utc';
  const year = utc ? date.getUTCFullYear() : date.getFullYear();
  const month = utc ? date.getUTCMonth() : date.getMonth();
  const day = utc ? date.getUTCDate() : date.getDate();
  const hours = utc ? date.getUTCHours() : date.getHours();
  const minutes = utc ? date.getUTCMinutes() : date.getMinutes();
  const secs = utc ? date.getUTCSeconds() : date.getSeconds();
  return {
    date: `${year}-${pad2(month + 1)}-${pad2(day)}`,
    time: `${pad2(hours)}:${pad2(minutes)}:${pad2(secs)}`,
    fraction,
  };
}

/** `2023-01-30 11:51:03.123`, with `digits` (0 to 9) of fraction; the raw number when no calendar reaches it. */
export function formatInstant(value: Instant, zone: Zone, digits = 3): string {
  const parts = calendar(value, zone);
  if (parts === undefined) {
    return value.toString();
  }
  return `${parts.date} ${parts.time}${digits === 0 ? '' : `.${parts.fraction.slice(0, digits)}`}`;
}

/** The time of day alone. */
export function formatTimeOfDay(value: Instant, zone: Zone, digits = 0): string {
  const parts = calendar(value, zone);
  return parts === undefined ? value.toString() : `${parts.time}${digits === 0 ? '' : `.${parts.fraction.slice(0, digits)}`}`;
}

export function formatDay(value: Instant, zone: Zone): string {
  return calendar(value, zone)?.date ?? value.toString();
}

/** Text for an `<input type="datetime-local" step="1">`. */
export function toInputText(value: Instant, zone: Zone): string {
  const parts = calendar(value, zone);
  return parts === undefined ? '' : `${parts.date}T${parts.time}`;
}

/** Reads what such an input holds; undefined when empty or incomplete. */
export function fromInputText(text: string, zone: Zone): Instant | undefined {
  if (!/^\d{4,6}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?$/.test(text)) {
    return undefined;
  }
  const millis = Date.parse(zone === 'utc' ? `${text}Z` : text);
  return Number.isNaN(millis) ? undefined : instant(BigInt(millis) * NANOS_PER_MILLI);
}

const TYPED_UNITS: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: NANOS_PER_MICRO,
  µs: NANOS_PER_MICRO,
  μs: NANOS_PER_MICRO,
  ms: NANOS_PER_MILLI,
  s: NANOS_PER_SECOND,
  m: NANOS_PER_MINUTE,
  h: NANOS_PER_HOUR,
  d: NANOS_PER_DAY,
};

/** The longest duration that TraceQL and the store know: 64-bit nanoseconds, 292 years. */
const LONGEST = 2n ** 63n - 1n;

/** Reads a typed duration such as `250ms`, `1.5 s`, `1m30s`; undefined when it is none or too long. Exact: no float on the way. */
export function parseTypedNanos(text: string): Nanos | undefined {
  const compact = text.replace(/\s+/g, '');
  if (!/^(\d+(\.\d{1,9})?(ns|us|µs|μs|ms|s|m|h|d))+$/.test(compact)) {
    return undefined;
  }
  let total = 0n;
  for (const [, whole, , fraction = '', unit] of compact.matchAll(/(\d+)(\.(\d{1,9}))?(ns|us|µs|μs|ms|s|m|h|d)/g)) {
    const size = TYPED_UNITS[unit!]!;
    total += BigInt(whole!) * size + (BigInt(fraction.padEnd(9, '0')) * size) / NANOS_PER_SECOND;
  }
  return total > LONGEST ? undefined : nanos(total);
}
