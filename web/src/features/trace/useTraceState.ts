/**
 * What of the trace is shown: selected span, part of time, what is searched for (these three live in the
 * address too), and which rows are folded. One place changes them, whether by key, pointer or link.
 */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { hrefOf, navigate } from '../../base/router.ts';
import { parseNanos } from '../../base/time.ts';
import { collapsedFrom, revealed, toggled, visibleRows, type Collapsed } from '../../model/rows.ts';
import { rowOfSpan, type Trace } from '../../model/trace.ts';
import { clamp, isWhole, reveal, wholeOf, type Window } from '../../model/zoom.ts';

/** Browsers refuse to write the address hundreds of times in a drag. */
const ADDRESS_DELAY_MILLIS = 250;

export interface TraceState {
  readonly selected: number;
  readonly window: Window;
  readonly find: string;
  readonly collapsed: Collapsed;
  readonly rows: Int32Array;
  /** Selects and unfolds what hides it; -1 closes the detail. */
  readonly select: (row: number) => void;
  readonly setWindow: (window: Window) => void;
  readonly setFind: (text: string) => void;
  readonly toggle: (row: number) => void;
  readonly foldAll: () => void;
  readonly unfoldAll: () => void;
}

function windowIn(query: URLSearchParams, trace: Trace): Window {
  const from = parseNanos(query.get('from') ?? '');
  const to = parseNanos(query.get('to') ?? '');
  return from !== undefined && to !== undefined && to > from ? clamp({ from, to }, trace.duration) : wholeOf(trace.duration);
}

export function useTraceState(trace: Trace, query: URLSearchParams): TraceState {
  const [selected, setSelected] = useState(-1);
  const [window, setWindow] = useState(() => windowIn(query, trace));
  const [find, setFind] = useState(query.get('find') ?? '');
  const [collapsed, setCollapsed] = useState<Collapsed>(() => new Uint8Array(trace.size));
  const rows = useMemo(() => visibleRows(trace, collapsed), [trace, collapsed]);
  const written = useRef<string | undefined>(undefined);

  const select = useCallback(
    (row: number): void => {
      setSelected(row);
      if (row >= 0) {
        setCollapsed((before) => revealed(trace, before, row));
        setWindow((before) => reveal(before, trace.duration, trace.offset[row]!, trace.length[row]!));
      }
    },
    [trace],
  );

  // A link or "back" changed the address: follow it. Our own writes are recognised and skipped.
  useEffect(() => {
    if (written.current === query.toString()) {
      return;
    }
    written.current = query.toString();
    setWindow(windowIn(query, trace));
    setFind(query.get('find') ?? '');
    const spanId = query.get('span');
    select(spanId === null ? -1 : rowOfSpan(trace, spanId));
  }, [query, trace, select]);

  useEffect(() => {
    const whole = isWhole(window, trace.duration);
    const href = hrefOf(`/trace/${trace.id}`, {
      span: selected < 0 ? undefined : trace.spans[selected]!.spanId,
      find,
      from: whole ? undefined : window.from.toString(),
      to: whole ? undefined : window.to.toString(),
    });
    const timer = setTimeout(() => {
      if (globalThis.location.pathname === `/trace/${trace.id}`) {
        written.current = href.split('?')[1] ?? '';
        navigate(href, 'replace');
      }
    }, ADDRESS_DELAY_MILLIS);
    return () => clearTimeout(timer);
  }, [trace, selected, window, find]);

  return {
    selected,
    window,
    find,
    collapsed,
    rows,
    select,
    setWindow,
    setFind,
    toggle: useCallback((row: number) => setCollapsed((before) => toggled(before, row)), []),
    foldAll: useCallback(() => setCollapsed(collapsedFrom(trace, 0)), [trace]),
    unfoldAll: useCallback(() => setCollapsed(new Uint8Array(trace.size)), [trace]),
  };
}
