/** Writes TraceQL from the search form's fields, and the escaping that keeps any name a name. */
import type { AnyValue } from '../api/otlp.ts';
import { parseTypedNanos, type Nanos } from '../base/time.ts';

export type DurationOf = 'trace' | 'span';

export interface SearchFields {
  readonly service: string;
  readonly operation: string;
  readonly minDuration: string;
  readonly maxDuration: string;
  readonly durationOf: DurationOf;
  readonly errorsOnly: boolean;
  /** `key=value "quoted key"="a b" key>5`, all of which must hold. */
  readonly attributes: string;
}

export const NO_FIELDS: SearchFields = {
  service: '',
  operation: '',
  minDuration: '',
  maxDuration: '',
  durationOf: 'trace',
  errorsOnly: false,
  attributes: '',
};

export type FieldName = 'minDuration' | 'maxDuration' | 'attributes';

export type Composed =
  | { readonly ok: true; readonly query: string }
  | { readonly ok: false; readonly field: FieldName; readonly read: string };

/** A TraceQL string literal, double quoted with Go's escapes. */
export function quote(text: string): string {
  let result = '"';
  for (const char of text) {
    const code = char.codePointAt(0)!;
    if (char === '"' || char === '\\') {
      result += `\\${char}`;
    } else if (char === '\n') {
      result += '\\n';
    } else if (char === '\t') {
      result += '\\t';
    } else if (char === '\r') {
      result += '\\r';
    } else if (code < 0x20 || code === 0x7f) {
      result += `\\x${code.toString(16).padStart(2, '0')}`;
    } else if (code >= 0xd800 && code <= 0xdfff) {
      result += '\\ufffd';
    } else {
      result += char;
    }
  }
  return `${result}"`;
}

