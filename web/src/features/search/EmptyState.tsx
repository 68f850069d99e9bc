/** Nothing found: says why, and what to do next with this server's real addresses and the data it has. */
import { useEffect, useRef } from 'react';
import { fetchStatus, type Status } from '../../api/clew.ts';
import { useLoad } from '../../api/useLoad.ts';
import { useT } from '../../base/i18n.ts';
import { formatInstant, instant } from '../../base/time.ts';
import { useZone } from '../../base/zone.ts';
import { NO_FIELDS } from '../../model/traceql.ts';
import { ConnectGuide } from '../../widgets/ConnectGuide.tsx';
import { CopyButton } from '../../widgets/CopyButton.tsx';
import { FailureBox } from '../../widgets/FailureBox.tsx';
import { refusalText } from '../../widgets/refusal.ts';
import { isFiltered, type SearchState } from './state.ts';

const POLL_MILLIS = 2000;

interface Props {
  readonly state: SearchState;
  /** False when the server gave up before it had looked at everything. */
  readonly complete: boolean;
  readonly onRun: (state: SearchState) => void;
  /** Called once spans have come to a server that had none. */
  readonly onArrival: () => void;
}

export function EmptyState({ state, complete, onRun, onArrival }: Props) {
  const status = useLoad('status', fetchStatus);
  const nothingStored = status.value?.spansStored === 0;
  const wasEmpty = useRef(false);
  const { reload } = status;

  useEffect(() => {
    if (!nothingStored) {
      if (wasEmpty.current && status.value !== undefined) {
        wasEmpty.current = false;
        onArrival();
      }
      return;
    }
    wasEmpty.current = true;
    const timer = setTimeout(reload, POLL_MILLIS);
    return () => clearTimeout(timer);
    // Each answer of the server (a new status.value) decides about the next poll.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [status.value, status.failure, nothingStored]);

  if (status.value === undefined) {
    return status.failure === undefined ? null : <FailureBox failure={status.failure} retry={reload} />;
  }
  return nothingStored ? <NoData status={status.value} /> : <NoMatch status={status.value} state={state} complete={complete} onRun={onRun} />;
}

function NoMatch({ status, state, complete, onRun }: Pick<Props, 'state' | 'complete' | 'onRun'> & { readonly status: Status }) {
  const { t } = useT();
  const [zone] = useZone();
  const range = status.spanTimeRange;
  const limited = state.range !== 'all';
  return (
    <section className="empty">
      <KnotArt />
      <h1>{t('empty.noMatch')}</h1>
      <p>{complete ? t(limited ? 'empty.noMatch.inRange' : 'empty.noMatch.anywhere') : t('search.incomplete')}</p>
      {limited && range !== undefined ? (
        <p>{t('empty.hasRange', { start: formatInstant(range.start, zone, 0), end: formatInstant(range.end, zone, 0) })}</p>
      ) : null}
      <div className="empty-actions">
        {limited && range !== undefined ? (
          <button
            type="button"
            className="button primary"
            // Ends are shown to the second: take in the whole last one.
            onClick={() => onRun({ ...state, range: 'custom', start: range.start, end: instant(range.end + 1_000_000_000n) })}
          >
            {t('empty.searchRange')}
          </button>
        ) : null}
        {limited ? (
          <button type="button" className="button" onClick={() => onRun({ ...state, range: 'all', start: undefined, end: undefined })}>
            {t('empty.searchAllTime')}
          </button>
        ) : null}
        {isFiltered(state) ? (
          <button type="button" className="button" onClick={() => onRun({ ...state, fields: NO_FIELDS, own: undefined })}>
            {t('empty.clearFilters')}
          </button>
        ) : null}
      </div>
    </section>
  );
}

function NoData({ status }: { readonly status: Status }) {
  const translator = useT();
  const { t, number } = translator;
  const refused = Object.entries(status.spansRefused).filter(([, count]) => count > 0);
  const otherSignals = Object.values(status.notTaken).some((count) => count > 0);
  const otlp = status.addresses.filter((address) => address.door.startsWith('otlp'));
  const loopback = otlp.some((address) => address.fromContainer === null);
  return (
    <section className="empty no-data">
      <KnotArt />
      <h1>{t('empty.noData')}</h1>
      <p>{t('empty.noData.detail')}</p>
      {status.writable ? null : <p className="notice warn">{t('page.status.readOnly', { reason: status.writableReason ?? '' })}</p>}
      {refused.length === 0 ? null : (
        <div className="notice warn">
          {t('empty.refused')}
          <ul>
            {refused.map(([reason, count]) => (
              <li key={reason}>
                {number(count)} × {refusalText(reason, translator)}
              </li>
            ))}
          </ul>
        </div>
      )}
      {otherSignals && refused.length === 0 ? <p className="notice warn">{t('empty.notTaken')}</p> : null}
      <table className="addresses">
        <thead>
          <tr>
            <th scope="col">{t('page.status.door')}</th>
            <th scope="col">{t('empty.fromHost')}</th>
            <th scope="col">{t('empty.fromContainer')}</th>
          </tr>
        </thead>
        <tbody>
          {otlp.map((address) => (
            <tr key={address.door}>
              <th scope="row">{t(address.door === 'otlp-grpc' ? 'door.otlp-grpc' : 'door.otlp-http')}</th>
              <td>
                <code>{address.fromHost}</code> <CopyButton text={address.fromHost} />
              </td>
              <td>
                {address.fromContainer === null ? (
                  <span className="muted">{t('page.status.noContainer')}</span>
                ) : (
                  <>
                    <code>{address.fromContainer}</code> <CopyButton text={address.fromContainer} />
                  </>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {loopback ? <p className="notice">{t('empty.loopback')}</p> : null}
      <ConnectGuide addresses={status.addresses} />
      <p className="waiting muted" role="status">
        <span className="spinner" aria-hidden="true" /> {t('empty.waiting')}
      </p>
    </section>
  );
}

function KnotArt() {
  return (
    <svg className="knot" viewBox="0 0 96 48" width="96" height="48" fill="none" stroke="currentColor" strokeWidth="2.5" strokeLinecap="round" aria-hidden="true">
      <path d="M4 38c16 0 18-28 34-28 13 0 15 22 3 22-11 0-9-22 6-22 16 0 14 28 30 28 8 0 12-6 15-10" />
      <circle cx="92" cy="28" r="2.5" fill="currentColor" stroke="none" />
    </svg>
  );
}
