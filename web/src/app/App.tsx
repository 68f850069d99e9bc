/** The shell: language and zone for every page, the header, and which page an address means. */
import { useMemo, useState } from 'react';
import { initialLanguage, translator, TranslatorContext, useT, type Language } from '../base/i18n.ts';
import { Link } from '../base/Link.tsx';
import { useLocation } from '../base/router.ts';
import { writeSetting } from '../base/settings.ts';
import { SearchPage } from '../features/search/SearchPage.tsx';
import { StatusPage } from '../features/status/StatusPage.tsx';
import { TracePage } from '../features/trace/TracePage.tsx';
import { Header } from './Header.tsx';

export function App() {
  const [language, setLanguage] = useState<Language>(() => initialLanguage(navigator.languages));
  const texts = useMemo(() => {
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
    return translator(language);
  }, [language]);
  return (
    <TranslatorContext value={texts}>
      <div className="app">
        <Header
          onLanguage={(next) => {
            writeSetting('language', next);
            setLanguage(next);
          }}
        />
        <div className="page">
          <Page />
        </div>
      </div>
    </TranslatorContext>
  );
}

function Page() {
  const { path } = useLocation();
  const { t } = useT();
  const trace = /^\/trace\/([^/]+)\/?$/.exec(path);
  if (trace !== null) {
    return <TracePage id={trace[1]!} />;
  }
  switch (path) {
    case '/':
    case '/search':
      return <SearchPage />;
    case '/status':
      return <StatusPage />;
    default:
      return (
        <main className="trace-message">
          <h1>{t('app.notFound', { path })}</h1>
          <Link href="/search">{t('app.notFound.search')}</Link>
        </main>
      );
  }
}
