/** Copies a text and says so for two seconds. */
import { useEffect, useState } from 'react';
import { copyText } from '../base/clipboard.ts';
import { useT } from '../base/i18n.ts';

type Outcome = 'idle' | 'copied' | 'refused';

export function CopyButton({ text, label }: { readonly text: string; readonly label?: string }) {
  const { t } = useT();
  const [outcome, setOutcome] = useState<Outcome>('idle');
  useEffect(() => {
    if (outcome === 'idle') {
      return;
    }
    const timer = setTimeout(() => setOutcome('idle'), 2000);
    return () => clearTimeout(timer);
  }, [outcome]);
  const title = label ?? t('common.copy');
  return (
    <button
      type="button"
      className={`copy ${outcome}`}
      title={outcome === 'refused' ? t('common.copyFailed') : outcome === 'copied' ? t('common.copied') : title}
      aria-label={title}
      onClick={() => void copyText(text).then((done) => setOutcome(done ? 'copied' : 'refused'))}
    >
      <svg viewBox="0 0 16 16" width="13" height="13" aria-hidden="true" fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round">
        {outcome === 'copied' ? (
          <path d="M3 8.5l3.2 3.2L13 5" />
        ) : outcome === 'refused' ? (
          <path d="M4 4l8 8M12 4l-8 8" />
        ) : (
          <>
            <rect x="5.5" y="5.5" width="8" height="8" rx="1.5" />
            <path d="M10.5 5.5v-2a1 1 0 0 0-1-1h-6a1 1 0 0 0-1 1v6a1 1 0 0 0 1 1h2" />
          </>
        )}
      </svg>
      <span className="visually-hidden" role="status">
        {outcome === 'copied' ? t('common.copied') : outcome === 'refused' ? t('common.copyFailed') : ''}
      </span>
    </button>
  );
}
