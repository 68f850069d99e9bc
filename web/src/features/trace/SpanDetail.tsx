/** Everything known about one span, in a panel beside the waterfall. */
import { useRef, useState, type ReactNode } from 'react';
import type { KeyValue, SpanEvent, SpanLink } from '../../api/otlp.ts';
import { useT } from '../../base/i18n.ts';
import { Link } from '../../base/Link.tsx';
import { traceHref } from '../../base/router.ts';
import { between, formatInstant, formatNanos, formatNanosExactly, nanos, parseInstant } from '../../base/time.ts';
import { useZone } from '../../base/zone.ts';
import { criticalTime, type CriticalPath } from '../../model/criticalPath.ts';
import { childCount, Defect, instantAt, selfTime, type Trace } from '../../model/trace.ts';
import { CopyButton } from '../../widgets/CopyButton.tsx';
import { ServiceTag } from '../../widgets/ServiceTag.tsx';
import { AttributeTable } from './AttributeTable.tsx';

const KINDS = ['kind.unspecified', 'kind.internal', 'kind.server', 'kind.client', 'kind.producer', 'kind.consumer'] as const;
const STATUSES = ['status.unset', 'status.ok', 'status.error'] as const;

interface Props {
  readonly trace: Trace;
  readonly row: number;
  readonly critical: CriticalPath;
  readonly width: number;
  readonly onWidth: (width: number) => void;
  readonly onSelect: (row: number) => void;
  readonly onZoom: () => void;
  readonly onClose: () => void;
}

export function SpanDetail({ trace, row, critical, width, onWidth, onSelect, onZoom, onClose }: Props) {
  const { t } = useT();
  const [filter, setFilter] = useState('');
  const span = trace.spans[row]!;
  const group = trace.resources[trace.resourceOf[row]!]!;
  const { scope, schemaUrl: scopeSchema } = trace.scopes[trace.scopeOf[row]!]!;
  const service = trace.services[trace.serviceOf[row]!]!.name;
  const link = new URL(traceHref(trace.id, span.spanId), window.location.href).href;
  return (
    <aside className="detail" style={{ width }} aria-label={span.name}>
      <Grip onWidth={onWidth} />
      <header>
        <div>
          <ServiceTag name={service} />
          <h2>{span.name}</h2>
        </div>
        <CopyButton text={link} label={t('span.copyLink')} />
        <button type="button" className="button icon" title={t('span.zoom')} aria-label={t('span.zoom')} onClick={onZoom}>
          ⤢
        </button>
        <button type="button" className="button icon" title={t('span.close')} aria-label={t('span.close')} onClick={onClose}>
          ×
        </button>
      </header>
      <div className="detail-body">
        <Facts trace={trace} row={row} critical={critical} onSelect={onSelect} />
        <Notices trace={trace} row={row} />
        <Section title={t('span.attributes')} count={span.attributes?.length ?? 0} dropped={span.droppedAttributesCount} open>
          {(span.attributes?.length ?? 0) > 8 ? (
            <input type="search" className="attribute-filter" value={filter} placeholder={t('span.filterKeys')} aria-label={t('span.filterKeys')} onChange={(event) => setFilter(event.target.value)} />
          ) : null}
          {span.attributes?.length ? <AttributeTable attributes={span.attributes} scope="span" filter={filter} /> : <p className="muted">{t('span.noAttributes')}</p>}
        </Section>
        {span.events?.length || span.droppedEventsCount ? (
          <Section title={t('span.events')} count={span.events?.length ?? 0} dropped={span.droppedEventsCount} open>
            <ol className="events">
              {(span.events ?? []).map((event, i) => (
                <Event key={i} trace={trace} row={row} event={event} />
              ))}
            </ol>
          </Section>
        ) : null}
        {span.links?.length || span.droppedLinksCount ? (
          <Section title={t('span.links')} count={span.links?.length ?? 0} dropped={span.droppedLinksCount} open>
            <ul className="links">
              {(span.links ?? []).map((entry, i) => (
                <LinkEntry key={i} trace={trace} link={entry} />
              ))}
            </ul>
          </Section>
        ) : null}
        <Section title={t('span.resource')} count={group.resource.attributes?.length ?? 0} dropped={group.resource.droppedAttributesCount} open>
          <AttributeTable attributes={group.resource.attributes ?? []} scope="resource" />
          <SchemaUrl url={group.schemaUrl} />
        </Section>
        <Section title={t('span.scope')} count={scope.attributes?.length ?? 0} dropped={scope.droppedAttributesCount} open>
          <p className="scope-name">
            <code>{scope.name === undefined || scope.name === '' ? t('common.none') : scope.name}</code> <code className="muted">{scope.version}</code>
          </p>
          <AttributeTable attributes={scope.attributes ?? []} scope={undefined} />
          <SchemaUrl url={scopeSchema} />
        </Section>
      </div>
    </aside>
  );
}

