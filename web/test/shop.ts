/**
 * OTLP JSON of a small shop for tests and pictures: seeded, so that every run sends the same.
 * `shopTrace` is one purchase; `bigTrace` has as many spans as asked.
 */
import type { AnyValue, KeyValue, Span, TraceDocument } from '../src/api/otlp.ts';

/** mulberry32: 32-bit state, good enough to make traces differ. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export function hex(random: () => number, digits: number): string {
  let text = '';
  while (text.length < digits) {
    text += Math.floor(random() * 0xffffffff)
      .toString(16)
      .padStart(8, '0');
  }
  return text.slice(0, digits);
}

export function attribute(key: string, value: string | number | boolean | AnyValue): KeyValue {
  if (typeof value === 'string') return { key, value: { stringValue: value } };
  if (typeof value === 'boolean') return { key, value: { boolValue: value } };
  if (typeof value === 'number') return { key, value: Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value } };
  return { key, value };
}

interface Draft {
  readonly service: string;
  readonly span: Span;
}

class Purchase {
  readonly drafts: Draft[] = [];
  readonly traceId: string;

  constructor(private readonly random: () => number) {
    this.traceId = hex(random, 32);
  }

  /** Times in microseconds from the epoch given as nanoseconds; returns the span id. */
  add(service: string, name: string, kind: number, parent: string | undefined, start: bigint, length: bigint, more: Partial<Span> = {}): string {
    const spanId = hex(this.random, 16);
    this.drafts.push({
      service,
      span: {
        traceId: this.traceId,
        spanId,
        ...(parent === undefined ? {} : { parentSpanId: parent }),
        name,
        kind,
        startTimeUnixNano: start.toString(),
        endTimeUnixNano: (start + length).toString(),
        ...more,
      },
    });
    return spanId;
  }

  document(): TraceDocument {
    const services = [...new Set(this.drafts.map((draft) => draft.service))];
    return {
      resourceSpans: services.map((service) => ({
        resource: {
          attributes: [
            attribute('service.name', service),
            attribute('service.version', '2.4.1'),
            attribute('service.instance.id', `${service}-7d9f`),
            attribute('host.name', 'node-3'),
            attribute('telemetry.sdk.language', 'java'),
            attribute('process.pid', 4711),
          ],
        },
        schemaUrl: 'https://opentelemetry.io/schemas/1.44.0',
        scopeSpans: [
          {
            scope: { name: 'io.opentelemetry.spring-webmvc-6.0', version: '2.33.1-alpha' },
            spans: this.drafts.filter((draft) => draft.service === service).map((draft) => draft.span),
          },
        ],
      })),
    };
  }
}

const MS = 1_000_000n;

