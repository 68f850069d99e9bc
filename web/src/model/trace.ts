/**
 * A trace as the page draws it: spans in depth-first order (children by start, then span id) in columns, so
 * that a subtree is the run of rows `row .. subtreeEnd[row]` and 100,000 spans cost a few typed arrays.
 * Nothing here recurses: a chain as deep as the trace is long is a legal trace.
 */
import type { Resource, Scope, Span, TraceDocument } from '../api/otlp.ts';
import { instant, nanos, type Instant, type Nanos } from '../base/time.ts';
import { attributeText } from './value.ts';

/** Why a row stands at the top though it names a parent, or where its time is not its own. */
export const Defect = {
  none: 0,
  /** The parent it names is not in the trace. */
  orphan: 1,
  /** It names itself as parent. */
  selfParent: 2,
  /** Its chain of parents leads back to it; the chain was cut here, at its earliest span. */
  cycle: 3,
} as const;
export type Defect = (typeof Defect)[keyof typeof Defect];

export const Kind = { unspecified: 0, internal: 1, server: 2, client: 3, producer: 4, consumer: 5 } as const;
const STATUS_ERROR = 2;

/** The largest epoch nanosecond a signed 64-bit number holds: what lies above is no valid time. */
const MAX_INSTANT = 2n ** 63n - 1n;

export interface ResourceGroup {
  readonly resource: Resource;
  readonly schemaUrl: string | undefined;
  /** Index into `Trace.services`. */
  readonly service: number;
}

export interface ScopeGroup {
  readonly scope: Scope;
  readonly schemaUrl: string | undefined;
}

export interface Trace {
  readonly id: string;
  readonly size: number;
  /** The smallest valid start of all spans. */
  readonly start: Instant;
  /** From `start` to the largest valid end. */
  readonly duration: Nanos;
  readonly spans: readonly Span[];
  readonly resources: readonly ResourceGroup[];
  readonly scopes: readonly ScopeGroup[];
  readonly resourceOf: Int32Array;
  readonly scopeOf: Int32Array;
  /** Names by falling number of spans, then by name. */
  readonly services: readonly { readonly name: string; readonly spanCount: number; readonly errorCount: number }[];
  /** Index into `services`. */
  readonly serviceOf: Int32Array;
  /** From the trace's start, in nanoseconds. */
  readonly offset: BigInt64Array;
  readonly length: BigInt64Array;
  /** 1 where the span has no valid start or ends before it starts; it is drawn at its parent's start. */
  readonly timeless: Uint8Array;
  readonly parent: Int32Array;
  readonly depth: Int32Array;
  /** First row behind the row's subtree. */
  readonly subtreeEnd: Int32Array;
  readonly error: Uint8Array;
  /** `errorsBefore[i]` errors stand in rows 0..i-1; size + 1 entries. */
  readonly errorsBefore: Int32Array;
  readonly defect: Uint8Array;
  readonly defectCount: number;
  readonly maxDepth: number;
  /** The row that names the trace: the earliest without a parent, else the earliest at the top. */
  readonly rootRow: number;
}

export const UNKNOWN_SERVICE = 'unknown_service';

interface Collected {
  readonly spans: Span[];
  readonly resourceOf: number[];
  readonly scopeOf: number[];
  readonly resources: { resource: Resource; schemaUrl: string | undefined; name: string }[];
  readonly scopes: ScopeGroup[];
}

function collect(document: TraceDocument): Collected {
  const all: Collected = { spans: [], resourceOf: [], scopeOf: [], resources: [], scopes: [] };
  for (const resourceSpans of document.resourceSpans ?? []) {
    const resource = resourceSpans.resource ?? {};
    const name = attributeText(resource.attributes, 'service.name') ?? '';
    all.resources.push({ resource, schemaUrl: resourceSpans.schemaUrl, name: name === '' ? UNKNOWN_SERVICE : name });
    for (const scopeSpans of resourceSpans.scopeSpans ?? []) {
      all.scopes.push({ scope: scopeSpans.scope ?? {}, schemaUrl: scopeSpans.schemaUrl });
      for (const span of scopeSpans.spans ?? []) {
        all.spans.push(span);
        all.resourceOf.push(all.resources.length - 1);
        all.scopeOf.push(all.scopes.length - 1);
      }
    }
  }
  return all;
}

