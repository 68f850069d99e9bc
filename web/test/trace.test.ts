import { describe, expect, it } from 'vitest';
import type { Span, TraceDocument } from '../src/api/otlp.ts';
import { collapsedFrom, positionOf, revealed, toggled, visibleRows } from '../src/model/rows.ts';
import { buildTrace, childCount, Defect, errorsBelow, rowOfSpan, selfTime, UNKNOWN_SERVICE, type Trace } from '../src/model/trace.ts';
import { bigTrace, randomOf } from './shop.ts';

function span(id: string, parent: string | undefined, start: number, end: number, more: Partial<Span> = {}): Span {
  return { spanId: id, ...(parent === undefined ? {} : { parentSpanId: parent }), name: id, startTimeUnixNano: String(start), endTimeUnixNano: String(end), ...more };
}

function documentOf(spans: readonly Span[], service = 'a'): TraceDocument {
  return { resourceSpans: [{ resource: { attributes: [{ key: 'service.name', value: { stringValue: service } }] }, scopeSpans: [{ spans }] }] };
}

function build(...spans: readonly Span[]): Trace {
  return buildTrace('1', documentOf(spans));
}

const names = (trace: Trace): string => trace.spans.map((one, row) => `${'.'.repeat(trace.depth[row]!)}${one.name}`).join(' ');

describe('the tree', () => {
  it('is in depth-first order, children by start whatever order they came in', () => {
    const trace = build(span('c', 'a', 30, 40), span('d', 'b', 21, 22), span('b', 'a', 20, 25), span('a', undefined, 10, 50));
    expect(names(trace)).toBe('a .b ..d .c');
    expect([...trace.subtreeEnd]).toEqual([4, 3, 3, 4]);
    expect([...trace.parent]).toEqual([-1, 0, 1, 0]);
    expect(trace.start).toBe(10n);
    expect(trace.duration).toBe(40n);
    expect(trace.maxDepth).toBe(2);
    expect(childCount(trace, 0)).toBe(2);
  });

  it('orders equal starts by span id', () => expect(names(build(span('a', undefined, 1, 9), span('z', 'a', 5, 6), span('m', 'a', 5, 6)))).toBe('a .m .z'));

  it('shows orphans at the top and says so', () => {
    const trace = build(span('a', undefined, 10, 20), span('x', 'gone', 12, 15), span('y', 'x', 13, 14));
    expect(names(trace)).toBe('a x .y');
    expect([...trace.defect]).toEqual([Defect.none, Defect.orphan, Defect.none]);
    expect(trace.defectCount).toBe(1);
  });

  it('takes a parent of zeros for none', () => expect([...build(span('a', '0000000000000000', 1, 2)).defect]).toEqual([Defect.none]));

  it('names the trace by its true root even when an orphan started earlier', () => {
    const trace = build(span('x', 'gone', 1, 2), span('root', undefined, 5, 9));
    expect(trace.spans[trace.rootRow]!.name).toBe('root');
  });

  it('survives a span that is its own parent', () => {
    const trace = build(span('a', 'a', 1, 5), span('b', 'a', 2, 3));
    expect(names(trace)).toBe('a .b');
    expect(trace.defect[0]).toBe(Defect.selfParent);
  });

  it('cuts a circle at its earliest span and keeps every span once', () => {
    const trace = build(span('c', 'b', 30, 31), span('a', 'c', 10, 11), span('b', 'a', 20, 21), span('tail', 'b', 5, 6), span('root', undefined, 1, 40));
    expect(names(trace)).toBe('root a .b ..tail ..c');
    expect(trace.defect[rowOfSpan(trace, 'a')]).toBe(Defect.cycle);
    expect(trace.defectCount).toBe(1);
  });

  it('keeps spans that share an id and hangs the server half below the client half', () => {
    const trace = build(span('s', 'r', 12, 18, { kind: 2, name: 'server' }), span('s', 'r', 10, 20, { kind: 3, name: 'client' }), span('r', undefined, 1, 30), span('k', 's', 13, 14));
    expect(names(trace)).toBe('r .client ..server ...k');
  });

  it('keeps two equal spans that are no client and server', () => {
    const trace = build(span('r', undefined, 1, 30), span('s', 'r', 5, 6), span('s', 'r', 7, 8), span('k', 's', 9, 10));
    expect(names(trace)).toBe('r .s ..k .s');
  });

  it('guesses the place of a span without time, and lets it not stretch the trace', () => {
    const trace = build(span('a', undefined, 100, 200), span('b', 'a', 0, 0), span('c', 'a', 150, 120), { spanId: 'd', parentSpanId: 'a', name: 'd', startTimeUnixNano: '18446744073709551615', endTimeUnixNano: '18446744073709551615' });
    expect(trace.start).toBe(100n);
    expect(trace.duration).toBe(100n);
    expect([...trace.timeless].reduce((sum, flag) => sum + flag)).toBe(3);
    expect(trace.offset[rowOfSpan(trace, 'b')]).toBe(0n);
    expect(trace.length[rowOfSpan(trace, 'c')]).toBe(0n);
  });

  it('is empty for an empty document', () => {
    const trace = buildTrace('1', {});
    expect(trace.size).toBe(0);
    expect([...visibleRows(trace, new Uint8Array(0))]).toEqual([]);
  });

  it('ranks services by spans and names what has none', () => {
    const trace = buildTrace('1', {
      resourceSpans: [
        { scopeSpans: [{ spans: [span('x', undefined, 1, 2)] }] },
        documentOf([span('p', undefined, 1, 2), span('q', 'p', 1, 2, { status: { code: 2 } })], 'two').resourceSpans![0]!,
        documentOf([], 'nothing').resourceSpans![0]!,
      ],
    });
    expect(trace.services).toEqual([
      { name: 'two', spanCount: 2, errorCount: 1 },
      { name: UNKNOWN_SERVICE, spanCount: 1, errorCount: 0 },
    ]);
  });

  it('builds a chain 100,000 deep without recursion', () => {
    const spans = Array.from({ length: 100_000 }, (_, i) => span(`s${i}`, i === 0 ? undefined : `s${i - 1}`, i + 1, 200_000 - i));
    const trace = build(...spans.reverse());
    expect(trace.maxDepth).toBe(99_999);
    expect(trace.subtreeEnd[0]).toBe(100_000);
  });

  it('holds for random parents: every span once, parents before children, subtrees nested', () => {
    const random = randomOf(20260823);
    for (let round = 0; round < 200; round++) {
      const size = 1 + Math.floor(random() * 30);
      const id = (): string => `s${Math.floor(random() * (size + 3))}`;
      const spans = Array.from({ length: size }, (_, i) => {
        const start = 1 + Math.floor(random() * 50);
        return span(random() < 0.9 ? `s${i}` : id(), random() < 0.2 ? undefined : id(), start, start + Math.floor(random() * 20), { kind: Math.floor(random() * 6) });
      });
      const trace = build(...spans);
      expect(new Set(trace.spans).size).toBe(size);
      for (let row = 0; row < size; row++) {
        const parent = trace.parent[row]!;
        expect(parent).toBeLessThan(row);
        expect(trace.subtreeEnd[row]).toBeGreaterThan(row);
        if (parent >= 0) {
          expect(trace.subtreeEnd[row]).toBeLessThanOrEqual(trace.subtreeEnd[parent]!);
          expect(trace.depth[row]).toBe(trace.depth[parent]! + 1);
        } else {
          expect(trace.depth[row]).toBe(0);
        }
      }
    }
  });
});

