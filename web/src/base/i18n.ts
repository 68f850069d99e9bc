/**
 * Two languages, one set of keys. `t` fills `{name}` places; a key that counts has the forms `_one` and
 * `_other` (Chinese writes both alike) and is asked for through `tn`.
 */
import { createContext, useContext } from 'react';
import { en } from './messages/en.ts';
import { zh } from './messages/zh.ts';
import { readSetting } from './settings.ts';

export type Language = 'en' | 'zh';
export const LANGUAGES: readonly Language[] = ['en', 'zh'];

export type MessageKey = keyof typeof en;
type CountedKey = MessageKey extends infer K ? (K extends `${infer Base}_one` ? Base : never) : never;
type Places<S extends string> = S extends `${string}{${infer Name}}${infer Rest}` ? Name | Places<Rest> : never;
type Arguments<S extends string> = [Places<S>] extends [never] ? [] : [values: Readonly<Record<Places<S>, string | number>>];

export const MESSAGES: Readonly<Record<Language, Readonly<Record<MessageKey, string>>>> = { en, zh };

export interface Translator {
  readonly language: Language;
  readonly t: <K extends MessageKey>(key: K, ...values: Arguments<(typeof en)[K]>) => string;
  /** The counted form of `key`; fills `{n}` with the grouped number. */
  readonly tn: (key: CountedKey, n: number) => string;
  readonly number: (n: number) => string;
}

export function fill(text: string, values: Readonly<Record<string, string | number>>): string {
  return text.replace(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place));
}

export function translator(language: Language): Translator {
  const messages = MESSAGES[language];
  const numbers = new Intl.NumberFormat(language === 'zh' ? 'zh-CN' : 'en');
  return {
    language,
    t: (key, ...values) => fill(messages[key], values[0] ?? {}),
    tn: (key, n) => fill(messages[`${key}_${n === 1 ? 'one' : 'other'}` as MessageKey], { n: numbers.format(n) }),
    number: (n) => numbers.format(n),
  };
}

/** The stored choice, else what the browser asks for first. */
export function initialLanguage(preferred: readonly string[]): Language {
  const stored = readSetting('language');
  if (stored === 'en' || stored === 'zh') {
    return stored;
  }
  return languageOf(preferred);
}

/** The first language of the list that we speak; English when none is. */
export function languageOf(preferred: readonly string[]): Language {
  for (const tag of preferred) {
    if (/^zh\b/i.test(tag)) {
      return 'zh';
    }
    if (/^en\b/i.test(tag)) {
      return 'en';
    }
  }
  return 'en';
}

export const TranslatorContext = createContext<Translator>(translator('en'));

export function useT(): Translator {
  return useContext(TranslatorContext);
}
