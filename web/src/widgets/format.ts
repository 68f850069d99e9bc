/** Numbers and ages as the pages write them. */
import type { Translator } from '../base/i18n.ts';
import { formatNanos, nanos, NANOS_PER_DAY, NANOS_PER_HOUR, NANOS_PER_MINUTE, NANOS_PER_SECOND, now, type Instant } from '../base/time.ts';

/** Bytes in powers of 1024 with three significant digits. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(value >= 10 ? 1 : 2)} ${units[unit]}`;
}

/** Milliseconds as the server measures its own delays; null before the first measurement. */
export function formatMillis(millis: number | null | undefined): string {
  return millis === null || millis === undefined ? '–' : formatNanos(nanos(BigInt(Math.round(millis * 1e6))));
}

/** "5 minutes ago" in the page's language, in the largest whole unit. */
export function formatAge(at: Instant, { language, t }: Translator): string {
  const age = now() - at;
  if (age < NANOS_PER_SECOND && age > -NANOS_PER_SECOND) {
    return t('common.justNow');
  }
  const format = new Intl.RelativeTimeFormat(language === 'zh' ? 'zh-CN' : 'en', { numeric: 'always', style: 'short' });
  const size = age < 0n ? -age : age;
  const steps: readonly (readonly [Intl.RelativeTimeFormatUnit, bigint])[] = [
    ['year', NANOS_PER_DAY * 365n],
    ['month', NANOS_PER_DAY * 30n],
    ['day', NANOS_PER_DAY],
    ['hour', NANOS_PER_HOUR],
    ['minute', NANOS_PER_MINUTE],
    ['second', NANOS_PER_SECOND],
  ];
  const [unit, length] = steps.find(([, step]) => size >= step) ?? (['second', NANOS_PER_SECOND] as const);
  return format.format(Number(-age / length), unit);
}