function validInstant(text: string | undefined): bigint | undefined {
  if (text === undefined) {
    return undefined;
  }
  const value = BigInt(text);
  return value > 0n && value <= MAX_INSTANT ? value : undefined;
}

/** Builds the drawn trace. An empty document gives a trace of size 0. */
export function buildTrace(id: string, document: TraceDocument): Trace {
  const all = collect(document);
  const size = all.spans.length;
  const starts = new Array<bigint | undefined>(size);
  const ends = new Array<bigint | undefined>(size);
  let first: bigint | undefined;
  let last: bigint | undefined;
  for (let i = 0; i < size; i++) {
    const start = validInstant(all.spans[i]!.startTimeUnixNano);
    const end = validInstant(all.spans[i]!.endTimeUnixNano);
    starts[i] = start;
    ends[i] = end;
    if (start !== undefined && (first === undefined || start < first)) {
      first = start;
    }
    const latest = end !== undefined && (start === undefined || end >= start) ? end : start;
    if (latest !== undefined && (last === undefined || latest > last)) {
      last = latest;
    }
  }
  const traceStart = first ?? 0n;
  const traceEnd = last === undefined || last < traceStart ? traceStart : last;

  const tree = resolveParents(all.spans, starts);
  const order = depthFirst(all.spans, starts, tree);

  const trace = {
    parent: new Int32Array(size),
    depth: new Int32Array(size),
    subtreeEnd: new Int32Array(size),
    resourceOf: new Int32Array(size),
    scopeOf: new Int32Array(size),
    serviceOf: new Int32Array(size),
    offset: new BigInt64Array(size),
    length: new BigInt64Array(size),
    timeless: new Uint8Array(size),
    error: new Uint8Array(size),
    errorsBefore: new Int32Array(size + 1),
    defect: new Uint8Array(size),
  };
  const rowOf = new Int32Array(size);
  order.forEach((index, row) => (rowOf[index] = row));
  const spans = new Array<Span>(size);
  const services = rankServices(all);
  let maxDepth = 0;
  let defectCount = 0;
  let rootRow = 0;
  let rootRank = Number.POSITIVE_INFINITY;
  for (let row = 0; row < size; row++) {
    const index = order[row]!;
    const span = all.spans[index]!;
    const up = tree.parent[index]!;
    const parent = up < 0 ? -1 : rowOf[up]!;
    spans[row] = span;
    trace.parent[row] = parent;
    trace.depth[row] = parent < 0 ? 0 : trace.depth[parent]! + 1;
    maxDepth = Math.max(maxDepth, trace.depth[row]!);
    trace.resourceOf[row] = all.resourceOf[index]!;
    trace.scopeOf[row] = all.scopeOf[index]!;
    trace.serviceOf[row] = services.ofResource[all.resourceOf[index]!]!;
    trace.defect[row] = tree.defect[index]!;
    defectCount += tree.defect[index] === Defect.none ? 0 : 1;
    trace.error[row] = span.status?.code === STATUS_ERROR ? 1 : 0;
    trace.errorsBefore[row + 1] = trace.errorsBefore[row]! + trace.error[row]!;
    const start = starts[index];
    const end = ends[index];
    if (start === undefined) {
      trace.timeless[row] = 1;
      trace.offset[row] = parent < 0 ? 0n : trace.offset[parent]!;
    } else {
      trace.offset[row] = start - traceStart;
      if (end !== undefined && end >= start) {
        trace.length[row] = end - start;
      } else {
        trace.timeless[row] = 1;
      }
    }
    if (parent < 0) {
      const rank = tree.defect[index] === Defect.none ? 0 : 1;
      if (rank < rootRank) {
        rootRank = rank;
        rootRow = row;
      }
    }
  }
  // In depth-first order a subtree ends where its last descendant ends: settle from the back.
  for (let row = size - 1; row >= 0; row--) {
    trace.subtreeEnd[row] = Math.max(trace.subtreeEnd[row]!, row + 1);
    const parent = trace.parent[row]!;
    if (parent >= 0 && trace.subtreeEnd[parent]! < trace.subtreeEnd[row]!) {
      trace.subtreeEnd[parent] = trace.subtreeEnd[row]!;
    }
  }
  return {
    id,
    size,
    start: instant(traceStart),
    duration: nanos(traceEnd - traceStart),
    spans,
    resources: all.resources.map((group, i) => ({ resource: group.resource, schemaUrl: group.schemaUrl, service: services.ofResource[i]! })),
    scopes: all.scopes,
    services: services.ranked,
    ...trace,
    defectCount,
    maxDepth,
    rootRow,
  };
}

