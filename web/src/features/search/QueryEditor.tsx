/** The TraceQL line: shows what the fields mean, and becomes an editor when the user takes it over. */
import { useEffect, useRef } from 'react';
import { useT } from '../../base/i18n.ts';
import { CopyButton } from '../../widgets/CopyButton.tsx';

interface Props {
  readonly composed: string;
  readonly own: string | undefined;
  readonly onOwn: (query: string | undefined) => void;
  readonly onSubmit: () => void;
}

export function QueryEditor({ composed, own, onOwn, onSubmit }: Props) {
  const { t } = useT();
  const area = useRef<HTMLTextAreaElement>(null);
  const tookOver = useRef(false);
  useEffect(() => {
    if (own !== undefined && tookOver.current) {
      tookOver.current = false;
      area.current?.focus();
    }
  }, [own]);

  return (
    <div className="field query">
      <div className="field-label">
        <label htmlFor="traceql">{t('search.query')}</label>
        <span className="muted">{own === undefined ? t('search.query.fromFields') : t('search.query.own')}</span>
        <button
          type="button"
          className="plain"
          onClick={() => {
            tookOver.current = own === undefined;
            onOwn(own === undefined ? composed : undefined);
          }}
        >
          {own === undefined ? t('search.query.edit') : t('search.query.back')}
        </button>
      </div>
      {own === undefined ? (
        <div className="query-shown">
          <code id="traceql">{composed}</code>
          <CopyButton text={composed} />
        </div>
      ) : (
        <textarea
          id="traceql"
          ref={area}
          className="mono"
          rows={Math.min(10, Math.max(3, own.split('\n').length + 1))}
          spellCheck={false}
          value={own}
          placeholder={'{ resource.service.name = "shop" && duration > 100ms }'}
          onChange={(event) => onOwn(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && !event.shiftKey && !event.nativeEvent.isComposing) {
              event.preventDefault();
              onSubmit();
            }
          }}
        />
      )}
    </div>
  );
}
