/** A service's name with its colour, and the number of its errors where it has any. */
import { useT } from '../base/i18n.ts';
import { serviceColor } from '../model/color.ts';
import { useDark } from './useDark.ts';

export function ServiceDot({ name }: { readonly name: string }) {
  const dark = useDark();
  return <span className="service-dot" style={{ background: serviceColor(name, dark).fill }} aria-hidden="true" />;
}

export function ServiceTag({ name, count, errors = 0 }: { readonly name: string; readonly count?: string; readonly errors?: number }) {
  return (
    <span className="service-tag">
      <ServiceDot name={name} />
      <span className="service-name">{name}</span>
      {count === undefined ? null : <span className="service-count numeric">{count}</span>}
      {errors > 0 ? <ErrorCount errors={errors} /> : null}
    </span>
  );
}

export function ErrorCount({ errors }: { readonly errors: number }) {
  const { tn, number } = useT();
  return (
    <span className="error-count numeric" title={tn('search.errors', errors)}>
      {number(errors)}
    </span>
  );
}
