/** Says that an answer may lack what stood in damaged places, and which these are; nothing when it lacks nothing. */
import { useT } from '../base/i18n.ts';
import { Link } from '../base/Link.tsx';

interface Props {
  readonly what: 'traces' | 'spans';
  /** One line each: file, offset, what was found. */
  readonly places: readonly string[];
}

export function MissedNotice({ what, places }: Props) {
  const { t, tn } = useT();
  return places.length === 0 ? null : (
    <div className="notice warn missed" role="status">
      <p>
        {t(`missed.${what}`)} <Link href="/status">{t('missed.status')}</Link>
      </p>
      <details>
        <summary>{tn('missed.places', places.length)}</summary>
        <ul>
          {places.map((place) => (
            <li key={place}>
              <code>{place}</code>
            </li>
          ))}
        </ul>
      </details>
    </div>
  );
}
