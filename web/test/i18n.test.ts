import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fill, languageOf, MESSAGES, translator, type MessageKey } from '../src/base/i18n.ts';

const places = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!).sort();
const keys = Object.keys(MESSAGES.en) as MessageKey[];

describe('both languages', () => {
  it('have the same keys', () => expect(Object.keys(MESSAGES.zh).sort()).toEqual(Object.keys(MESSAGES.en).sort()));

  it.each(keys)('fill the same places in %s', (key) => expect(places(MESSAGES.zh[key])).toEqual(places(MESSAGES.en[key])));

  it('leave nothing empty', () => {
    for (const text of [...Object.values(MESSAGES.en), ...Object.values(MESSAGES.zh)]) {
      expect(text.trim()).not.toBe('');
    }
  });

  it('give every counted key both forms', () => {
    for (const key of keys) {
      const other = key.endsWith('_one') ? key.replace(/_one$/, '_other') : key.endsWith('_other') ? key.replace(/_other$/, '_one') : key;
      expect(keys).toContain(other);
    }
  });

  it('differ wherever there are words', () => {
    const same = keys.filter((key) => MESSAGES.en[key] === MESSAGES.zh[key]);
    // Names, formats and examples that are alike in both.
    expect(same.sort()).toEqual(
      [
        'app.traceId',
        'app.zone.utc',
        'empty.curl',
        'empty.spring',
        'search.attributes.placeholder',
        'search.duration.placeholder.max',
        'search.duration.placeholder.min',
        'search.query',
        'span.id',
        'span.schema',
        'span.traceState',
        'trace.download',
      ].sort(),
    );
  });
});

describe('every message', () => {
  const sources = readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file) && !file.includes('messages'))
    .map((file) => readFileSync(join('src', file), 'utf8'))
    .join('\n');
  const written = new Set([...sources.matchAll(/'([\w.-]+)'/g)].map((match) => match[1]!));
  const prefixes = [...sources.matchAll(/`([\w.-]+\.)\$\{/g)].map((match) => match[1]!);

  it.each(keys)('%s is used', (key) => {
    const name = key.replace(/_(one|other)$/, '');
    expect(written.has(name) || prefixes.some((prefix) => name.startsWith(prefix))).toBe(true);
  });
});

describe('a translator', () => {
  it('fills places and leaves unknown ones', () => {
    expect(fill('{a} and {b}', { a: 1 })).toBe('1 and {b}');
    expect(translator('en').t('trace.find.count', { at: 2, total: 9 })).toBe('2 of 9');
  });

  it('counts', () => {
    const { tn } = translator('en');
    expect(tn('trace.spans', 1)).toBe('1 span');
    expect(tn('trace.spans', 100_000)).toBe('100,000 spans');
    expect(translator('zh').tn('trace.spans', 1)).toBe('1 个 Span');
  });

  it('starts with the first language of the browser that it speaks', () => {
    expect(languageOf(['de', 'zh-CN', 'en'])).toBe('zh');
    expect(languageOf(['en-GB', 'zh'])).toBe('en');
    expect(languageOf(['zh-Hant-TW'])).toBe('zh');
    expect(languageOf(['fr'])).toBe('en');
    expect(languageOf([])).toBe('en');
  });
});
