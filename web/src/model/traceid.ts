/** Trace ids as people paste them: 1 to 32 hex digits in any case, perhaps with blanks around. */

export type TraceIdInput = { readonly ok: true; readonly id: string } | { readonly ok: false; readonly reason: 'empty' | 'long' | 'notHex' | 'zero' };

/** Normalises to lower case without padding; a W3C `traceparent` is taken by its trace id. */
export function readTraceId(text: string): TraceIdInput {
  let id = text.trim().toLowerCase();
  const traceparent = /^[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/.exec(id);
  if (traceparent !== null) {
    id = traceparent[1]!;
  }
  if (id === '') return { ok: false, reason: 'empty' };
  if (!/^[0-9a-f]+$/.test(id)) return { ok: false, reason: 'notHex' };
  if (id.length > 32) return { ok: false, reason: 'long' };
  if (/^0+$/.test(id)) return { ok: false, reason: 'zero' };
  return { ok: true, id };
}