function Facts({ trace, row, critical, onSelect }: Pick<Props, 'trace' | 'row' | 'critical' | 'onSelect'>) {
  const { t, number } = useT();
  const [zone] = useZone();
  const span = trace.spans[row]!;
  const parent = trace.parent[row]!;
  const status = STATUSES[span.status?.code ?? 0] ?? 'status.unset';
  const isError = status === 'status.error';
  const length = nanos(trace.length[row]!);
  const onPath = criticalTime(critical, row);
  const rootLength = trace.length[trace.rootRow]!;
  return (
    <dl className="facts numeric">
      <Fact name={t('span.duration')}>
        <b title={formatNanosExactly(length)}>{formatNanos(length)}</b>
      </Fact>
      <Fact name={t('span.self')}>
        <span title={formatNanosExactly(selfTime(trace, row))}>{formatNanos(selfTime(trace, row))}</span>
      </Fact>
      <Fact name={t('span.critical')} wide>
        {onPath === 0n ? <span className="muted">{t('span.critical.none')}</span> : t('span.critical.share', { time: formatNanos(nanos(onPath)), percent: percentOf(onPath, rootLength) })}
      </Fact>
      <Fact name={t('span.offset')}>{formatNanos(nanos(trace.offset[row]!))}</Fact>
      <Fact name={t('span.kind')}>{t(KINDS[span.kind ?? 0] ?? 'kind.unspecified')}</Fact>
      <Fact name={t('span.start')} wide>
        {formatInstant(instantAt(trace, row), zone, 9)}
      </Fact>
      <Fact name={t('span.status')} wide>
        <span className={isError ? 'error-text' : ''}>
          {isError ? '● ' : ''}
          {t(status)}
        </span>
        {span.status?.message ? <span className={isError ? 'status-message error-text' : 'status-message'}>{span.status.message}</span> : null}
      </Fact>
      <Fact name={t('span.id')} wide>
        <code>{span.spanId}</code> <CopyButton text={span.spanId ?? ''} />
      </Fact>
      <Fact name={t('span.children')}>{number(childCount(trace, row))}</Fact>
      <Fact name={t('span.parent')} wide>
        {parent >= 0 ? (
          <button type="button" className="plain" onClick={() => onSelect(parent)}>
            {trace.spans[parent]!.name} <code className="muted">{trace.spans[parent]!.spanId}</code>
          </button>
        ) : span.parentSpanId ? (
          <span className="muted">{t('span.orphan', { id: span.parentSpanId })}</span>
        ) : (
          <span className="muted">{t('span.noParent')}</span>
        )}
      </Fact>
      {span.traceState ? (
        <Fact name={t('span.traceState')} wide>
          <code>{span.traceState}</code>
        </Fact>
      ) : null}
      {span.flags ? (
        <Fact name={t('span.flags')}>
          <code>0x{span.flags.toString(16)}</code>
        </Fact>
      ) : null}
    </dl>
  );
}

