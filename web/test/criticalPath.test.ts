import { describe, expect, it } from 'vitest';
import type { Span } from '../src/api/otlp.ts';
import { criticalPath, criticalTime } from '../src/model/criticalPath.ts';
import { buildTrace, type Trace } from '../src/model/trace.ts';
import { randomOf } from './shop.ts';

function build(...spans: readonly (readonly [id: string, parent: string | undefined, from: number, to: number, kind?: number])[]): Trace {
  return buildTrace('1', {
    resourceSpans: [
      {
        scopeSpans: [
          {
            spans: spans.map(
              ([id, parent, from, to, kind]): Span => ({ spanId: id, name: id, ...(parent === undefined ? {} : { parentSpanId: parent }), startTimeUnixNano: String(1000 + from), endTimeUnixNano: String(1000 + to), kind: kind ?? 1 }),
            ),
          },
        ],
      },
    ],
  });
}

/** `a 0-10, b 10-50` in order of time. */
function path(trace: Trace): string {
  return [...criticalPath(trace)]
    .flatMap(([row, sections]) => sections.map(({ from, to }) => ({ name: trace.spans[row]!.name, from, to })))
    .sort((a, b) => Number(a.from - b.from))
    .map(({ name, from, to }) => `${name} ${from}-${to}`)
    .join(', ');
}

describe('the critical path', () => {
  it('of a span alone is the span', () => expect(path(build(['a', undefined, 0, 100]))).toBe('a 0-100'));

  it('goes through calls made one after the other', () =>
    expect(path(build(['a', undefined, 0, 100], ['b', 'a', 10, 30], ['c', 'a', 40, 90]))).toBe('a 0-10, b 10-30, a 30-40, c 40-90, a 90-100'));

  it('goes through the last to end of calls made together', () =>
    expect(path(build(['a', undefined, 0, 100], ['b', 'a', 10, 60], ['c', 'a', 10, 90], ['d', 'c', 20, 80]))).toBe('a 0-10, c 10-20, d 20-80, c 80-90, a 90-100'));

  it('leaves out what was not waited for', () =>
    expect(path(build(['a', undefined, 0, 100], ['late', 'a', 120, 150], ['b', 'a', 20, 130]))).toBe('a 0-20, b 20-100'));

  it('does not wait for a consumer below its producer', () =>
    expect(path(build(['a', undefined, 0, 100, 4], ['b', 'a', 20, 60, 5], ['c', 'a', 30, 40, 1]))).toBe('a 0-30, c 30-40, a 40-100'));

  it('is empty for an empty trace', () => expect(criticalPath(buildTrace('1', {})).size).toBe(0));

  it('covers the root exactly once, whatever the tree', () => {
    const random = randomOf(31);
    for (let round = 0; round < 300; round++) {
      const size = 2 + Math.floor(random() * 20);
      const spans = Array.from({ length: size }, (_, i) => {
        const from = i === 0 ? 0 : Math.floor(random() * 120) - 10;
        return [`s${i}`, i === 0 ? undefined : `s${Math.floor(random() * i)}`, from, i === 0 ? 100 : from + Math.floor(random() * 60)] as const;
      });
      const trace = build(...spans);
      const found = criticalPath(trace);
      const pieces = [...found.values()].flat().sort((a, b) => Number(a.from - b.from));
      const start = trace.offset[trace.rootRow]!;
      let at = start;
      for (const piece of pieces) {
        expect(piece.from).toBe(at);
        at = piece.to;
      }
      expect(at).toBe(start + 100n);
      const sum = Array.from({ length: size }, (_, row) => criticalTime(found, row)).reduce((a, b) => a + b);
      expect(sum).toBe(100n);
    }
  });
});
