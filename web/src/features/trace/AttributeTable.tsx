/** Keys and typed values; JSON is laid out, links are links, every value can be copied and searched for. */
import type { KeyValue } from '../../api/otlp.ts';
import { useT } from '../../base/i18n.ts';
import { Link } from '../../base/Link.tsx';
import { hrefOf } from '../../base/router.ts';
import { attributeQuery } from '../../model/traceql.ts';
import { prettyJson, textOf, typeOf } from '../../model/value.ts';
import { CopyButton } from '../../widgets/CopyButton.tsx';

interface Props {
  readonly attributes: readonly KeyValue[];
  /** Where a search looks for the value; undefined for attributes that cannot be searched by value here. */
  readonly scope: 'span' | 'resource' | undefined;
  readonly filter?: string;
}

export function AttributeTable({ attributes, scope, filter = '' }: Props) {
  const wanted = filter.trim().toLowerCase();
  const shown = wanted === '' ? attributes : attributes.filter(({ key = '', value }) => `${key}=${textOf(value)}`.toLowerCase().includes(wanted));
  return (
    <table className="attributes">
      <tbody>
        {shown.map((attribute, i) => (
          <Row key={`${attribute.key} ${i}`} attribute={attribute} scope={scope} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ attribute, scope }: { readonly attribute: KeyValue; readonly scope: Props['scope'] }) {
  const { t } = useT();
  const key = attribute.key ?? '';
  const { value } = attribute;
  const text = textOf(value);
  const type = typeOf(value);
  const query = scope === undefined ? undefined : attributeQuery(scope, key, value);
  return (
    <tr>
      <th scope="row">{key}</th>
      <td>
        <Value text={text} type={type} />
      </td>
      <td className="type">{type === 'empty' ? t('span.empty') : type}</td>
      <td className="actions">
        <CopyButton text={text} label={t('span.copyValue')} />
        {query === undefined ? null : (
          <Link className="find-value" href={hrefOf('/search', { q: query })} title={t('span.searchValue')} aria-label={t('span.searchValue')}>
            <svg viewBox="0 0 16 16" width="13" height="13" fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" aria-hidden="true">
              <circle cx="7" cy="7" r="4.2" />
              <path d="M10.2 10.2L13.5 13.5" />
            </svg>
          </Link>
        )}
      </td>
    </tr>
  );
}

function Value({ text, type }: { readonly text: string; readonly type: string }) {
  if (type === 'string' && /^https?:\/\/\S+$/.test(text)) {
    return (
      <a href={text} target="_blank" rel="noreferrer noopener">
        {text}
      </a>
    );
  }
  const json = type === 'string' ? prettyJson(text) : undefined;
  if (json !== undefined) {
    return <pre>{json}</pre>;
  }
  return text.includes('\n') ? <pre>{text}</pre> : <span className={`value ${type}`}>{text}</span>;
}
