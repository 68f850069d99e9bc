/** The server about itself: what it holds, what came in and was refused, how fast it becomes visible, where to send. */
import { useEffect } from 'react';
import { fetchStatus, type LatencySummary, type Status, type Visibility } from '../../api/clew.ts';
import { useLoad } from '../../api/useLoad.ts';
import { useT, type MessageKey } from '../../base/i18n.ts';
import { formatInstant, instant } from '../../base/time.ts';
import { useZone } from '../../base/zone.ts';
import { ConnectGuide } from '../../widgets/ConnectGuide.tsx';
import { CopyButton } from '../../widgets/CopyButton.tsx';
import { FailureBox } from '../../widgets/FailureBox.tsx';
import { formatAge, formatBytes, formatMillis } from '../../widgets/format.ts';
import { refusalText } from '../../widgets/refusal.ts';
import { ServiceDot } from '../../widgets/ServiceTag.tsx';
import './status.css';

const POLL_MILLIS = 2000;
const SIGNALS = ['logs', 'metrics', 'profiles'] as const;

function isSignal(name: string): name is (typeof SIGNALS)[number] {
  return SIGNALS.some((signal) => signal === name);
}

export function StatusPage() {
  const { t } = useT();
  const { value, failure, reload } = useLoad('status', fetchStatus);
  useEffect(() => {
    document.title = `${t('page.status')} · Clew`;
  }, [t]);
  useEffect(() => {
    const timer = setTimeout(reload, POLL_MILLIS);
    return () => clearTimeout(timer);
    // Each answer, good or bad, starts the wait for the next.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [value, failure]);

  return (
    <main className="status-page">
      <header>
        <h1>{t('page.status')}</h1>
        <span className="muted">{t('page.status.updated')}</span>
      </header>
      {failure === undefined ? null : <FailureBox failure={failure} retry={reload} />}
      {value === undefined ? null : <Cards status={value} />}
    </main>
  );
}

function Cards({ status }: { readonly status: Status }) {
  const translator = useT();
  const { t, number } = translator;
  const [zone] = useZone();
  const started = Date.parse(status.startedAt);
  const refused = Object.entries(status.spansRefused);
  const refusedCount = refused.reduce((sum, [, count]) => sum + count, 0);
  return (
    <>
      {status.writable ? null : <p className="notice warn">{t('page.status.readOnly', { reason: status.writableReason ?? '' })}</p>}
      {status.trouble ? <p className="notice warn">{t('page.status.trouble', { reason: status.trouble })}</p> : null}
      {status.damage === undefined || status.damage.length === 0 ? null : (
        <div className="notice warn">
          {t('page.status.damage')}
          <ul>
            {status.damage.map((place) => (
              <li key={place}>
                <code>{place}</code>
              </li>
            ))}
          </ul>
        </div>
      )}
      <div className="cards">
        <Card title={t('page.status.stored')}>
          <Big name={t('page.status.spansStored')} value={number(status.spansStored)} />
          <Big name={t('page.status.tracesStored')} value={number(status.tracesStored)} />
          <Line name={t('page.status.range')}>
            {status.spanTimeRange === undefined ? (
              <span className="muted">{t('page.status.noSpans')}</span>
            ) : (
              <>
                {formatInstant(status.spanTimeRange.start, zone, 0)} – {formatInstant(status.spanTimeRange.end, zone, 0)}
              </>
            )}
          </Line>
        </Card>
        <Card title={t('page.status.arrivals')}>
          <Big name={t('page.status.received')} value={number(status.spansReceived)} />
          <Line name={t('page.status.repeated')}>{number(status.spansRepeated)}</Line>
          <Line name={t('page.status.refused')}>
            <span className={refusedCount > 0 ? 'error-text' : ''}>{number(refusedCount)}</span>
          </Line>
          {refused.map(([reason, count]) => (
            <Line key={reason} name={`· ${refusalText(reason, translator)}`}>
              {number(count)}
            </Line>
          ))}
          {Object.values(status.notTaken).some((count) => count > 0) ? (
            <Line name={t('page.status.notTaken')}>
              <span title={t('page.status.notTaken.help')}>
                {Object.entries(status.notTaken)
                  .filter(([, count]) => count > 0)
                  .map(([signal, count]) => `${number(count)} ${isSignal(signal) ? t(`page.status.${signal}`) : signal}`)
                  .join(', ')}
              </span>
            </Line>
          ) : null}
        </Card>
        <Card title={t('page.status.storage')}>
          <Big name={t('page.status.disk')} value={formatBytes(status.bytesOnDisk)} />
          <Line name={t('page.status.perSpan')}>{status.spansStored === 0 ? '–' : `${(status.bytesOnDisk / status.spansStored).toFixed(1)} B`}</Line>
          <Line name={t('page.status.blocks')}>{number(status.blocks)}</Line>
          <Line name={t('page.status.unflushed')}>{formatBytes(status.unflushedBytes)}</Line>
          <Line name={t('page.status.directory')}>
            <code>{status.dataDirectory}</code>
          </Line>
        </Card>
        <Card title={t('page.status.server')}>
          <Line name={t('page.status.version')}>{status.version}</Line>
          <Line name={t('page.status.started')}>
            {Number.isNaN(started) ? status.startedAt : `${formatInstant(instant(BigInt(started) * 1_000_000n), zone, 0)} · ${formatAge(instant(BigInt(started) * 1_000_000n), translator)}`}
          </Line>
          <Line name={t('page.status.bind')}>
            <code>{status.bind}</code>
          </Line>
        </Card>
      </div>
      <section className="card">
        <h2>{t('page.status.visible')}</h2>
        <p className="muted">{t('page.status.visible.help')}</p>
        <VisibilityTable status={status} />
      </section>
      <section className="card">
        <h2>{t('page.status.addresses')}</h2>
        <Addresses status={status} />
        {status.addresses.some((address) => address.fromContainer === null) ? <p className="notice">{t('empty.loopback')}</p> : null}
        <ConnectGuide addresses={status.addresses} />
      </section>
    </>
  );
}

function Card({ title, children }: { readonly title: string; readonly children: React.ReactNode }) {
  return (
    <section className="card">
      <h2>{title}</h2>
      <dl className="numeric">{children}</dl>
    </section>
  );
}

function Big({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div className="big">
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

function Line({ name, children }: { readonly name: string; readonly children: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function VisibilityTable({ status }: { readonly status: Status }) {
  const { t } = useT();
  const services = Object.entries(status.timeToVisible.services).sort(([a], [b]) => (a < b ? -1 : 1));
  return (
    <div className="table-scroll">
      <table className="numeric">
        <thead>
          <tr>
            <th rowSpan={2}>{t('page.status.service')}</th>
            <th rowSpan={2} className="right">
              {t('page.status.count')}
            </th>
            <th colSpan={2}>{t('page.status.endToArrival')}</th>
            <th colSpan={2}>{t('page.status.arrivalToVisible')}</th>
          </tr>
          <tr>
            {[0, 1].flatMap((part) => ['p50', 'p99'].map((quantile) => <th key={`${quantile}${part}`}>{quantile}</th>))}
          </tr>
        </thead>
        <tbody>
          <VisibilityRow name={<b>{t('page.status.all')}</b>} visibility={status.timeToVisible} />
          {services.map(([name, visibility]) => (
            <VisibilityRow
              key={name}
              name={
                <>
                  <ServiceDot name={name} /> {name}
                </>
              }
              visibility={visibility}
            />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function VisibilityRow({ name, visibility }: { readonly name: React.ReactNode; readonly visibility: Visibility }) {
  const { number } = useT();
  return (
    <tr>
      <td>{name}</td>
      <td className="right">{number(Math.max(visibility.endToArrival.count, visibility.arrivalToVisible.count))}</td>
      <Quantiles summary={visibility.endToArrival} />
      <Quantiles summary={visibility.arrivalToVisible} />
    </tr>
  );
}

function Quantiles({ summary }: { readonly summary: LatencySummary }) {
  const shown = summary.count > 0;
  return (
    <>
      <td>{shown ? formatMillis(summary.p50Ms) : '–'}</td>
      <td>{shown ? formatMillis(summary.p99Ms) : '–'}</td>
    </>
  );
}

const DOORS: Readonly<Record<string, MessageKey>> = { 'otlp-grpc': 'door.otlp-grpc', 'otlp-http': 'door.otlp-http', ui: 'door.ui' };

function Addresses({ status }: { readonly status: Status }) {
  const { t } = useT();
  return (
    <div className="table-scroll">
      <table>
        <thead>
          <tr>
            <th>{t('page.status.door')}</th>
            <th>{t('empty.fromHost')}</th>
            <th>{t('empty.fromContainer')}</th>
          </tr>
        </thead>
        <tbody>
          {status.addresses.map((address) => {
            const message = DOORS[address.door];
            return (
              <tr key={address.door}>
                <td>{message === undefined ? address.door : t(message as 'door.ui')}</td>
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
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
