/**
 * Search within a trace: case-insensitive substrings over service, name, span id, status message, attribute
 * and event keys and values, and `key=value`. Words must all occur; "quoted words" stay together.
 * Works in slices, so that typing stays smooth on a trace of 100,000 spans.
 */
import type { KeyValue } from '../api/otlp.ts';
import type { Trace } from './trace.ts';
import { textOf } from './value.ts';

const SLICE = 2_000;

/** The words of a query, lower-cased; empty when there is nothing to look for. */
export function wordsOf(query: string): readonly string[] {
  const words: string[] = [];
  for (const [, quoted, bare] of query.toLowerCase().matchAll(/"([^"]*)"?|(\S+)/g)) {
    const word = quoted ?? bare ?? '';
    if (word !== '') {
      words.push(word);
    }
  }
  return words;
}

/** The searched text of every span, made once per span and kept as long as the trace is. */
export class TraceText {
  private readonly texts: (string | undefined)[];
  private readonly resourceTexts: (string | undefined)[];

  constructor(private readonly trace: Trace) {
    this.texts = new Array<string | undefined>(trace.size);
    this.resourceTexts = new Array<string | undefined>(trace.resources.length);
  }

  matches(row: number, words: readonly string[]): boolean {
    const own = (this.texts[row] ??= this.textOfRow(row));
    const group = this.trace.resourceOf[row]!;
    const resource = (this.resourceTexts[group] ??= this.textOfResource(group));
    return words.every((word) => own.includes(word) || resource.includes(word));
  }

  private textOfRow(row: number): string {
    const span = this.trace.spans[row]!;
    const parts = [span.name ?? '', span.spanId ?? '', span.status?.message ?? ''];
    addAttributes(parts, span.attributes);
    for (const event of span.events ?? []) {
      parts.push(event.name ?? '');
      addAttributes(parts, event.attributes);
    }
    return parts.join('\n').toLowerCase();
  }

  private textOfResource(group: number): string {
    const { resource, service } = this.trace.resources[group]!;
    const parts = [this.trace.services[service]?.name ?? ''];
    addAttributes(parts, resource.attributes);
    return parts.join('\n').toLowerCase();
  }
}

function addAttributes(parts: string[], attributes: readonly KeyValue[] | undefined): void {
  for (const { key = '', value } of attributes ?? []) {
    parts.push(`${key}=${textOf(value)}`);
  }
}

/** Yields the matching rows slice by slice; the caller decides when to go on. */
export function* findRows(text: TraceText, size: number, words: readonly string[]): Generator<readonly number[], void, void> {
  for (let from = 0; from < size; from += SLICE) {
    const found: number[] = [];
    for (let row = from; row < Math.min(size, from + SLICE); row++) {
      if (text.matches(row, words)) {
        found.push(row);
      }
    }
    yield found;
  }
}
