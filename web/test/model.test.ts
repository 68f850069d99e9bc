import { describe, expect, it } from 'vitest';
import { serviceColor } from '../src/model/color.ts';
import { findRows, TraceText, wordsOf } from '../src/model/find.ts';
import { readTraceId } from '../src/model/traceid.ts';
import { buildTrace } from '../src/model/trace.ts';
import { attributeText, prettyJson, textOf, typeOf } from '../src/model/value.ts';
import { endpointsOf, linesFor } from '../src/widgets/connect.ts';
import { formatBytes, formatMillis } from '../src/widgets/format.ts';
import { hrefOfState, stateOf, type SearchState } from '../src/features/search/state.ts';
import { shopTrace } from './shop.ts';

describe('attribute values', () => {
  it.each([
    [{ stringValue: 'x' }, 'string', 'x'],
    [{ stringValue: '' }, 'string', ''],
    [{ intValue: '9223372036854775807' }, 'int', '9223372036854775807'],
    [{ intValue: 0 }, 'int', '0'],
    [{ doubleValue: 0.1 }, 'double', '0.1'],
    [{ doubleValue: 'NaN' }, 'double', 'NaN'],
    [{ boolValue: false }, 'bool', 'false'],
    [{ bytesValue: 'q83v' }, 'bytes', '0xabcdef'],
    [{ bytesValue: '' }, 'bytes', '0x'],
    [{ arrayValue: { values: [{ stringValue: 'a' }, { intValue: '1' }, {}] } }, 'array', '["a", 1, null]'],
    [{ arrayValue: {} }, 'array', '[]'],
    [{ kvlistValue: { values: [{ key: 'k', value: { arrayValue: { values: [{ boolValue: true }] } } }] } }, 'map', '{"k": [true]}'],
    [{}, 'empty', ''],
    [undefined, 'empty', ''],
  ])('%j', (value, type, text) => {
    expect(typeOf(value)).toBe(type);
    expect(textOf(value)).toBe(text);
  });

  it('lay JSON out, and leave alone what only looks like it', () => {
    expect(prettyJson(' {"a":[1]} ')).toBe('{\n  "a": [\n    1\n  ]\n}');
    expect(prettyJson('{a}')).toBeUndefined();
    expect(prettyJson('12')).toBeUndefined();
  });

  it('are found by key, the first of repeated ones', () => {
    const attributes = [{ key: 'a', value: { intValue: '1' } }, { key: 'a', value: { intValue: '2' } }];
    expect(attributeText(attributes, 'a')).toBe('1');
    expect(attributeText(attributes, 'b')).toBeUndefined();
    expect(attributeText(undefined, 'b')).toBeUndefined();
  });
});

describe('finding in a trace', () => {
  const made = shopTrace(4, 1_700_000_000_000_000_000n);
  const trace = buildTrace(made.id, made.document);
  const find = (query: string): string[] => [...findRows(new TraceText(trace), trace.size, wordsOf(query))].flat().map((row) => trace.spans[row]!.name!);

  it('splits words, keeps quoted ones together', () => {
    expect(wordsOf('  Foo "Bar baz" qux')).toEqual(['foo', 'bar baz', 'qux']);
    expect(wordsOf('"open end')).toEqual(['open end']);
    expect(wordsOf(' ""  ')).toEqual([]);
  });

  it('looks at names, services, ids and key=value, ignoring case', () => {
    expect(find('UPDATE shop')).toEqual(['UPDATE shop.stock']);
    expect(find('db.system.name=redis').every((name) => name === 'HGET price')).toBe(true);
    expect(find('db.system.name=redis').length).toBeGreaterThan(2);
    expect(find(made.rootSpanId)).toEqual(['POST /checkout']);
    expect(find('service.name=mail').sort()).toEqual(['order.created process', 'render', 'smtp send']);
    expect(find('茶壶')).toEqual(['POST /checkout']);
  });

  it('wants every word on the same span', () => {
    expect(find('mail smtp')).toEqual(['smtp send']);
    expect(find('mail checkout')).toEqual([]);
  });

  it('goes over all slices', () => {
    const spans = Array.from({ length: 5_000 }, (_, i) => ({ spanId: `${i}`, name: i % 1000 === 7 ? 'hit' : 'miss' }));
    const many = buildTrace('1', { resourceSpans: [{ scopeSpans: [{ spans }] }] });
    expect([...findRows(new TraceText(many), many.size, ['hit'])].flat()).toHaveLength(5);
  });
});

