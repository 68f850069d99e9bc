/** The Clew API v1 as the pages use it. 64-bit numbers arrive as decimal strings and leave here as bigints. */
import { instant, nanos, type Instant, type Nanos } from '../base/time.ts';
import { getJson, type Progress } from './client.ts';
import type { TraceDocument } from './otlp.ts';

export interface TimeRange {
  readonly start: Instant;
  readonly end: Instant;
}

export interface LatencySummary {
  readonly count: number;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
}

export interface Visibility {
  readonly endToArrival: LatencySummary;
  readonly arrivalToVisible: LatencySummary;
}

export interface Address {
  readonly door: string;
  readonly port: number;
  readonly fromHost: string;
  readonly fromContainer: string | null;
}

export interface Status {
  readonly version: string;
  readonly startedAt: string;
  readonly dataDirectory: string;
  readonly bind: string;
  readonly spansStored: number;
  readonly tracesStored: number;
  readonly spansReceived: number;
  readonly spansRepeated: number;
  readonly spansRefused: Readonly<Record<string, number>>;
  readonly notTaken: Readonly<Record<string, number>>;
  readonly blocks: number;
  readonly bytesOnDisk: number;
  readonly unflushedBytes: number;
  readonly spanTimeRange: TimeRange | undefined;
  readonly timeToVisible: Visibility & { readonly services: Readonly<Record<string, Visibility>> };
  readonly addresses: readonly Address[];
  /** Why the store cannot flush or merge at the moment. */
  readonly trouble?: string | null;
  /** What was found damaged in the store, one line each. */
  readonly damage?: readonly string[];
  readonly writable: boolean;
  readonly writableReason: string | null;
}

/** Names in order; of very many the first, and about how many there are. */
export interface Names<N> {
  readonly names: readonly N[];
  readonly unlisted: number;
}

export interface Operation {
  readonly name: string;
  readonly kind: string;
}

export interface MatchedSpan {
  readonly spanId: string;
  readonly name: string;
  readonly service: string;
  readonly kind: string;
  readonly status: 'unset' | 'ok' | 'error';
  readonly start: Instant;
  readonly duration: Nanos;
}

export interface TraceSummary {
  readonly traceId: string;
  readonly start: Instant;
  readonly duration: Nanos;
  readonly spanCount: number;
  readonly errorCount: number;
  readonly rootService: string | null;
  readonly rootName: string | null;
  readonly services: readonly { readonly name: string; readonly spanCount: number; readonly errorCount: number }[];
  readonly matchedCount: number;
  readonly matchedSpans: readonly MatchedSpan[];
}

export interface SearchPage {
  readonly traces: readonly TraceSummary[];
  readonly nextCursor: string | undefined;
  /** Exact count of matching traces; only when it was asked for. */
  readonly total: number | undefined;
  /** False when the server's deadline cut the search. */
  readonly complete: boolean;
  /** What was damaged and may be missing, one line each. */
  readonly missed: readonly string[];
  readonly inspectedTraces: number;
  readonly inspectedSpans: number;
  readonly elapsedMs: number;
}

export interface SearchRequest {
  readonly q: string;
  readonly start?: Instant | undefined;
  readonly end?: Instant | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly total?: boolean | undefined;
}

type Raw = Readonly<Record<string, unknown>>;

const wideNumber = (value: unknown): bigint => BigInt(value as string | number);

function parameters(values: Readonly<Record<string, string | number | boolean | bigint | undefined>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined) {
      query.set(name, String(value));
    }
  }
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}

export async function fetchStatus(signal: AbortSignal): Promise<Status> {
  const raw = (await getJson('/status', signal)) as Status & { readonly spanTimeRange: { readonly start: string; readonly end: string } | null };
  const range = raw.spanTimeRange as { readonly start: unknown; readonly end: unknown } | null;
  return {
    ...raw,
    spanTimeRange: range === null ? undefined : { start: instant(wideNumber(range.start)), end: instant(wideNumber(range.end)) },
  };
}

export async function fetchServices(signal: AbortSignal): Promise<Names<string>> {
  const body = (await getJson('/services', signal)) as { readonly services: readonly string[]; readonly total: number };
  return { names: body.services, unlisted: body.total - body.services.length };
}

export async function fetchOperations(service: string, signal: AbortSignal): Promise<Names<Operation>> {
  const body = await getJson(`/operations${parameters({ service })}`, signal);
  const { operations, total } = body as { readonly operations: readonly Operation[]; readonly total: number };
  return { names: operations, unlisted: total - operations.length };
}

export async function search(request: SearchRequest, signal: AbortSignal): Promise<SearchPage> {
  const raw = (await getJson(`/search${parameters({ ...request })}`, signal)) as Raw;
  return {
    traces: (raw['traces'] as readonly Raw[]).map(summaryOf),
    nextCursor: (raw['nextCursor'] as string | null) ?? undefined,
    total: (raw['total'] as number | null) ?? undefined,
    complete: raw['complete'] as boolean,
    missed: (raw['missed'] as readonly string[] | undefined) ?? [],
    inspectedTraces: raw['inspectedTraces'] as number,
    inspectedSpans: raw['inspectedSpans'] as number,
    elapsedMs: raw['elapsedMs'] as number,
  };
}

function summaryOf(raw: Raw): TraceSummary {
  return {
    ...(raw as unknown as TraceSummary),
    start: instant(wideNumber(raw['start'])),
    duration: nanos(wideNumber(raw['duration'])),
    matchedSpans: (raw['matchedSpans'] as readonly Raw[]).map((span) => ({
      ...(span as unknown as MatchedSpan),
      start: instant(wideNumber(span['start'])),
      duration: nanos(wideNumber(span['duration'])),
    })),
  };
}

export async function fetchTrace(traceId: string, signal: AbortSignal, progress?: Progress): Promise<TraceDocument> {
  return (await getJson(`/traces/${traceId}`, signal, progress)) as TraceDocument;
}

/** Where the trace can be downloaded as OTLP JSON. */
export function traceDownloadHref(traceId: string): string {
  return `/clew/api/v1/traces/${traceId}`;
}
