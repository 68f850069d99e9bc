/** Loads one trace and shows it, or says why it cannot. */
import { useEffect, useMemo, useState } from 'react';
import { fetchTrace } from '../../api/clew.ts';
import { useLoad } from '../../api/useLoad.ts';
import { useT } from '../../base/i18n.ts';
import { useLocation } from '../../base/router.ts';
import { readTraceId } from '../../model/traceid.ts';
import { buildTrace } from '../../model/trace.ts';
import { FailureBox } from '../../widgets/FailureBox.tsx';
import { formatBytes } from '../../widgets/format.ts';
import { BackLink } from './BackLink.tsx';
import { TraceView } from './TraceView.tsx';
import './trace.css';

export function TracePage({ id }: { readonly id: string }) {
  const { t } = useT();
  const { query } = useLocation();
  const [received, setReceived] = useState(0);
  const input = readTraceId(id);
  const loaded = useLoad(input.ok ? input.id : undefined, async (signal) => {
    setReceived(0);
    return fetchTrace(input.ok ? input.id : '', signal, setReceived);
  });
  const document = loaded.value;
  const traceId = input.ok ? input.id : '';
  const trace = useMemo(() => (document === undefined ? undefined : buildTrace(traceId, document)), [document, traceId]);
  useTitle(trace === undefined ? id.slice(0, 8) : titleOf(trace));

  if (!input.ok) {
    return (
      <main className="trace-message">
        <h1>{t('trace.notFound')}</h1>
        <p>{t(input.reason === 'empty' ? 'app.traceId.notHex' : `app.traceId.${input.reason}`)}</p>
        <BackLink />
      </main>
    );
  }
  if (trace !== undefined && trace.size > 0) {
    return <TraceView key={trace.id} trace={trace} missed={document?.missed ?? []} query={query} />;
  }
  if (loaded.failure?.kind === 'problem' && loaded.failure.status === 404) {
    return (
      <main className="trace-message">
        <h1>{t('trace.notFound')}</h1>
        <p>{t('trace.notFound.detail', { id: input.id })}</p>
        <div className="message-actions">
          <button type="button" className="button primary" onClick={() => loaded.reload()}>
            {t('common.retry')}
          </button>
          <BackLink />
        </div>
      </main>
    );
  }
  if (loaded.failure !== undefined) {
    return (
      <main className="trace-message">
        <FailureBox failure={loaded.failure} retry={() => loaded.reload()} />
        <BackLink />
      </main>
    );
  }
  return (
    <main className="trace-message" aria-busy="true">
      <span className="spinner" aria-hidden="true" />
      <p>
        {t('trace.loading')} {received > 0 ? <span className="muted numeric">{t('trace.received', { size: formatBytes(received) })}</span> : null}
      </p>
    </main>
  );
}

function titleOf(trace: ReturnType<typeof buildTrace>): string {
  return trace.size === 0 ? trace.id : `${trace.services[trace.serviceOf[trace.rootRow]!]!.name}: ${trace.spans[trace.rootRow]!.name ?? ''}`;
}

function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Clew`;
  }, [title]);
}
