/** Runs one request per key, aborting the one before; keeps the last good value while the next loads. */
import { useEffect, useState } from 'react';
import { failureOf, isAbort, type ApiFailure } from './problem.ts';

export interface Loaded<T> {
  readonly value: T | undefined;
  readonly failure: ApiFailure | undefined;
  readonly loading: boolean;
  readonly reload: () => void;
}

/**
 * `key` undefined means: nothing to load. `load` is read when the key changes or `reload` is called, so it
 * need not be stable. A value that belongs to an older key is dropped as soon as the key changes.
 */
export function useLoad<T>(key: string | undefined, load: (signal: AbortSignal) => Promise<T>): Loaded<T> {
  const [turn, setTurn] = useState(0);
  const [state, setState] = useState<{ key: string; value?: T; failure?: ApiFailure; turn: number } | undefined>();

  useEffect(() => {
    if (key === undefined) {
      return;
    }
    const controller = new AbortController();
    load(controller.signal).then(
      (value) => setState({ key, value, turn }),
      (caught: unknown) => {
        if (!controller.signal.aborted && !isAbort(caught)) {
          setState((before) => ({ key, turn, failure: failureOf(caught), ...(before?.key === key && before.value !== undefined ? { value: before.value } : {}) }));
        }
      },
    );
    return () => controller.abort();
    // `load` changes with every render by design; the key says when its meaning changes.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [key, turn]);

  const mine = state !== undefined && state.key === key ? state : undefined;
  return {
    value: mine?.value,
    failure: mine?.failure,
    loading: key !== undefined && (mine === undefined || mine.turn !== turn),
    reload: () => setTurn((n) => n + 1),
  };
}
