/** The head of the trace page: what the trace is, its figures, its services, and the tools. */
import type { KeyboardEvent, RefObject } from 'react';
import { traceDownloadHref } from '../../api/clew.ts';
import { useT } from '../../base/i18n.ts';
import { formatInstant, formatNanos } from '../../base/time.ts';
import { useZone } from '../../base/zone.ts';
import { serviceColor } from '../../model/color.ts';
import type { Trace } from '../../model/trace.ts';
import { CopyButton } from '../../widgets/CopyButton.tsx';
import { ErrorCount, ServiceDot } from '../../widgets/ServiceTag.tsx';
import { useDark } from '../../widgets/useDark.ts';
import { BackLink } from './BackLink.tsx';
import type { Found } from './useFind.ts';

interface Props {
  readonly trace: Trace;
  readonly find: string;
  readonly found: Found;
  /** Index of the current match in the found rows, -1 for none. */
  readonly match: number;
  readonly service: number;
  readonly errors: number;
  readonly findBox: RefObject<HTMLInputElement | null>;
  readonly onFind: (text: string) => void;
  readonly onMatch: (step: 1 | -1) => void;
  readonly onError: (step: 1 | -1) => void;
  readonly onService: (service: number) => void;
  readonly onFold: (all: boolean) => void;
  readonly onWhole: () => void;
  readonly critical: boolean;
  readonly onCritical: () => void;
  readonly onHelp: () => void;
}

export function TraceHead(props: Props) {
  const { trace, find, found, match, errors } = props;
  const { t, tn, number } = useT();
  const [zone] = useZone();
  const dark = useDark();
  const root = trace.spans[trace.rootRow]!;
  const service = trace.services[trace.serviceOf[trace.rootRow]!]!.name;

  function findKey(event: KeyboardEvent): void {
    if (event.key === 'Enter') {
      props.onMatch(event.shiftKey ? -1 : 1);
    } else if (event.key === 'Escape') {
      props.onFind('');
      props.findBox.current?.blur();
    } else {
      return;
    }
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    <header className="trace-head">
      <div className="trace-line">
        <BackLink />
        <h1>
          <b style={{ color: serviceColor(service, dark).strong }}>{service}</b> <span>{root.name}</span>
        </h1>
        <code className="trace-id muted">{trace.id}</code>
        <CopyButton text={trace.id} />
        <div className="trace-tools">
          <div className="find" role="search">
            <input
              ref={props.findBox}
              type="search"
              value={find}
              aria-label={t('trace.find')}
              placeholder={t('trace.find.placeholder')}
              onChange={(event) => props.onFind(event.target.value)}
              onKeyDown={findKey}
            />
            <span className="find-count numeric" role="status">
              {found.rows === undefined ? '' : found.rows.length === 0 ? t('trace.find.none') : t('trace.find.count', { at: match < 0 ? '–' : number(match + 1), total: number(found.rows.length) })}
            </span>
            <button type="button" className="button icon" disabled={!found.rows?.length} title={t('trace.find.previous')} aria-label={t('trace.find.previous')} onClick={() => props.onMatch(-1)}>
              ↑
            </button>
            <button type="button" className="button icon" disabled={!found.rows?.length} title={t('trace.find.next')} aria-label={t('trace.find.next')} onClick={() => props.onMatch(1)}>
              ↓
            </button>
          </div>
          <button type="button" className="button icon" title={t('trace.collapseAll')} aria-label={t('trace.collapseAll')} onClick={() => props.onFold(true)}>
            ⊟
          </button>
          <button type="button" className="button icon" title={t('trace.expandAll')} aria-label={t('trace.expandAll')} onClick={() => props.onFold(false)}>
            ⊞
          </button>
          <button type="button" className="button icon" title={t('trace.zoomReset')} aria-label={t('trace.zoomReset')} onClick={props.onWhole}>
            ↔
          </button>
          <button type="button" className="button small toggle" aria-pressed={props.critical} title={t('trace.critical.help')} onClick={props.onCritical}>
            {t('trace.critical')}
          </button>
          <button type="button" className="button icon" title={`${t('trace.keys')} (?)`} aria-label={t('trace.keys')} onClick={props.onHelp}>
            ?
          </button>
          <a className="button small" href={traceDownloadHref(trace.id)} download={`${trace.id}.json`}>
            {t('trace.download')}
          </a>
        </div>
      </div>
      <div className="trace-line figures numeric">
        <span>{formatInstant(trace.start, zone, 6)}</span>
        <b>{formatNanos(trace.duration)}</b>
        <span>{tn('trace.spans', trace.size)}</span>
        <span>{tn('trace.services', trace.services.length)}</span>
        <span>{t('trace.depth', { n: number(trace.maxDepth + 1) })}</span>
        {errors > 0 ? (
          <button type="button" className="badge error" title={t('trace.error.next')} onClick={() => props.onError(1)}>
            {tn('trace.errors', errors)}
          </button>
        ) : null}
        {trace.defectCount > 0 ? (
          <span className="badge warn" title={t('trace.incomplete.help')}>
            {tn('trace.incomplete', trace.defectCount)}
          </span>
        ) : null}
        <ServiceLegend trace={trace} service={props.service} onService={props.onService} />
      </div>
    </header>
  );
}

/** Services with their span counts; pressing one lights up its spans. */
function ServiceLegend({ trace, service, onService }: { readonly trace: Trace; readonly service: number; readonly onService: (service: number) => void }) {
  const { t, number } = useT();
  return (
    <ul className="legend">
      {trace.services.map((entry, i) => (
        <li key={entry.name}>
          <button type="button" aria-pressed={service === i} title={t('trace.onlyService', { service: entry.name })} onClick={() => onService(service === i ? -1 : i)}>
            <ServiceDot name={entry.name} />
            {entry.name}
            <span className="muted">{number(entry.spanCount)}</span>
            {entry.errorCount > 0 ? <ErrorCount errors={entry.errorCount} /> : null}
          </button>
        </li>
      ))}
    </ul>
  );
}
