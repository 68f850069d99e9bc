/** Runs a search over the trace in slices between frames; the last result stands until the next is whole. */
import { useEffect, useMemo, useState } from 'react';
import { findRows, TraceText, wordsOf } from '../../model/find.ts';
import type { Trace } from '../../model/trace.ts';

export interface Found {
  /** What these rows were found for; lags behind the typed text while a search runs. */
  readonly query: string;
  /** Rows in order; undefined when nothing is looked for. */
  readonly rows: readonly number[] | undefined;
  readonly flags: Uint8Array | undefined;
}

/** Time a slice run may take before the page gets its turn. */
const TURN_MILLIS = 8;

export function useFind(trace: Trace, query: string): Found {
  const text = useMemo(() => new TraceText(trace), [trace]);
  const [found, setFound] = useState<Found>({ query: '', rows: undefined, flags: undefined });
  useEffect(() => {
    const words = wordsOf(query);
    if (words.length === 0) {
      setFound({ query, rows: undefined, flags: undefined });
      return;
    }
    const rows: number[] = [];
    const flags = new Uint8Array(trace.size);
    const search = findRows(text, trace.size, words);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const run = (): void => {
      const until = performance.now() + TURN_MILLIS;
      for (;;) {
        const slice = search.next();
        if (slice.done === true) {
          setFound({ query, rows, flags });
          return;
        }
        for (const row of slice.value) {
          rows.push(row);
          flags[row] = 1;
        }
        if (performance.now() > until) {
          timer = setTimeout(run, 0);
          return;
        }
      }
    };
    run();
    return () => clearTimeout(timer);
  }, [text, trace, query]);
  return found;
}
