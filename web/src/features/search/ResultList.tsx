/** Found traces, newest first: where, what, how long, how many, when; with errors and what matched. */
import { useState, type MouseEvent } from 'react';
import { useT } from '../../base/i18n.ts';
import { Link } from '../../base/Link.tsx';
import { navigate, traceHref } from '../../base/router.ts';
import { formatInstant, formatNanos } from '../../base/time.ts';
import { useZone } from '../../base/zone.ts';
import type { TraceSummary } from '../../api/clew.ts';
import { serviceColor } from '../../model/color.ts';
import { formatAge } from '../../widgets/format.ts';
import { ServiceTag } from '../../widgets/ServiceTag.tsx';
import { useDark } from '../../widgets/useDark.ts';
import { Scatter } from './Scatter.tsx';
import type { Search } from './useSearch.ts';

/** Characters of service tags that fill about two lines; what goes beyond is counted as "+n". */
const TAG_CHARACTERS = 52;

type Service = TraceSummary['services'][number];

/** Services with errors first, then those with most spans. */
function byWeight(a: Service, b: Service): number {
  return Number(b.errorCount > 0) - Number(a.errorCount > 0) || b.spanCount - a.spanCount || (a.name < b.name ? -1 : 1);
}

function fitting(services: readonly Service[]): readonly Service[] {
  let used = 0;
  const end = services.findIndex(({ name, spanCount }) => (used += name.length + String(spanCount).length + 4) > TAG_CHARACTERS);
  return end < 0 ? services : services.slice(0, Math.max(1, end));
}

interface Props {
  readonly results: Search;
  /** Whether to name the spans that matched. */
  readonly matches: boolean;
}

export function ResultList({ results, matches }: Props) {
  const { t, tn, number } = useT();
  const [chart, setChart] = useState(true);
  const { traces, last, total } = results;
  const all = last?.nextCursor === undefined && last?.complete === true;
  const longest = traces.reduce((most, trace) => (trace.duration > most ? trace.duration : most), 0n);
  return (
    <>
      <header className="results-head">
        <h1>{typeof total === 'number' ? tn('search.found', total) : all ? tn('search.found', traces.length) : t('search.shown', { n: number(traces.length) })}</h1>
        {typeof total === 'number' || all ? (
          all ? null : <span className="muted">{t('search.shown', { n: number(traces.length) })}</span>
        ) : (
          <>
            <span className="muted">{t('search.moreThan')}</span>
            <button type="button" className="plain" disabled={total === 'counting'} onClick={() => results.countAll()}>
              {total === 'counting' ? t('search.counting') : t('search.countAll')}
            </button>
          </>
        )}
        <span className="muted">{t('search.sortedNewest')}</span>
        {last === undefined ? null : (
          <span className="muted results-cost numeric">
            {t('search.took', { ms: number(Math.round(last.elapsedMs)), traces: number(last.inspectedTraces), spans: number(last.inspectedSpans) })}
          </span>
        )}
        <button type="button" className="plain" onClick={() => setChart(!chart)}>
          {t(chart ? 'search.scatter.hide' : 'search.scatter.show')}
        </button>
      </header>
      {chart ? <Scatter traces={traces} /> : null}
      {last?.complete === false ? <p className="notice warn">{t('search.incomplete')}</p> : null}
      <table className="results">
        <thead>
          <tr>
            <th scope="col">{t('search.col.trace')}</th>
            <th scope="col">{t('search.col.services')}</th>
            <th scope="col" className="right">
              {t('search.col.spans')}
            </th>
            <th scope="col">{t('search.col.duration')}</th>
            <th scope="col">{t('search.col.start')}</th>
          </tr>
        </thead>
        <tbody>
          {traces.map((trace) => (
            <Row key={trace.traceId} trace={trace} longest={longest} matches={matches} />
          ))}
        </tbody>
      </table>
      <footer className="results-foot">
        {last?.nextCursor === undefined ? (
          <span className="muted">{last?.complete === true ? t('search.end') : null}</span>
        ) : (
          <button type="button" className="button" disabled={results.busy !== undefined} onClick={() => results.more()}>
            {results.busy === 'more' ? t('search.loadingMore') : t('search.more')}
          </button>
        )}
      </footer>
    </>
  );
}

function Row({ trace, longest, matches }: { readonly trace: TraceSummary; readonly longest: bigint; readonly matches: boolean }) {
  const translator = useT();
  const { t, tn, number } = translator;
  const [zone] = useZone();
  const dark = useDark();
  const share = longest === 0n ? 0 : Number((trace.duration * 1000n) / longest) / 10;
  const root = trace.rootService ?? trace.services[0]?.name ?? '';
  const services = trace.services.toSorted(byWeight);
  const shown = fitting(services);
  // The whole row is the link for those who aim roughly, but the id can be marked; keyboards have the link in it.
  function open(event: MouseEvent<HTMLTableRowElement>): void {
    const elsewhere = event.target instanceof Element && event.target.closest('a, button, code') !== null;
    const selecting = window.getSelection()?.isCollapsed === false;
    const modified = event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;
    if (!elsewhere && !selecting && !modified) {
      navigate(traceHref(trace.traceId));
    }
  }
  return (
    <tr onClick={open}>
      <td>
        <Link href={traceHref(trace.traceId)} className="trace-link">
          {trace.rootService === null ? null : (
            <b style={{ color: serviceColor(root, dark).strong }}>{trace.rootService}</b>
          )}
          <span>{trace.rootName ?? t('search.noRoot')}</span>
        </Link>
        <div className="trace-sub">
          <code className="muted">{trace.traceId}</code>
          {trace.errorCount > 0 ? <span className="badge error">{tn('search.errors', trace.errorCount)}</span> : null}
        </div>
        {matches && trace.matchedCount > 0 ? (
          <ul className="matched">
            <li className="muted">{tn('search.matched', trace.matchedCount)}</li>
            {trace.matchedSpans.map((span, i) => (
              <li key={`${span.spanId} ${i}`}>
                <Link href={traceHref(trace.traceId, span.spanId)}>
                  <span className={span.status === 'error' ? 'error-text' : ''}>
                    {span.service} · {span.name}
                  </span>
                </Link>
                <span className="muted numeric">{formatNanos(span.duration)}</span>
              </li>
            ))}
          </ul>
        ) : null}
      </td>
      <td className="services">
        <div>
          {shown.map((service) => (
            <ServiceTag key={service.name} name={service.name} count={number(service.spanCount)} errors={service.errorCount} />
          ))}
          {services.length > shown.length ? (
            <span
              className="muted"
              title={services
                .slice(shown.length)
                .map((service) => service.name)
                .join(', ')}
            >
              +{services.length - shown.length}
            </span>
          ) : null}
        </div>
      </td>
      <td className="right numeric">{number(trace.spanCount)}</td>
      <td className="duration numeric">
        <span className="duration-bar" style={{ width: `${Math.max(share, 0.5)}%` }} />
        <span>{formatNanos(trace.duration)}</span>
      </td>
      <td className="start numeric">
        <span>{formatInstant(trace.start, zone)}</span>
        <span className="muted">{formatAge(trace.start, translator)}</span>
      </td>
    </tr>
  );
}
