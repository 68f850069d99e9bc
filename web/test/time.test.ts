import { describe, expect, it } from 'vitest';
import { formatInstant, formatNanos, formatNanosExactly, fromInputText, instant, nanos, parseInstant, parseTypedNanos, toInputText } from '../src/base/time.ts';

describe('durations', () => {
  it.each([
    [0n, '0 ns'],
    [850n, '850 ns'],
    [999n, '999 ns'],
    [1_000n, '1 µs'],
    [12_340n, '12.3 µs'],
    [999_999n, '999 µs'],
    [1_050_000n, '1.05 ms'],
    [1_500_000_000n, '1.5 s'],
    [59_999_999_999n, '59.9 s'],
    [60_000_000_000n, '1m 00s'],
    [123_000_000_000n, '2m 03s'],
    [3_600_000_000_000n, '1h 00m'],
    [273_600_000_000_000n, '3d 04h'],
    [-1_500_000n, '-1.5 ms'],
  ])('%d is written %s', (value, text) => expect(formatNanos(nanos(value))).toBe(text));

  it('writes every nanosecond when asked', () => expect(formatNanosExactly(nanos(9_007_199_254_740_993n))).toBe('9,007,199,254,740,993 ns'));

  it.each([
    ['250ms', 250_000_000n],
    ['1.5s', 1_500_000_000n],
    ['1m30s', 90_000_000_000n],
    [' 1 m 30 s ', 90_000_000_000n],
    ['0.000000001s', 1n],
    ['2us', 2_000n],
    ['2µs', 2_000n],
    ['100ns', 100n],
    ['1d', 86_400_000_000_000n],
  ])('reads %s', (text, value) => expect(parseTypedNanos(text)).toBe(value));

  it.each(['', '5', 'ms', '1.5', '-1s', '1s2', '1,5s', 'abc', '1.s'])('refuses %j', (text) => expect(parseTypedNanos(text)).toBeUndefined());
});

describe('instants', () => {
  it('keeps nanoseconds that a float would lose', () => {
    const at = parseInstant('1675079463123456789')!;
    expect(formatInstant(at, 'utc', 9)).toBe('2023-01-30 11:51:03.123456789');
    expect(formatInstant(at, 'utc')).toBe('2023-01-30 11:51:03.123');
    expect(formatInstant(at, 'utc', 0)).toBe('2023-01-30 11:51:03');
  });

  it('floors before 1970', () => expect(formatInstant(instant(-1n), 'utc', 9)).toBe('1969-12-31 23:59:59.999999999'));

  it('shows what no calendar reaches as the number it is', () => expect(formatInstant(instant(10n ** 25n), 'utc')).toBe((10n ** 25n).toString()));

  it('refuses what is no number', () => {
    expect(parseInstant('')).toBeUndefined();
    expect(parseInstant('1.5')).toBeUndefined();
    expect(parseInstant('0x10')).toBeUndefined();
  });

  it('goes through an input and back', () => {
    const at = instant(1_675_079_463_000_000_000n);
    for (const zone of ['utc', 'local'] as const) {
      expect(fromInputText(toInputText(at, zone), zone)).toBe(at);
    }
    expect(fromInputText('', 'utc')).toBeUndefined();
    expect(fromInputText('2023-01-30', 'utc')).toBeUndefined();
    expect(fromInputText('2023-01-30T11:51', 'utc')).toBe(1_675_079_460_000_000_000n);
  });
});