/** With one decimal, cut. */
function percentOf(part: bigint, whole: bigint): string {
  const tenths = whole === 0n ? 0n : (part * 1000n) / whole;
  return `${tenths / 10n}.${tenths % 10n}`;
}

function Fact({ name, wide = false, children }: { readonly name: string; readonly wide?: boolean; readonly children: ReactNode }) {
  return (
    <div className={wide ? 'wide' : ''}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Notices({ trace, row }: Pick<Props, 'trace' | 'row'>) {
  const { t } = useT();
  const defect = trace.defect[row];
  const message = defect === Defect.orphan ? 'span.defect.orphan' : defect === Defect.selfParent ? 'span.defect.selfParent' : defect === Defect.cycle ? 'span.defect.cycle' : undefined;
  return (
    <>
      {message === undefined ? null : <p className="notice warn">{t(message)}</p>}
      {trace.timeless[row] === 1 ? <p className="notice warn">{t('span.timeless')}</p> : null}
    </>
  );
}

function Section({ title, count, dropped = 0, open, children }: { readonly title: string; readonly count: number; readonly dropped?: number | undefined; readonly open: boolean; readonly children: ReactNode }) {
  const { t, number } = useT();
  return (
    <details open={open}>
      <summary>
        {title} <span className="muted numeric">{count > 0 ? number(count) : ''}</span>
        {dropped > 0 ? <span className="badge warn">{t('span.dropped', { n: number(dropped) })}</span> : null}
      </summary>
      {children}
    </details>
  );
}

function Event({ trace, row, event }: { readonly trace: Trace; readonly row: number; readonly event: SpanEvent }) {
  const { t, number } = useT();
  const [zone] = useZone();
  const at = parseInstant(event.timeUnixNano ?? '');
  return (
    <li className={event.name === 'exception' ? 'exception' : ''}>
      <div className="event-head">
        <b>{event.name}</b>
        {at === undefined ? null : (
          <span className="muted numeric" title={formatInstant(at, zone, 9)}>
            +{formatNanos(between(instantAt(trace, row), at))}
          </span>
        )}
        {event.droppedAttributesCount ? <span className="badge warn">{t('span.dropped', { n: number(event.droppedAttributesCount) })}</span> : null}
      </div>
      <Attributes attributes={event.attributes} />
    </li>
  );
}

function LinkEntry({ trace, link }: { readonly trace: Trace; readonly link: SpanLink }) {
  const { t } = useT();
  const traceId = link.traceId ?? '';
  const here = traceId.replace(/^0+/, '') === trace.id.replace(/^0+/, '');
  return (
    <li>
      <Link href={traceHref(here ? trace.id : traceId, link.spanId)} title={t(here ? 'span.link.thisTrace' : 'span.link.otherTrace')}>
        <code>{traceId}</code> <span className="muted">·</span> <code>{link.spanId}</code>
      </Link>
      {link.traceState ? <code className="muted">{link.traceState}</code> : null}
      <Attributes attributes={link.attributes} />
    </li>
  );
}

function Attributes({ attributes }: { readonly attributes: readonly KeyValue[] | undefined }) {
  return attributes === undefined || attributes.length === 0 ? null : <AttributeTable attributes={attributes} scope={undefined} />;
}

function SchemaUrl({ url }: { readonly url: string | undefined }) {
  const { t } = useT();
  return url ? (
    <p className="muted schema">
      {t('span.schema')}: {url}
    </p>
  ) : null;
}

/** The panel's left edge, to be dragged. */
function Grip({ onWidth }: { readonly onWidth: (width: number) => void }) {
  const held = useRef(false);
  return (
    <div
      className="detail-grip"
      role="separator"
      aria-orientation="vertical"
      onPointerDown={(event) => {
        held.current = true;
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event) => {
        if (held.current) {
          onWidth(event.currentTarget.parentElement!.getBoundingClientRect().right - event.clientX);
        }
      }}
      onPointerUp={() => (held.current = false)}
    />
  );
}
