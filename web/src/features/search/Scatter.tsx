/** The found traces by start (x) and duration (y, logarithmic); a dot's size tells the spans, its ring errors. */
import { useRef, useState } from 'react';
import type { TraceSummary } from '../../api/clew.ts';
import { useT } from '../../base/i18n.ts';
import { navigate, traceHref } from '../../base/router.ts';
import { formatDay, formatInstant, formatNanos, formatTimeOfDay, instant, NANOS_PER_DAY, NANOS_PER_HOUR, NANOS_PER_MINUTE, nanos } from '../../base/time.ts';
import { useZone } from '../../base/zone.ts';
import { serviceColor } from '../../model/color.ts';
import { useDark } from '../../widgets/useDark.ts';
import { useSize } from '../../widgets/useSize.ts';

const HEIGHT = 132;
const LEFT = 62;
const RIGHT = 14;
const TOP = 10;
const BOTTOM = 22;

/** Durations the y axis is marked at: powers of ten up to seconds, then what a clock has. */
const GRID: readonly bigint[] = [
  ...Array.from({ length: 8 }, (_, i) => 10n ** BigInt(i + 3)),
  NANOS_PER_MINUTE,
  10n * NANOS_PER_MINUTE,
  NANOS_PER_HOUR,
  10n * NANOS_PER_HOUR,
  NANOS_PER_DAY * 7n,
];

interface Dot {
  readonly trace: TraceSummary;
  readonly x: number;
  readonly y: number;
  readonly r: number;
}

/** log10 of a duration for the y axis; anything below a microsecond sits at its foot. */
const log = (duration: bigint): number => Math.log10(Math.max(1000, Number(duration)));

export function Scatter({ traces }: { readonly traces: readonly TraceSummary[] }) {
  const { t, number } = useT();
  const [zone] = useZone();
  const dark = useDark();
  const box = useRef<HTMLDivElement>(null);
  const { width } = useSize(box);
  const [over, setOver] = useState<Dot | undefined>();

  let first = traces[0]?.start ?? instant(0n);
  let last = first;
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const { start, duration } of traces) {
    if (start < first) first = start;
    if (start > last) last = start;
    low = Math.min(low, log(duration));
    high = Math.max(high, log(duration));
  }
  low = Math.floor(low);
  high = Math.max(low + 1, Math.ceil(high));
  const plotWidth = Math.max(1, width - LEFT - RIGHT);
  const plotHeight = HEIGHT - TOP - BOTTOM;
  const period = last - first;
  const xOf = (start: bigint): number => (period === 0n ? LEFT + plotWidth / 2 : LEFT + (Number(start - first) / Number(period)) * plotWidth);
  const yOf = (value: number): number => TOP + (1 - (value - low) / (high - low)) * plotHeight;
  const dots: Dot[] = traces.map((trace) => ({
    trace,
    x: xOf(trace.start),
    y: yOf(log(trace.duration)),
    r: Math.min(9, 2.5 + Math.log10(trace.spanCount + 1) * 1.8),
  }));
  const grid = GRID.filter((value) => log(value) >= low && log(value) <= high);
  const oneDay = formatDay(first, zone) === formatDay(last, zone);
  const marks = period === 0n ? [0n] : [0n, period / 4n, period / 2n, (period * 3n) / 4n, period];

  return (
    <div className="scatter" ref={box}>
      {width === 0 ? null : (
        <svg width={width} height={HEIGHT} role="img" aria-label={t('search.scatter')}>
          {grid.map((value) => (
            <g key={String(value)}>
              <line x1={LEFT} x2={width - RIGHT} y1={yOf(log(value))} y2={yOf(log(value))} className="grid" />
              <text x={LEFT - 8} y={yOf(log(value)) + 4} textAnchor="end">
                {formatNanos(nanos(value))}
              </text>
            </g>
          ))}
          {marks.map((mark, i) => {
            const at = instant(first + mark);
            return (
              <text key={String(mark)} x={xOf(at)} y={HEIGHT - 6} textAnchor={i === 0 && period !== 0n ? 'start' : i === marks.length - 1 && period !== 0n ? 'end' : 'middle'}>
                {oneDay ? formatTimeOfDay(at, zone, period < 10_000_000_000n ? 3 : 0) : period > 100n * NANOS_PER_DAY ? formatDay(at, zone) : formatInstant(at, zone, 0).slice(5, -3)}
              </text>
            );
          })}
          {dots.map((dot) => (
            <circle
              key={dot.trace.traceId}
              cx={dot.x}
              cy={dot.y}
              r={dot.r}
              fill={serviceColor(dot.trace.rootService ?? dot.trace.services[0]?.name ?? '', dark).fill}
              className={dot.trace.errorCount > 0 ? 'with-errors' : ''}
              onMouseEnter={() => setOver(dot)}
              onMouseLeave={() => setOver(undefined)}
              onClick={() => navigate(traceHref(dot.trace.traceId))}
            />
          ))}
        </svg>
      )}
      {over === undefined ? null : (
        <div className="scatter-tip" style={over.x > width / 2 ? { right: width - over.x + 12, top: over.y } : { left: over.x + 12, top: over.y }}>
          <b>{over.trace.rootService}</b> {over.trace.rootName ?? t('search.noRoot')}
          <br />
          <span className="muted numeric">
            {formatNanos(over.trace.duration)} · {number(over.trace.spanCount)} · {formatInstant(over.trace.start, zone)}
          </span>
        </div>
      )}
    </div>
  );
}