/** One purchase through nine services; every fifth or so fails at the bank. */
export function shopTrace(seed: number, start: bigint, linkTo?: { readonly traceId: string; readonly spanId: string }): { id: string; rootSpanId: string; document: TraceDocument } {
  const random = randomOf(seed);
  const ms = (low: number, high: number): bigint => BigInt(Math.round((low + random() * (high - low)) * 1000)) * 1000n;
  const p = new Purchase(random);
  const fails = random() < 0.2;
  const items = 3 + Math.floor(random() * 8);
  const total = ms(180, 900);
  const http = (method: string, route: string, status: number): readonly KeyValue[] => [
    attribute('http.request.method', method),
    attribute('http.route', route),
    attribute('http.response.status_code', status),
    attribute('url.full', `http://shop.example:8080${route}?session=${hex(random, 12)}`),
    attribute('network.protocol.version', '1.1'),
    attribute('thread.name', `http-nio-8080-exec-${Math.floor(random() * 20)}`),
    attribute('user_agent.original', 'Mozilla/5.0 (X11; Linux x86_64)'),
  ];
  const root = p.add('gateway', 'POST /checkout', 2, undefined, start, total, {
    attributes: [
      ...http('POST', '/checkout', fails ? 502 : 200),
      attribute('customer.vip', random() < 0.3),
      attribute('cart.total', 129.95),
      attribute('cart.items', { arrayValue: { values: [{ stringValue: 'tea' }, { stringValue: '茶壶' }, { intValue: '2' }] } }),
      attribute('request.body', '{"currency":"EUR","items":[{"sku":"T-100","n":2}]}'),
      attribute('session.token', { bytesValue: 'q83vEjRW' }),
    ],
    ...(fails ? { status: { code: 2, message: 'upstream payment failed' } } : {}),
    ...(linkTo === undefined ? {} : { links: [{ ...linkTo, attributes: [attribute('link.reason', 'retry of')] }] }),
  });
  let at = start + 2n * MS;
  const cart = p.add('cart', 'GET /cart/{id}', 2, p.add('gateway', 'GET', 3, root, at, 40n * MS, { attributes: http('GET', '/cart/7', 200) }), at + MS, 37n * MS, { attributes: http('GET', '/cart/{id}', 200) });
  p.add('cart', 'SELECT shop.cart_items', 3, cart, at + 3n * MS, 9n * MS, {
    attributes: [attribute('db.system.name', 'postgresql'), attribute('db.query.text', 'SELECT sku, n, price\nFROM cart_items\nWHERE cart_id = $1'), attribute('db.namespace', 'shop'), attribute('db.response.rows', items)],
  });
  at += 42n * MS;
  const pricing = p.add('pricing', 'pricing.Quotes/Quote', 2, p.add('gateway', 'pricing.Quotes/Quote', 3, root, at, 60n * MS), at + MS, 57n * MS, { attributes: [attribute('rpc.system.name', 'grpc'), attribute('rpc.status_code', 'OK')] });
  for (let i = 0; i < items; i++) {
    p.add('pricing', 'HGET price', 3, pricing, at + 2n * MS + BigInt(i) * 5n * MS, 4n * MS, { attributes: [attribute('db.system.name', 'redis'), attribute('db.query.text', `HGET price T-${100 + i}`)] });
  }
  at += 62n * MS;
  const stock = p.add('inventory', 'reserve', 1, root, at, 30n * MS);
  p.add('inventory', 'UPDATE shop.stock', 3, stock, at + MS, 22n * MS, { attributes: [attribute('db.system.name', 'postgresql'), attribute('db.query.text', 'UPDATE stock SET reserved = reserved + $1 WHERE sku = $2')] });
  at += 33n * MS;
  const pay = p.add('payment', 'POST /pay', 2, root, at, total - (at - start) - 8n * MS, { attributes: http('POST', '/pay', fails ? 502 : 200), ...(fails ? { status: { code: 2 } } : {}) });
  p.add('bank', 'POST /authorise', 3, pay, at + 4n * MS, total - (at - start) - 20n * MS, {
    attributes: http('POST', '/authorise', fails ? 504 : 200),
    ...(fails
      ? {
          status: { code: 2, message: 'Read timed out' },
          events: [
            {
              timeUnixNano: (start + total - 16n * MS).toString(),
              name: 'exception',
              attributes: [
                attribute('exception.type', 'java.net.SocketTimeoutException'),
                attribute('exception.message', 'Read timed out'),
                attribute('exception.stacktrace', 'java.net.SocketTimeoutException: Read timed out\n\tat java.base/sun.nio.ch.NioSocketImpl.timedRead(NioSocketImpl.java:278)\n\tat shop.payment.Bank.authorise(Bank.java:42)\n\tat shop.payment.PayController.pay(PayController.java:31)'),
              ],
            },
          ],
        }
      : { events: [{ timeUnixNano: (at + 9n * MS).toString(), name: 'connection.acquired', attributes: [attribute('pool.waiting', 3)] }] }),
  });
  const order = p.add('order', 'order.created publish', 4, root, start + total - 6n * MS, 3n * MS, { attributes: [attribute('messaging.system', 'kafka'), attribute('messaging.destination.name', 'order.created')] });
  const mail = p.add('mail', 'order.created process', 5, order, start + total + 15n * MS, 55n * MS);
  p.add('mail', 'render', 1, mail, start + total + 20n * MS, 18n * MS);
  p.add('mail', 'smtp send', 3, mail, start + total + 40n * MS, 28n * MS);
  return { id: p.traceId, rootSpanId: root, document: p.document() };
}

/** A trace of `size` spans in a dozen services, about 14 deep, with one error in 500. */
export function bigTrace(seed: number, start: bigint, size: number): { id: string; document: TraceDocument } {
  const random = randomOf(seed);
  const p = new Purchase(random);
  const services = Array.from({ length: 12 }, (_, i) => `batch-worker-${i + 1}`);
  const stack = [{ id: p.add(services[0]!, 'nightly batch', 1, undefined, start, 3_600n * 1000n * MS), start, length: 3_600n * 1000n * MS }];
  for (let i = 1; i < size; i++) {
    while (stack.length > 1 && (stack.length > 14 || random() < 0.34)) {
      stack.pop();
    }
    const parent = stack[stack.length - 1]!;
    const from = parent.start + (parent.length * BigInt(Math.floor(random() * 900))) / 1000n;
    const length = ((parent.start + parent.length - from) * BigInt(Math.floor(50 + random() * 700))) / 1000n;
    const id = p.add(services[Math.floor(random() * services.length)]!, `step ${i % 97}`, 1, parent.id, from, length, {
      attributes: [attribute('batch.item', i), attribute('batch.shard', `shard-${i % 16}`)],
      ...(i % 500 === 499 ? { status: { code: 2, message: 'item failed' } } : {}),
    });
    stack.push({ id, start: from, length });
  }
  return { id: p.traceId, document: p.document() };
}
