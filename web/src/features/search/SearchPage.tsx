/** The search page: form at the left, results at the right; all of its state is in the address. */
import { useEffect, useMemo, useState } from 'react';
import { useT } from '../../base/i18n.ts';
import { navigate, useLocation } from '../../base/router.ts';
import { FailureBox } from '../../widgets/FailureBox.tsx';
import { MissedNotice } from '../../widgets/MissedNotice.tsx';
import { EmptyState } from './EmptyState.tsx';
import { ResultList } from './ResultList.tsx';
import { SearchForm } from './SearchForm.tsx';
import { hrefOfState, namesSpans, queryOf, stateOf, windowOf, type SearchState } from './state.ts';
import { useSearch, type SearchBase } from './useSearch.ts';
import './search.css';

export function SearchPage() {
  const { t } = useT();
  const { query } = useLocation();
  const state = useMemo(() => stateOf(query), [query]);
  // Searching again with nothing changed is a new search: time has passed and spans have come.
  const [turn, setTurn] = useState(0);
  const base = useMemo<SearchBase | undefined>(() => {
    const composed = queryOf(state);
    return composed.ok ? { q: composed.query, ...windowOf(state), limit: state.limit } : undefined;
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [state, turn]);
  const results = useSearch(base);

  useEffect(() => {
    document.title = `${state.fields.service || state.own || t('search.title')} · Clew`;
    rememberSearch();
  }, [state, t]);

  function run(next: SearchState): void {
    const href = hrefOfState(next);
    if (href === hrefOfState(state)) {
      setTurn((n) => n + 1);
    } else {
      navigate(href);
    }
  }

  const empty = results.last !== undefined && results.traces.length === 0 && results.busy === undefined;
  return (
    <div className="search-page">
      <SearchForm state={state} busy={results.busy === 'first'} onRun={run} />
      <main className="search-main" aria-busy={results.busy !== undefined}>
        {results.failure === undefined ? null : <FailureBox failure={results.failure} retry={() => run(state)} />}
        <MissedNotice what="traces" places={results.missed} />
        {empty ? (
          <EmptyState state={state} complete={results.last.complete} onRun={run} onArrival={() => setTurn((n) => n + 1)} />
        ) : results.traces.length > 0 ? (
          <ResultList results={results} matches={namesSpans(state)} />
        ) : results.busy !== undefined ? (
          <div className="search-waiting">
            <span className="spinner" aria-hidden="true" /> {t('search.running')}
          </div>
        ) : null}
      </main>
    </div>
  );
}

/** So that a trace page can lead back to the list it was opened from, also in a new visit. */
function rememberSearch(): void {
  try {
    window.sessionStorage.setItem('clew.search', window.location.pathname + window.location.search);
  } catch {
    // Without session storage the way back leads to the plain search page.
  }
}
