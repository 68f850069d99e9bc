/** The bar on every page: the way to the pages, the trace-id box, time zone and language. */
import { useState, type FormEvent } from 'react';
import { LANGUAGES, useT, type Language } from '../base/i18n.ts';
import { Link } from '../base/Link.tsx';
import { navigate, traceHref, useLocation } from '../base/router.ts';
import { useZone } from '../base/zone.ts';
import { readTraceId } from '../model/traceid.ts';

export function Header({ onLanguage }: { readonly onLanguage: (language: Language) => void }) {
  const { t, language } = useT();
  const { path } = useLocation();
  const [zone, setZone] = useZone();
  return (
    <header className="app-header">
      <Link href="/search" className="brand" aria-label={t('app.home')}>
        <img src="/clew.svg" width="24" height="24" alt="" />
        <b>Clew</b>
        <span lang="zh-CN">线索</span>
      </Link>
      <nav>
        <Link href="/search" aria-current={path === '/search' || path === '/' ? 'page' : undefined}>
          {t('app.search')}
        </Link>
        <Link href="/status" aria-current={path === '/status' ? 'page' : undefined}>
          {t('app.status')}
        </Link>
      </nav>
      <TraceIdBox />
      <div className="header-end">
        <div className="segmented" role="group" aria-label={t('app.zone')}>
          {(['local', 'utc'] as const).map((name) => (
            <button key={name} type="button" aria-pressed={zone === name} onClick={() => setZone(name)}>
              {t(`app.zone.${name}`)}
            </button>
          ))}
        </div>
        <div className="segmented" role="group" aria-label={t('app.language')}>
          {LANGUAGES.map((name) => (
            <button key={name} type="button" lang={name === 'zh' ? 'zh-CN' : 'en'} aria-pressed={language === name} onClick={() => onLanguage(name)}>
              {name === 'zh' ? '中文' : 'English'}
            </button>
          ))}
        </div>
      </div>
    </header>
  );
}

function TraceIdBox() {
  const { t } = useT();
  const [text, setText] = useState('');
  const [asked, setAsked] = useState(false);
  const input = readTraceId(text);
  const complaint = input.ok || input.reason === 'empty' || (input.reason === 'zero' && !asked) ? undefined : t(`app.traceId.${input.reason}`);

  function submit(event: FormEvent): void {
    event.preventDefault();
    if (input.ok) {
      navigate(traceHref(input.id));
      setText('');
      setAsked(false);
    } else {
      setAsked(true);
    }
  }

  return (
    <form className="trace-box" role="search" onSubmit={submit}>
      <input
        type="text"
        className="mono"
        spellCheck={false}
        autoComplete="off"
        aria-label={t('app.traceId')}
        aria-invalid={complaint !== undefined}
        placeholder={t('app.traceId.placeholder')}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      {complaint === undefined ? null : (
        <p className="trace-box-complaint" role="alert">
          {complaint}
        </p>
      )}
    </form>
  );
}
