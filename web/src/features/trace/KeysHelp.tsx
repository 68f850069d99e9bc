/** The keys of the trace page. */
import { useT } from '../../base/i18n.ts';
import { HELP } from './keys.ts';

export function KeysHelp({ onClose }: { readonly onClose: () => void }) {
  const { t } = useT();
  return (
    <div className="keys-help" role="dialog" aria-label={t('trace.keys')}>
      <header>
        <h2>{t('trace.keys')}</h2>
        <button type="button" className="button icon" aria-label={t('common.close')} onClick={onClose} autoFocus>
          ×
        </button>
      </header>
      <dl>
        {HELP.map(([keys, message]) => (
          <div key={message}>
            <dt>
              {keys.split(' ').map((key, i) => (key === '·' ? <span key={i}>·</span> : <kbd key={i}>{key}</kbd>))}
            </dt>
            <dd>{t(message)}</dd>
          </div>
        ))}
      </dl>
      <p className="muted">{t('trace.keys.wheel')}</p>
    </div>
  );
}
