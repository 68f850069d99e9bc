/** The search form. The fields write the TraceQL line below them; editing that line takes over from the fields. */
import { useEffect, useId, useState, type FormEvent, type ReactNode } from 'react';
import { fetchOperations, fetchServices } from '../../api/clew.ts';
import { useLoad } from '../../api/useLoad.ts';
import { useT } from '../../base/i18n.ts';
import { NO_FIELDS, type FieldName, type SearchFields } from '../../model/traceql.ts';
import { Combobox } from '../../widgets/Combobox.tsx';
import { ServiceDot } from '../../widgets/ServiceTag.tsx';
import { QueryEditor } from './QueryEditor.tsx';
import { RangeFields } from './RangeFields.tsx';
import { LIMITS, queryOf, type SearchState } from './state.ts';

interface Props {
  readonly state: SearchState;
  readonly busy: boolean;
  readonly onRun: (state: SearchState) => void;
}

export function SearchForm({ state, busy, onRun }: Props) {
  const { t } = useT();
  const [draft, setDraft] = useState(state);
  useEffect(() => setDraft(state), [state]);
  const services = useLoad('services', fetchServices);
  const service = draft.fields.service;
  const known = services.value?.names.includes(service) === true;
  const operations = useLoad(known ? service : undefined, (signal) => fetchOperations(service, signal));
  const operationNames = [...new Set(operations.value?.names.map((operation) => operation.name) ?? [])];

  const composed = queryOf(draft);
  const bad = composed.ok ? undefined : composed;
  const backwards = draft.range === 'custom' && draft.start !== undefined && draft.end !== undefined && draft.end < draft.start;
  const own = draft.own !== undefined;

  function set(fields: Partial<SearchFields>): void {
    setDraft((before) => ({ ...before, fields: { ...before.fields, ...fields } }));
  }

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (bad === undefined && !backwards) {
      onRun(draft);
    }
  }

  const complaint = (field: FieldName): ReactNode =>
    bad?.field === field ? (
      <p className="error-text" role="alert">
        {t(field === 'attributes' ? 'search.attributes.bad' : 'search.duration.bad', { read: bad.read })}
      </p>
    ) : null;

  return (
    <form className="search-form" onSubmit={submit} aria-label={t('search.title')}>
      <fieldset disabled={own} className={own ? 'overridden' : ''}>
        <Field label={t('search.service')}>
          {(id) => (
            <Combobox
              id={id}
              value={service}
              options={services.value?.names ?? []}
              unlisted={services.value?.unlisted ?? 0}
              placeholder={t('search.service.any')}
              clearLabel={t('common.clear')}
              onChange={(value) => set({ service: value, ...(value === service ? {} : { operation: '' }) })}
              mark={(name) => <ServiceDot name={name} />}
            />
          )}
        </Field>
        <Field label={t('search.operation')}>
          {(id) => (
            <Combobox
              id={id}
              value={draft.fields.operation}
              options={operationNames}
              unlisted={operations.value?.unlisted ?? 0}
              placeholder={t('search.operation.any')}
              clearLabel={t('common.clear')}
              onChange={(operation) => set({ operation })}
            />
          )}
        </Field>
        <Field label={t('search.attributes')}>
          {(id) => (
            <>
              <input
                id={id}
                type="text"
                className="mono"
                spellCheck={false}
                autoComplete="off"
                value={draft.fields.attributes}
                placeholder={t('search.attributes.placeholder')}
                aria-invalid={bad?.field === 'attributes'}
                onChange={(event) => set({ attributes: event.target.value })}
              />
              {complaint('attributes') ?? <p className="hint">{t('search.attributes.help')}</p>}
            </>
          )}
        </Field>
        <div className="field">
          <div className="field-label">
            <span>{t('search.duration')}</span>
            <div className="segmented" role="group" aria-label={t('search.duration.of')}>
              {(['trace', 'span'] as const).map((of) => (
                <button key={of} type="button" aria-pressed={draft.fields.durationOf === of} onClick={() => set({ durationOf: of })}>
                  {t(`search.duration.${of}`)}
                </button>
              ))}
            </div>
          </div>
          <div className="pair">
            {(['min', 'max'] as const).map((end) => (
              <input
                key={end}
                type="text"
                className="mono"
                aria-label={`${t('search.duration')} ${t(`search.duration.${end}`)}`}
                title={t(`search.duration.${end}`)}
                autoComplete="off"
                placeholder={`${end === 'min' ? '≥' : '≤'} ${t(`search.duration.placeholder.${end}`)}`}
                value={draft.fields[`${end}Duration`]}
                aria-invalid={bad?.field === `${end}Duration`}
                onChange={(event) => set({ [`${end}Duration`]: event.target.value })}
              />
            ))}
          </div>
          {complaint('minDuration')}
          {complaint('maxDuration')}
        </div>
        <label className="check">
          <input type="checkbox" checked={draft.fields.errorsOnly} onChange={(event) => set({ errorsOnly: event.target.checked })} />
          {t('search.errorsOnly')}
        </label>
      </fieldset>
      <RangeFields state={draft} backwards={backwards} onChange={(range) => setDraft((before) => ({ ...before, ...range }))} />
      <QueryEditor
        composed={composed.ok ? composed.query : ''}
        own={draft.own}
        onOwn={(value) => setDraft((before) => ({ ...before, own: value }))}
        onSubmit={() => onRun(draft)}
      />
      <div className="search-actions">
        <button type="submit" className="button primary" disabled={bad !== undefined || backwards}>
          {busy ? t('search.running') : t('search.run')}
        </button>
        <button
          type="button"
          className="button"
          onClick={() => onRun({ fields: NO_FIELDS, own: undefined, range: 'all', start: undefined, end: undefined, limit: draft.limit })}
        >
          {t('search.reset')}
        </button>
        <label className="limit">
          <span>{t('search.limit')}</span>
          <select value={draft.limit} onChange={(event) => setDraft({ ...draft, limit: Number(event.target.value) })}>
            {[...new Set([...LIMITS, draft.limit])].map((limit) => (
              <option key={limit}>{limit}</option>
            ))}
          </select>
        </label>
      </div>
    </form>
  );
}

function Field({ label, children }: { readonly label: string; readonly children: (id: string) => ReactNode }) {
  const id = useId();
  return (
    <div className="field">
      <label className="field-label" htmlFor={id}>
        {label}
      </label>
      {children(id)}
    </div>
  );
}
