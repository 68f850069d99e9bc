/** Runs a search over the trace in slices between frames; results grow while it runs. */
import { useEffect, useMemo, useState } from 'react';
import { findRows, TraceText, wordsOf } from '../../model/find.ts';
import type { Trace } from '../../model/trace.ts';

export interface Found {
  /** Rows in order; undefined when nothing is looked for. */
  readonly rows: readonly number[] | undefined;
  readonly flags: Uint8Array | undefined;
  readonly running: boolean;
}

const NOTHING: Found = { rows: undefined, flags: undefined, running: false };

/** Time a slice run may take before the page gets its turn. */
const TURN_MILLIS = 8;

export function useFind(trace: Trace, query: string): Found {
  const text = useMemo(() => new TraceText(trace), [trace]);
  const [found, setFound] = useState<Found>(NOTHING);
  useEffect(() => {
    const words = wordsOf(query);
    if (words.length === 0) {
      setFound(NOTHING);
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
          setFound({ rows: [...rows], flags, running: false });
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
