/** Explains a failed request: what was read, what was expected, and for a query the caret under the spot. */
import type { ApiFailure } from '../api/problem.ts';
import { useT } from '../base/i18n.ts';

export function FailureBox({ failure, retry }: { readonly failure: ApiFailure; readonly retry?: (() => void) | undefined }) {
  const { t } = useT();
  return (
    <section className="failure" role="alert">
      <Body failure={failure} />
      {retry === undefined ? null : (
        <button type="button" className="button small" onClick={retry}>
          {t('common.retry')}
        </button>
      )}
    </section>
  );
}

function Body({ failure }: { readonly failure: ApiFailure }) {
  const { t } = useT();
  if (failure.kind === 'unreachable') {
    return (
      <>
        <h3>{t('error.unreachable')}</h3>
        <p>{t('error.unreachable.detail', { origin: window.location.origin, message: failure.message })}</p>
      </>
    );
  }
  if (failure.kind === 'unreadable') {
    return (
      <>
        <h3>{t('error.unreadable')}</h3>
        <p>{t('error.unreadable.detail', { status: failure.status, message: failure.message })}</p>
      </>
    );
  }
  const { problem, status } = failure;
  // The caret's facts say all that the detail does.
  const saidBelow = Boolean(problem.caret && problem.read && problem.expected);
  const isQuery = problem.caret !== undefined && problem.caret !== null;
  return (
    <>
      <h3>{isQuery ? t('error.query') : (problem.title ?? t('error.http', { status }))}</h3>
      {problem.detail === undefined || saidBelow ? null : <p>{problem.detail}</p>}
      {isQuery ? <pre className="caret">{problem.caret}</pre> : null}
      <dl>
        <Fact name={t('error.parameter')} value={isQuery ? undefined : problem.parameter} />
        <Fact name={t('error.read')} value={problem.read} />
        <Fact name={t('error.expected')} value={problem.expected} prose />
        <Fact name={t('error.hint')} value={problem.hint} prose />
      </dl>
      {problem.line === undefined || problem.line === null || problem.column === undefined ? null : (
        <p className="muted">{t('error.position', { line: problem.line, column: problem.column })}</p>
      )}
    </>
  );
}

function Fact({ name, value, prose = false }: { readonly name: string; readonly value: string | null | undefined; readonly prose?: boolean }) {
  return value === undefined || value === null || value === '' ? null : (
    <div>
      <dt>{name}</dt>
      <dd>{prose ? value : <code>{value}</code>}</dd>
    </div>
  );
}
