/** Runs a search, page by page; a new search drops the pages and the requests of the one before. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { search, type SearchPage, type SearchRequest, type TraceSummary } from '../../api/clew.ts';
import { failureOf, isAbort, type ApiFailure } from '../../api/problem.ts';

export type SearchBase = Omit<SearchRequest, 'cursor' | 'total'>;

export interface Results {
  readonly traces: readonly TraceSummary[];
  readonly last: SearchPage | undefined;
  /** What any of the pages may lack. */
  readonly missed: readonly string[];
  readonly total: number | 'counting' | undefined;
  readonly busy: 'first' | 'more' | undefined;
  readonly failure: ApiFailure | undefined;
}

const NOTHING: Results = { traces: [], missed: [], last: undefined, total: undefined, busy: undefined, failure: undefined };

export interface Search extends Results {
  readonly more: () => void;
  readonly countAll: () => void;
}

function union(a: readonly string[], b: readonly string[]): readonly string[] {
  return [...new Set([...a, ...b])];
}

/** `base` undefined: nothing to ask (the form has an error). Its identity starts a search. */
export function useSearch(base: SearchBase | undefined): Search {
  // Busy from the first drawing on: until the effect below has run, nothing would be a wrong answer.
  const [results, setResults] = useState<Results>(base === undefined ? NOTHING : { ...NOTHING, busy: 'first' });
  const running = useRef<AbortController>(new AbortController());

  useEffect(() => {
    running.current.abort();
    const controller = new AbortController();
    running.current = controller;
    if (base === undefined) {
      setResults(NOTHING);
      return;
    }
    setResults((before) => ({ ...before, busy: 'first', failure: undefined, total: undefined }));
    search(base, controller.signal).then(
      (page) => setResults({ ...NOTHING, traces: page.traces, missed: page.missed, last: page }),
      (caught: unknown) => {
        if (!isAbort(caught)) {
          setResults({ ...NOTHING, failure: failureOf(caught) });
        }
      },
    );
    return () => controller.abort();
  }, [base]);

  const cursor = results.last?.nextCursor;
  const more = useCallback(() => {
    if (base === undefined || cursor === undefined) {
      return;
    }
    const { signal } = running.current;
    setResults((before) => ({ ...before, busy: 'more', failure: undefined }));
    search({ ...base, cursor }, signal).then(
      (page) => setResults((before) => ({ ...before, busy: undefined, last: page, traces: [...before.traces, ...page.traces], missed: union(before.missed, page.missed) })),
      (caught: unknown) => {
        if (!isAbort(caught)) {
          setResults((before) => ({ ...before, busy: undefined, failure: failureOf(caught) }));
        }
      },
    );
  }, [base, cursor]);

  const countAll = useCallback(() => {
    if (base === undefined) {
      return;
    }
    setResults((before) => ({ ...before, total: 'counting' }));
    search({ ...base, limit: 1, total: true }, running.current.signal).then(
      (page) => setResults((before) => ({ ...before, total: page.total, missed: union(before.missed, page.missed) })),
      (caught: unknown) => {
        if (!isAbort(caught)) {
          setResults((before) => ({ ...before, total: undefined, failure: failureOf(caught) }));
        }
      },
    );
  }, [base]);

  return { ...results, more, countAll };
}
