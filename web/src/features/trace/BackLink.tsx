/** Leads to the list the trace was opened from in this tab, else to a plain search. */
import { useT } from '../../base/i18n.ts';
import { Link } from '../../base/Link.tsx';

export function BackLink() {
  const { t } = useT();
  let href = '/search';
  try {
    href = window.sessionStorage.getItem('clew.search') ?? href;
  } catch {
    // Session storage is forbidden: the plain search page will do.
  }
  return (
    <Link className="back" href={href}>
      ‹ {t('trace.back')}
    </Link>
  );
}
