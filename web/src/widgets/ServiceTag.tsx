/** A service's name with its colour. */
import { serviceColor } from '../model/color.ts';
import { useDark } from './useDark.ts';

export function ServiceDot({ name }: { readonly name: string }) {
  const dark = useDark();
  return <span className="service-dot" style={{ background: serviceColor(name, dark).fill }} aria-hidden="true" />;
}

export function ServiceTag({ name, count, errors = 0 }: { readonly name: string; readonly count?: string; readonly errors?: number }) {
  return (
    <span className={errors > 0 ? 'service-tag with-errors' : 'service-tag'}>
      <ServiceDot name={name} />
      <span className="service-name">{name}</span>
      {count === undefined ? null : <span className="service-count numeric">{count}</span>}
    </span>
  );
}
