/** The running server the page tests look at: CLEW_URL is its UI, CLEW_OTLP_URL its OTLP/HTTP door. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TraceDocument } from '../src/api/otlp.ts';

export function required(name: string): string {
  const value = process.env[name];
  if (value === undefined || value === '') {
    throw new Error(`${name} is not set: the page tests are run by PagesTest in quality, which starts the servers they need.`);
  }
  return value.replace(/\/$/, '');
}

export const clewUrl = (): string => required('CLEW_URL');
export const otlpUrl = (): string => required('CLEW_OTLP_URL');

export async function post(document: TraceDocument): Promise<unknown> {
  const response = await fetch(`${otlpUrl()}/v1/traces`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(document) });
  if (response.status !== 200) {
    throw new Error(`OTLP answered ${response.status}: ${await response.text()}`);
  }
  return response.json();
}

/** One request per resource: a large trace does not fit into one. */
export async function postByResource(document: TraceDocument): Promise<void> {
  for (const one of document.resourceSpans ?? []) {
    await post({ resourceSpans: [one] });
  }
}

/** Posts gzipped OTLP protobuf requests as they lie in a directory. */
export async function postFiles(directory: string): Promise<number> {
  const files = readdirSync(directory).filter((name) => name.endsWith('.pb.gz'));
  for (const name of files) {
    const response = await fetch(`${otlpUrl()}/v1/traces`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-protobuf', 'content-encoding': 'gzip' },
      body: readFileSync(join(directory, name)),
    });
    if (response.status !== 200) {
      throw new Error(`OTLP answered ${response.status} to ${name}`);
    }
  }
  return files.length;
}

export async function api<T>(path: string): Promise<T> {
  const response = await fetch(`${clewUrl()}/clew/api/v1${path}`);
  if (!response.ok) {
    throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
  }
  return (await response.json()) as T;
}

export interface RawStatus {
  readonly spansStored: number;
  readonly tracesStored: number;
  readonly spansReceived: number;
  readonly spansRefused: Readonly<Record<string, number>>;
  readonly addresses: readonly { readonly door: string; readonly fromHost: string; readonly fromContainer: string | null }[];
}
