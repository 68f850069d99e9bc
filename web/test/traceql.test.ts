import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { AnyValue } from '../src/api/otlp.ts';
import { nanos } from '../src/base/time.ts';
import { attributeName, attributeQuery, compose, durationLiteral, NO_FIELDS, parseAttributes, quote, type SearchFields } from '../src/model/traceql.ts';

const composed = (fields: Partial<SearchFields>): string => {
  const result = compose({ ...NO_FIELDS, ...fields });
  return result.ok ? result.query : `! ${result.field} ${result.read}`;
};

describe('literals', () => {
  it('escape what would end or change a string', () => {
    expect(quote('plain')).toBe('"plain"');
    expect(quote('say "hi" \\ bye')).toBe('"say \\"hi\\" \\\\ bye"');
    expect(quote('a\nb\tc\rd\u0001\u007f')).toBe('"a\\nb\\tc\\rd\\x01\\x7f"');
    expect(quote('服务 é 😀')).toBe('"服务 é 😀"');
    expect(quote('half \ud800')).toBe('"half \\ufffd"');
    expect(quote('`$(x)`')).toBe('"`$(x)`"');
  });

  it('quote attribute names that hold what ends a name', () => {
    expect(attributeName('http.status_code')).toBe('.http.status_code');
    expect(attributeName('a-b/c:d')).toBe('.a-b/c:d');
    expect(attributeName('foo bar')).toBe('."foo bar"');
    expect(attributeName('x=y')).toBe('."x=y"');
    expect(attributeName('say "x"\\')).toBe('."say \\"x\\"\\\\"');
    expect(attributeName('')).toBe('.""');
  });

  it('write durations exactly', () => {
    expect(durationLiteral(nanos(1_500_000_000n))).toBe('1500ms');
    expect(durationLiteral(nanos(2_000_000_000n))).toBe('2s');
    expect(durationLiteral(nanos(1_001n))).toBe('1001ns');
    expect(durationLiteral(nanos(0n))).toBe('0ns');
  });
});

describe('attribute conditions', () => {
  it('are read in all their forms', () => {
    expect(parseAttributes(' a=b  c.d!=e f>=5 "g h"="i j" k=~"x.*" l = m ')).toEqual([
      { key: 'a', operator: '=', value: 'b', quoted: false },
      { key: 'c.d', operator: '!=', value: 'e', quoted: false },
      { key: 'f', operator: '>=', value: '5', quoted: false },
      { key: 'g h', operator: '=', value: 'i j', quoted: true },
      { key: 'k', operator: '=~', value: 'x.*', quoted: true },
      { key: 'l', operator: '=', value: 'm', quoted: false },
    ]);
    expect(parseAttributes('   ')).toEqual([]);
    expect(parseAttributes('u="a \\"b\\" \\\\"')).toEqual([{ key: 'u', operator: '=', value: 'a "b" \\', quoted: true }]);
    expect(parseAttributes('url=http://x/?a=1&b=2')).toEqual([{ key: 'url', operator: '=', value: 'http://x/?a=1&b=2', quoted: false }]);
  });

  it.each([
    ['a=b c', 'c'],
    ['=b', '=b'],
    ['a="b', 'a="b'],
    ['a b=c', 'a b=c'],
  ])('name what cannot be read in %j', (text, unread) => expect(parseAttributes(text)).toEqual({ unread }));
});

describe('the query', () => {
  it('is {} for no fields', () => expect(composed({})).toBe('{}'));

  it('puts every condition on one span', () => {
    expect(composed({ service: 'gate way', operation: 'GET "/x"', errorsOnly: true, minDuration: '1.5s', maxDuration: '2m' })).toBe(
      '{ resource.service.name = "gate way" && name = "GET \\"/x\\"" && status = error && traceDuration >= 1500ms && traceDuration <= 120s }',
    );
    expect(composed({ minDuration: '3us', durationOf: 'span' })).toBe('{ duration >= 3us }');
  });

  it('compares by type, and finds numbers that were stored as text', () => {
    expect(composed({ attributes: 'http.status_code=500' })).toBe('{ (.http.status_code = 500 || .http.status_code = "500") }');
    expect(composed({ attributes: 'n!=5' })).toBe('{ (.n != 5 && .n != "5") }');
    expect(composed({ attributes: 'n>5.5 b=true' })).toBe('{ .n > 5.5 && (.b = true || .b = "true") }');
    expect(composed({ attributes: 'id="0042" user=ann' })).toBe('{ .id = "0042" && .user = "ann" }');
    expect(composed({ attributes: 'wait>100ms x=~"a|b"' })).toBe('{ .wait > 100ms && .x =~ "a|b" }');
  });

  it('cannot be broken out of', () => expect(composed({ service: '" || true } || {' })).toBe('{ resource.service.name = "\\" || true } || {" }'));

  it('says which field is wrong', () => {
    expect(composed({ minDuration: 'fast' })).toBe('! minDuration fast');
    expect(composed({ maxDuration: '5' })).toBe('! maxDuration 5');
    expect(composed({ attributes: 'a=b oops' })).toBe('! attributes oops');
  });
});

describe('the query for one attribute', () => {
  it('has the literal of the stored type, or none', () => {
    expect(attributeQuery('span', 'http.route', { stringValue: '/a "b"' })).toBe('{ span.http.route = "/a \\"b\\"" }');
    expect(attributeQuery('resource', 'process.pid', { intValue: '4711' })).toBe('{ resource.process.pid = 4711 }');
    expect(attributeQuery('span', 'x y', { boolValue: false })).toBe('{ span."x y" = false }');
    expect(attributeQuery('span', 'd', { doubleValue: 129.95 })).toBe('{ span.d = 129.95 }');
    expect(attributeQuery('span', 'd', { doubleValue: Infinity })).toBeUndefined();
    expect(attributeQuery('span', 'd', { doubleValue: 'NaN' })).toBeUndefined();
    expect(attributeQuery('span', 'd', { arrayValue: {} })).toBeUndefined();
    expect(attributeQuery('span', 'd', undefined)).toBeUndefined();
  });
});

describe('what the server is known to read', () => {
  // The server's parser is held to the same file.
  const file = new URL('../../traceql/src/test/resources/io/clew/traceql/parse/form-queries.tsv', import.meta.url);
  const cases = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split('\t') as [string, string, string]);

  it.each(cases)('is what %s %s gives', (from, input, query) => {
    const given: unknown = JSON.parse(input);
    expect(from === 'stored' ? attributeQuery('span', 'a', given as AnyValue) : composed(given as Partial<SearchFields>)).toBe(query);
  });
});