describe('trace ids', () => {
  it.each([
    ['1', '1'],
    [' ABCDEF0123456789abcdef0123456789 ', 'abcdef0123456789abcdef0123456789'],
    ['00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01', '4bf92f3577b34da6a3ce929d0e0e4736'],
    ['0000000000000000a3ce929d0e0e4736', '0000000000000000a3ce929d0e0e4736'],
  ])('%j is taken', (text, id) => expect(readTraceId(text)).toEqual({ ok: true, id }));

  it.each([
    ['', 'empty'],
    ['xyz', 'notHex'],
    ['1-2', 'notHex'],
    ['1'.repeat(33), 'long'],
    ['0000', 'zero'],
  ])('%j is refused as %s', (text, reason) => expect(readTraceId(text)).toEqual({ ok: false, reason }));
});

describe('service colours', () => {
  it('depend on the name alone', () => {
    expect(serviceColor('checkout', false)).toEqual(serviceColor('checkout', false));
    expect(serviceColor('checkout', false).fill).toBe('oklch(0.72 0.125 196)');
  });

  it('stay clear of the red of errors', () => {
    for (let i = 0; i < 500; i++) {
      const hue = Number(/ (\d+)\)$/.exec(serviceColor(`service-${i}`, i % 2 === 0).fill)![1]);
      expect(hue > 8 && hue < 50).toBe(false);
    }
  });

  it('spread over the palette', () => expect(new Set(Array.from({ length: 200 }, (_, i) => serviceColor(`service-${i}`, false).fill)).size).toBeGreaterThan(40));
});

describe('connect lines', () => {
  const addresses = [
    { door: 'otlp-grpc', port: 4417, fromHost: 'http://127.0.0.1:4417', fromContainer: 'http://host.docker.internal:4417' },
    { door: 'otlp-http', port: 4418, fromHost: 'http://127.0.0.1:4418', fromContainer: null },
  ];

  it('carry the real addresses', () => {
    const host = endpointsOf(addresses, 'host');
    expect(linesFor('agent', 'grpc', host)).toContain('OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4417 ');
    expect(linesFor('sdk', 'http/protobuf', host)).toContain('OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4418\n');
    expect(linesFor('spring', 'grpc', host)).toContain('management.opentelemetry.tracing.export.otlp.endpoint=http://127.0.0.1:4418/v1/traces');
    expect(linesFor('curl', 'grpc', host)).toContain('curl -i http://127.0.0.1:4418/v1/traces');
  });

  it('do not exist where nothing can be reached', () => {
    const container = endpointsOf(addresses, 'container');
    expect(container).toEqual({ http: undefined, grpc: 'http://host.docker.internal:4417' });
    expect(linesFor('agent', 'http/protobuf', container)).toBeUndefined();
    expect(linesFor('agent', 'grpc', container)).toContain('host.docker.internal:4417');
  });
});

describe('figures', () => {
  it('writes bytes', () => {
    expect([0, 1023, 1024, 3_920_128, 5e12].map(formatBytes)).toEqual(['0 B', '1023 B', '1.00 KiB', '3.74 MiB', '4.55 TiB']);
  });
  it('writes milliseconds', () => {
    expect([0.0421, 2510.4].map(formatMillis)).toEqual(['42.1 µs', '2.51 s']);
    expect(formatMillis(null)).toBe('–');
  });
});

describe('the search page in the address', () => {
  const round = (href: string): string => hrefOfState(stateOf(new URL(href, 'http://x').searchParams));

  it.each([
    '/search',
    '/search?service=a+b&operation=GET+%2Fx%26y%3Dz&errors=1&min=1.5s&max=2m&of=span&attributes=k%3D%22v+w%22&range=1h&limit=50',
    '/search?q=%7B+name+%3D+%22x%22+%7D',
    '/search?range=custom&start=1675079463123456789&end=1675079999000000001',
    '/search?q=%7B%7D&range=custom&start=1',
  ])('%s comes back as it was', (href) => expect(round(href)).toBe(href));

  it('ignores what it cannot read', () => {
    const state: SearchState = stateOf(new URLSearchParams('range=never&start=soon&limit=-4&of=both'));
    expect(state).toMatchObject({ range: 'all', start: undefined, limit: 20, fields: { durationOf: 'trace' } });
  });
});
