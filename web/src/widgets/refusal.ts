/** Why spans were refused, in words; a reason of a newer server is shown by its own label. */
import type { MessageKey, Translator } from '../base/i18n.ts';

const KNOWN = ['bad_trace_id', 'bad_span_id', 'bad_parent_id', 'bad_link_id', 'bad_utf8', 'bad_depth'] as const;

export function refusalText(label: string, { t }: Translator): string {
  const known = KNOWN.find((reason) => reason === label);
  return known === undefined ? label : t(`refused.${known}` satisfies MessageKey);
}