function rankServices(all: Collected): { ranked: { name: string; spanCount: number; errorCount: number }[]; ofResource: Int32Array } {
  const byName = new Map<string, { name: string; spanCount: number; errorCount: number }>();
  for (const { name } of all.resources) {
    if (!byName.has(name)) {
      byName.set(name, { name, spanCount: 0, errorCount: 0 });
    }
  }
  all.spans.forEach((span, i) => {
    const service = byName.get(all.resources[all.resourceOf[i]!]!.name)!;
    service.spanCount++;
    service.errorCount += span.status?.code === STATUS_ERROR ? 1 : 0;
  });
  const ranked = [...byName.values()].filter((service) => service.spanCount > 0);
  ranked.sort((a, b) => b.spanCount - a.spanCount || (a.name < b.name ? -1 : 1));
  const rank = new Map(ranked.map((service, i) => [service.name, i]));
  return { ranked, ofResource: Int32Array.from(all.resources, (group) => rank.get(group.name) ?? -1) };
}

interface Tree {
  /** Index of the parent span, -1 at the top. */
  readonly parent: Int32Array;
  readonly defect: Uint8Array;
}

/**
 * Finds each span's parent. Several spans may carry one id (Zipkin's shared spans, resent pieces): then the
 * server half hangs below the client half, and children go to the server half, else to the first that came.
 */
function resolveParents(spans: readonly Span[], starts: readonly (bigint | undefined)[]): Tree {
  const size = spans.length;
  const client = new Map<string, number>();
  const server = new Map<string, number>();
  const any = new Map<string, number>();
  spans.forEach((span, i) => {
    const id = span.spanId ?? '';
    if (!any.has(id)) any.set(id, i);
    if (span.kind === Kind.client && !client.has(id)) client.set(id, i);
    if (span.kind === Kind.server && !server.has(id)) server.set(id, i);
  });
  const parent = new Int32Array(size).fill(-1);
  const defect = new Uint8Array(size);
  spans.forEach((span, i) => {
    const id = span.spanId ?? '';
    const shared = span.kind === Kind.server ? client.get(id) : undefined;
    if (shared !== undefined) {
      parent[i] = shared;
      return;
    }
    const parentId = span.parentSpanId ?? '';
    if (parentId === '' || /^0+$/.test(parentId)) {
      return;
    }
    if (parentId === id) {
      defect[i] = Defect.selfParent;
      return;
    }
    const up = (client.has(parentId) ? server.get(parentId) : undefined) ?? any.get(parentId);
    if (up === undefined) {
      defect[i] = Defect.orphan;
    } else {
      parent[i] = up;
    }
  });
  cutCycles(parent, defect, starts);
  return { parent, defect };
}

