/** Attribute values of OTLP as text with their type; nothing is lost or rounded on the way. */
import type { AnyValue, KeyValue } from '../api/otlp.ts';

export type ValueType = 'string' | 'int' | 'double' | 'bool' | 'bytes' | 'array' | 'map' | 'empty';

export function typeOf(value: AnyValue | undefined): ValueType {
  if (value === undefined) {
    return 'empty';
  }
  if (value.stringValue !== undefined) return 'string';
  if (value.intValue !== undefined) return 'int';
  if (value.doubleValue !== undefined) return 'double';
  if (value.boolValue !== undefined) return 'bool';
  if (value.bytesValue !== undefined) return 'bytes';
  if (value.arrayValue !== undefined) return 'array';
  if (value.kvlistValue !== undefined) return 'map';
  return 'empty';
}

/** One line of text: strings as they are, bytes in hex, arrays and maps as JSON-like text. Empty values give ''. */
export function textOf(value: AnyValue | undefined): string {
  return value?.stringValue ?? literal(value);
}

function literal(value: AnyValue | undefined): string {
  if (value === undefined) return '';
  switch (typeOf(value)) {
    case 'string':
      return JSON.stringify(value.stringValue);
    case 'int':
      return String(value.intValue);
    case 'double':
      return String(value.doubleValue);
    case 'bool':
      return String(value.boolValue);
    case 'bytes':
      return hexOf(value.bytesValue!);
    case 'array':
      return `[${(value.arrayValue?.values ?? []).map(inner).join(', ')}]`;
    case 'map':
      return `{${(value.kvlistValue?.values ?? []).map((entry) => `${JSON.stringify(entry.key ?? '')}: ${inner(entry.value)}`).join(', ')}}`;
    case 'empty':
      return '';
  }
}

const inner = (value: AnyValue | undefined): string => literal(value) || 'null';

/** Base64 to `0x…`; text that is not base64 is shown as received. */
function hexOf(base64: string): string {
  try {
    const binary = atob(base64.replace(/-/g, '+').replace(/_/g, '/'));
    let hex = '0x';
    for (let i = 0; i < binary.length; i++) {
      hex += binary.charCodeAt(i).toString(16).padStart(2, '0');
    }
    return hex;
  } catch {
    return base64;
  }
}

/** Strings that hold a JSON object or array are laid out over lines; undefined when they do not. */
export function prettyJson(text: string): string | undefined {
  const trimmed = text.trim();
  if (!(trimmed.startsWith('{') && trimmed.endsWith('}')) && !(trimmed.startsWith('[') && trimmed.endsWith(']'))) {
    return undefined;
  }
  try {
    return JSON.stringify(JSON.parse(trimmed), null, 2);
  } catch {
    return undefined;
  }
}

/** The first value of `key`, as text; undefined when the key is missing. */
export function attributeText(attributes: readonly KeyValue[] | undefined, key: string): string | undefined {
  const found = attributes?.find((attribute) => attribute.key === key);
  return found === undefined ? undefined : textOf(found.value);
}
