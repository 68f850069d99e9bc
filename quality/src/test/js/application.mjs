/**
 * An application traced by the OpenTelemetry SDK for JavaScript, set up by environment variables alone: one request with
 * one failing call below it. Prints the trace's id, and the SDK's complaints, if any, to standard error.
 */
import { context, diag, metrics, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { NodeSDK } from '@opentelemetry/sdk-node';

const complain = (message, ...rest) => console.error(message, ...rest);
const ignore = () => undefined;
diag.setLogger({ error: complain, warn: complain, info: ignore, debug: ignore, verbose: ignore });

const sdk = new NodeSDK();
sdk.start();

const tracer = trace.getTracer('shop', '1.2.3');
const before = tracer.startSpan('charge yesterday');
before.end();
const request = tracer.startSpan('GET /cart', { kind: SpanKind.SERVER, links: [{ context: before.spanContext(), attributes: { why: 'retry' } }] });
request.setAttributes({ text: '购物车', whole: 42, real: 1.5, yes: true, texts: ['a', 'b'], wholes: [1, 2], none: [] });
request.addEvent('found', { items: 3 });
const call = tracer.startSpan('SELECT cart', { kind: SpanKind.CLIENT }, trace.setSpan(context.active(), request));
call.recordException(new TypeError('no such cart'));
call.setStatus({ code: SpanStatusCode.ERROR, message: 'gone' });
call.end();
request.end();
metrics.getMeter('shop').createCounter('carts').add(1);

await sdk.shutdown();
console.log(request.spanContext().traceId);