describe('rows', () => {
  const trace = build(span('a', undefined, 1, 90), span('b', 'a', 2, 50), span('c', 'b', 3, 40), span('d', 'a', 60, 70), span('e', undefined, 95, 99));

  it('leave out what is folded away', () => {
    const collapsed = toggled(new Uint8Array(5), 1);
    expect([...visibleRows(trace, collapsed)]).toEqual([0, 1, 3, 4]);
    expect([...visibleRows(trace, toggled(collapsed, 1))]).toEqual([0, 1, 2, 3, 4]);
    expect([...visibleRows(trace, collapsedFrom(trace, 0))]).toEqual([0, 4]);
    expect([...visibleRows(trace, collapsedFrom(trace, 1))]).toEqual([0, 1, 3, 4]);
  });

  it('find a row, or what hides it', () => {
    const rows = visibleRows(trace, collapsedFrom(trace, 0));
    expect(positionOf(rows, 0)).toBe(0);
    expect(positionOf(rows, 2)).toBe(0);
    expect(positionOf(rows, 4)).toBe(1);
  });

  it('open every ancestor of what is wanted, and nothing else', () => {
    const collapsed = collapsedFrom(trace, 0);
    expect([...revealed(trace, collapsed, 2)]).toEqual([0, 0, 0, 0, 0]);
    expect(revealed(trace, collapsed, 4)).toBe(collapsed);
  });
});

describe('figures of a span', () => {
  it('self time leaves out the union of the children, clipped to the span', () => {
    const trace = build(span('a', undefined, 100, 200), span('b', 'a', 110, 130), span('c', 'a', 120, 140), span('d', 'a', 125, 128), span('e', 'a', 190, 250), span('f', 'a', 50, 105));
    expect(selfTime(trace, rowOfSpan(trace, 'a'))).toBe(100n - 30n - 10n - 5n);
    expect(selfTime(trace, rowOfSpan(trace, 'b'))).toBe(20n);
  });

  it('is never negative', () => {
    const trace = build(span('a', undefined, 100, 110), span('b', 'a', 90, 300), span('c', 'a', 95, 400));
    expect(selfTime(trace, rowOfSpan(trace, 'a'))).toBe(0n);
  });

  it('counts errors below', () => {
    const error = { status: { code: 2 } };
    const trace = build(span('a', undefined, 1, 90, error), span('b', 'a', 2, 50, error), span('c', 'b', 3, 40, error), span('e', undefined, 95, 99, error));
    expect(errorsBelow(trace, 0)).toBe(2);
    expect(errorsBelow(trace, 2)).toBe(0);
  });
});

it('builds 100,000 spans fast enough to be waited for', () => {
  const { document } = bigTrace(5, 1_700_000_000_000_000_000n, 100_000);
  const from = performance.now();
  const trace = buildTrace('1', document);
  // A bound against hangs and squares, not a benchmark.
  expect(performance.now() - from).toBeLessThan(15_000);
  expect(trace.size).toBe(100_000);
});