/** Follows every chain of parents once; a chain that meets itself is cut at its earliest span. */
function cutCycles(parent: Int32Array, defect: Uint8Array, starts: readonly (bigint | undefined)[]): void {
  const UNSEEN = 0;
  const DONE = 1;
  const firstWalk = 2;
  const mark = new Int32Array(parent.length).fill(UNSEEN);
  for (let from = 0; from < parent.length; from++) {
    const walk = firstWalk + from;
    let at = from;
    while (at >= 0 && mark[at] === UNSEEN) {
      mark[at] = walk;
      at = parent[at]!;
    }
    if (at >= 0 && mark[at] === walk) {
      let earliest = at;
      for (let on = parent[at]!; on !== at; on = parent[on]!) {
        if ((starts[on] ?? MAX_INSTANT) < (starts[earliest] ?? MAX_INSTANT)) {
          earliest = on;
        }
      }
      parent[earliest] = -1;
      defect[earliest] = Defect.cycle;
    }
    for (let on = from; on >= 0 && mark[on] === walk; on = parent[on]!) {
      mark[on] = DONE;
    }
  }
}

/** Indices in depth-first order, siblings by start, then span id, then as received. */
function depthFirst(spans: readonly Span[], starts: readonly (bigint | undefined)[], tree: Tree): Int32Array {
  const size = spans.length;
  const sorted = Int32Array.from({ length: size }, (_, i) => i);
  sorted.sort((a, b) => {
    const startA = starts[a] ?? 0n;
    const startB = starts[b] ?? 0n;
    if (startA !== startB) return startA < startB ? -1 : 1;
    const idA = spans[a]!.spanId ?? '';
    const idB = spans[b]!.spanId ?? '';
    return idA < idB ? -1 : idA > idB ? 1 : a - b;
  });
  // Linked lists of children, filled from the back so that each list runs forwards.
  const firstChild = new Int32Array(size).fill(-1);
  const nextSibling = new Int32Array(size).fill(-1);
  let firstRoot = -1;
  for (let k = size - 1; k >= 0; k--) {
    const i = sorted[k]!;
    const up = tree.parent[i]!;
    if (up < 0) {
      nextSibling[i] = firstRoot;
      firstRoot = i;
    } else {
      nextSibling[i] = firstChild[up]!;
      firstChild[up] = i;
    }
  }
  const order = new Int32Array(size);
  let count = 0;
  let at = firstRoot;
  while (at >= 0) {
    order[count++] = at;
    let next = firstChild[at]!;
    while (next < 0 && at >= 0) {
      next = nextSibling[at]!;
      at = tree.parent[at]!;
    }
    at = next;
  }
  return order;
}

export function instantAt(trace: Trace, row: number): Instant {
  return instant(trace.start + trace.offset[row]!);
}

export function childCount(trace: Trace, row: number): number {
  let count = 0;
  for (let child = row + 1; child < trace.subtreeEnd[row]!; child = trace.subtreeEnd[child]!) {
    count++;
  }
  return count;
}

/** Errors in the rows below `row`, not counting itself. */
export function errorsBelow(trace: Trace, row: number): number {
  return trace.errorsBefore[trace.subtreeEnd[row]!]! - trace.errorsBefore[row + 1]!;
}

/** Duration minus the union of the children's intervals clipped to the span: what it did itself. Never negative. */
export function selfTime(trace: Trace, row: number): Nanos {
  const from = trace.offset[row]!;
  const to = from + trace.length[row]!;
  let self = to - from;
  let covered = from;
  // Children stand in order of their start, so one pass with a watermark is the union.
  for (let child = row + 1; child < trace.subtreeEnd[row]!; child = trace.subtreeEnd[child]!) {
    const start = trace.offset[child]! > covered ? trace.offset[child]! : covered;
    const rawEnd = trace.offset[child]! + trace.length[child]!;
    const end = rawEnd < to ? rawEnd : to;
    if (end > start) {
      self -= end - start;
      covered = end;
    }
  }
  return nanos(self);
}

/** The row of a span id; the first one where several spans share it, -1 when there is none. */
export function rowOfSpan(trace: Trace, spanId: string): number {
  return trace.spans.findIndex((span) => span.spanId === spanId);
}
