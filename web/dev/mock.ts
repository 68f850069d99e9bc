/**
 * A stand-in for the server while working on the pages alone (`npm run dev` without CLEW_URL). It knows 240
 * purchases and one trace of 100,000 spans; of queries it understands service names only. `?` in a query is
 * its idea of a syntax error. MOCK=empty plays a server without spans.
 */
import type { Plugin } from 'vite';
import type { TraceDocument } from '../src/api/otlp.ts';
import { buildTrace } from '../src/model/trace.ts';
import { bigTrace, shopTrace } from '../test/shop.ts';

const empty = process.env['MOCK'] === 'empty';
const newest = BigInt(Date.now() - 60_000) * 1_000_000n;

function traces(): Map<string, TraceDocument> {
  const all = new Map<string, TraceDocument>();
  if (empty) {
    return all;
  }
  let previous: { traceId: string; spanId: string } | undefined;
  for (let i = 0; i < 240; i++) {
    const made = shopTrace(i + 1, newest - BigInt(i * i) * 700_000_000n, previous);
    all.set(made.id, made.document);
    previous = { traceId: made.id, spanId: made.rootSpanId };
  }
  const big = bigTrace(99, newest - 7_200_000_000_000n, 100_000);
  all.set(big.id, big.document);
  return all;
}

export function mockApi(): Plugin {
  const documents = traces();
  const summaries = [...documents].map(([id, document]) => summaryOf(id, document)).sort((a, b) => (BigInt(b.start) > BigInt(a.start) ? 1 : -1));
  return {
    name: 'clew-mock-api',
    configureServer(server) {
      server.middlewares.use('/clew/api/v1', (request, response) => {
        const url = new URL(request.url ?? '/', 'http://mock');
        const [status, body] = answer(url);
        response.statusCode = status;
        response.setHeader('content-type', status === 200 ? 'application/json' : 'application/problem+json');
        response.end(JSON.stringify(body));
      });
    },
  };

  function answer(url: URL): [number, unknown] {
    const [, door, id = ''] = url.pathname.split('/');
    switch (door) {
      case 'status':
        return [200, statusOf()];
      case 'services': {
        const names = [...new Set(summaries.flatMap((summary) => summary.services.map((service) => service.name)))].sort();
        return [200, { services: names, total: names.length }];
      }
      case 'operations':
        return [200, { operations: [{ name: 'POST /checkout', kind: 'server' }, { name: 'GET /cart/{id}', kind: 'server' }], total: 2 }];
      case 'traces': {
        const document = documents.get(id.padStart(32, '0'));
        return document === undefined ? [404, { title: 'Trace not found', status: 404, detail: `No trace ${id}.` }] : [200, document];
      }
      case 'search':
        return searchOf(url.searchParams);
      default:
        return [404, { title: 'Not found', status: 404 }];
    }
  }

  function searchOf(query: URLSearchParams): [number, unknown] {
    const q = query.get('q') ?? '{}';
    if (q.includes('?')) {
      const column = q.indexOf('?') + 1;
      return [400, { title: 'Bad TraceQL', status: 400, detail: 'Unexpected character.', parameter: 'q', read: '?', expected: 'an operator such as = or &&', line: 1, column, caret: `${q}\n${' '.repeat(column - 1)}^` }];
    }
    const service = /service\.name = "([^"]+)"/.exec(q)?.[1];
    const start = BigInt(query.get('start') ?? 0);
    const end = BigInt(query.get('end') ?? 2n ** 62n);
    const limit = Number(query.get('limit') ?? 20);
    const from = Number(query.get('cursor') ?? 0);
    const found = summaries.filter((summary) => BigInt(summary.start) >= start && BigInt(summary.start) <= end && (service === undefined || summary.services.some((one) => one.name === service)));
    const next = from + limit;
    return [
      200,
      { traces: found.slice(from, next), nextCursor: next < found.length ? String(next) : null, total: query.get('total') === 'true' ? found.length : null, complete: true, inspectedTraces: found.length, inspectedSpans: found.length * 25, elapsedMs: 4 },
    ];
  }

  function statusOf(): unknown {
    const latency = { count: empty ? 0 : 6120, p50Ms: empty ? null : 2510.4, p99Ms: empty ? null : 5020.25 };
    const visibility = { endToArrival: latency, arrivalToVisible: { ...latency, p50Ms: empty ? null : 1.42, p99Ms: empty ? null : 6.9 } };
    return {
      version: '0.1.0-SNAPSHOT', startedAt: new Date(Date.now() - 7_500_000).toISOString(), now: String(newest), dataDirectory: '/srv/clew/data', bind: '127.0.0.1',
      spansStored: empty ? 0 : 106120, tracesStored: documents.size, spansReceived: empty ? 0 : 106320, spansRepeated: empty ? 0 : 200,
      spansRefused: empty ? {} : { 'trace id is zero': 3 }, notTaken: { logs: empty ? 0 : 812, metrics: 0 }, blocks: 4, bytesOnDisk: 3_920_128, unflushedBytes: 524_288,
      spanTimeRange: empty ? null : { start: summaries.at(-1)!.start, end: String(newest) },
      timeToVisible: { ...visibility, services: empty ? {} : { gateway: visibility, payment: visibility, 'batch-worker-1': visibility } },
      addresses: [
        { door: 'otlp-grpc', port: 4317, fromHost: 'http://127.0.0.1:4317', fromContainer: process.env['MOCK_OPEN'] ? 'http://host.docker.internal:4317' : null },
        { door: 'otlp-http', port: 4318, fromHost: 'http://127.0.0.1:4318', fromContainer: process.env['MOCK_OPEN'] ? 'http://host.docker.internal:4318' : null },
        { door: 'ui', port: 16686, fromHost: 'http://127.0.0.1:16686', fromContainer: process.env['MOCK_OPEN'] ? 'http://host.docker.internal:16686' : null },
      ],
      writable: true, writableReason: null,
    };
  }
}

function summaryOf(id: string, document: TraceDocument) {
  const trace = buildTrace(id, document);
  return {
    traceId: id,
    start: trace.start.toString(),
    duration: trace.duration.toString(),
    spanCount: trace.size,
    errorCount: trace.errorsBefore[trace.size]!,
    rootService: trace.services[trace.serviceOf[trace.rootRow]!]!.name,
    rootName: trace.spans[trace.rootRow]!.name ?? null,
    services: trace.services,
    matchedCount: trace.size,
    matchedSpans: trace.spans.slice(0, 3).map((span, row) => ({
      spanId: span.spanId, name: span.name, service: trace.services[trace.serviceOf[row]!]!.name, kind: 'server', status: trace.error[row] === 1 ? 'error' : 'unset',
      start: span.startTimeUnixNano, duration: trace.length[row]!.toString(),
    })),
  };
}