/** An unscoped attribute, quoted where it begins with a digit or holds what would end a name: blanks and `{ } ( ) = ~ ! < > & | ^ , "`. */
export function attributeName(name: string): string {
  return /^(?!\p{Nd})[^\s\x1c-\x1f\x85{}()=~!<>&|^,"\\]+$/u.test(name) ? `.${name}` : `."${name.replace(/[\\"]/g, (char) => `\\${char}`)}"`;
}

/** A duration literal in the largest unit that keeps it whole. */
export function durationLiteral(value: Nanos): string {
  for (const [unit, size] of [['s', 1_000_000_000n], ['ms', 1_000_000n], ['us', 1_000n]] as const) {
    if (value !== 0n && value % size === 0n) {
      return `${value / size}${unit}`;
    }
  }
  return `${value}ns`;
}

export interface AttributeCondition {
  readonly key: string;
  readonly operator: string;
  readonly value: string;
  /** Quoted values are strings whatever they look like. */
  readonly quoted: boolean;
}

const TOKEN = /\s*("(?:[^"\\]|\\.)*"|[^\s=!<>~"]+)\s*(=~|!~|!=|>=|<=|=|>|<)\s*("(?:[^"\\]|\\.)*"|[^\s"]+)(?=\s|$)/y;

/** Reads `key=value` pairs parted by blanks; on failure gives the text that could not be read. */
export function parseAttributes(text: string): readonly AttributeCondition[] | { readonly unread: string } {
  const conditions: AttributeCondition[] = [];
  const trimmed = text.trim();
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < trimmed.length) {
    const from = TOKEN.lastIndex;
    const match = TOKEN.exec(trimmed);
    if (match === null) {
      return { unread: trimmed.slice(from).trim() };
    }
    const [, key, operator, value] = match;
    conditions.push({ key: unquoted(key!), operator: operator!, value: unquoted(value!), quoted: value!.startsWith('"') });
  }
  return conditions;
}

function unquoted(text: string): string {
  return text.startsWith('"') ? text.slice(1, -1).replace(/\\(.)/g, '$1') : text;
}

const SMALLEST_INT = -(2n ** 63n);
const LARGEST_INT = 2n ** 63n - 1n;

/** An int literal; undefined where 64 bits do not hold it. */
function intLiteral(digits: string): string | undefined {
  const value = BigInt(digits);
  // Its absolute value is no int, so that it cannot be written with a minus sign.
  return value === SMALLEST_INT ? 'minInt' : value < SMALLEST_INT || value > LARGEST_INT ? undefined : String(value);
}

/** A literal of a finite double, or undefined; one without fraction or exponent would be read as an int. */
function doubleLiteral(value: number): string | undefined {
  const text = String(value);
  return !Number.isFinite(value) ? undefined : /[.e]/.test(text) || Number.isSafeInteger(value) ? text : `${text}.0`;
}

/** The literal of a typed number, undefined when it is none or larger than a double. */
function numberLiteral(text: string): string | undefined {
  if (/^-?\d+$/.test(text)) {
    return intLiteral(text) ?? doubleLiteral(Number(text));
  }
  return /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text) ? doubleLiteral(Number(text)) : undefined;
}

/** Numbers, booleans and durations compare by type; a bare word is a string. Equality of a number also tries its text. */
function conditionText({ key, operator, value, quoted }: AttributeCondition): string {
  const name = attributeName(key);
  if (operator === '=~' || operator === '!~' || quoted) {
    return `${name} ${operator} ${quote(value)}`;
  }
  // What is too long for an int is an id written in digits: no number is equal to it.
  const tooLong = /^-?\d+$/.test(value) && intLiteral(value) === undefined;
  const literal = value === 'true' || value === 'false' ? value : numberLiteral(value);
  if (literal !== undefined && !(tooLong && (operator === '=' || operator === '!='))) {
    if (operator === '=') {
      return `(${name} = ${literal} || ${name} = ${quote(value)})`;
    }
    return operator === '!=' ? `(${name} != ${literal} && ${name} != ${quote(value)})` : `${name} ${operator} ${literal}`;
  }
  const duration = operator === '=' || operator === '!=' ? undefined : parseTypedNanos(value);
  return `${name} ${operator} ${duration === undefined ? quote(value) : durationLiteral(duration)}`;
}

/** The one query that the fields mean: `{ ... }` with every condition on the same span. */
export function compose(fields: SearchFields): Composed {
  const conditions: string[] = [];
  if (fields.service !== '') {
    conditions.push(`resource.service.name = ${quote(fields.service)}`);
  }
  if (fields.operation !== '') {
    conditions.push(`name = ${quote(fields.operation)}`);
  }
  if (fields.errorsOnly) {
    conditions.push('status = error');
  }
  const duration = fields.durationOf === 'trace' ? 'traceDuration' : 'duration';
  for (const [field, operator] of [['minDuration', '>='], ['maxDuration', '<=']] as const) {
    const text = fields[field].trim();
    if (text !== '') {
      const value = parseTypedNanos(text);
      if (value === undefined) {
        return { ok: false, field, read: text };
      }
      conditions.push(`${duration} ${operator} ${durationLiteral(value)}`);
    }
  }
  const attributes = parseAttributes(fields.attributes);
  if ('unread' in attributes) {
    return { ok: false, field: 'attributes', read: attributes.unread };
  }
  conditions.push(...attributes.map(conditionText));
  return { ok: true, query: conditions.length === 0 ? '{}' : `{ ${conditions.join(' && ')} }` };
}

/** The query for all spans with this attribute value, typed as it is stored; undefined where TraceQL has no literal for it. */
export function attributeQuery(scope: 'span' | 'resource', key: string, value: AnyValue | undefined): string | undefined {
  const literal =
    value?.stringValue !== undefined
      ? quote(value.stringValue)
      : value?.intValue !== undefined
        ? intLiteral(String(value.intValue))
        : value?.boolValue !== undefined
          ? String(value.boolValue)
          : typeof value?.doubleValue === 'number'
            ? doubleLiteral(value.doubleValue)
            : undefined;
  return literal === undefined ? undefined : `{ ${scope}${attributeName(key)} = ${literal} }`;
}
