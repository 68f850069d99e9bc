/** The lines that point an application at this server, with its real addresses filled in. */
import type { Address } from '../api/clew.ts';

export type Recipe = 'agent' | 'sdk' | 'spring' | 'curl';
export type Protocol = 'http/protobuf' | 'grpc';
export const RECIPES: readonly Recipe[] = ['agent', 'sdk', 'spring', 'curl'];

export interface Endpoints {
  readonly http: string | undefined;
  readonly grpc: string | undefined;
}

/** The OTLP addresses as seen from the host or from a container; undefined where nothing reaches. */
export function endpointsOf(addresses: readonly Address[], from: 'host' | 'container'): Endpoints {
  const of = (door: string): string | undefined => {
    const address = addresses.find((candidate) => candidate.door === door);
    return (from === 'host' ? address?.fromHost : address?.fromContainer) ?? undefined;
  };
  return { http: of('otlp-http'), grpc: of('otlp-grpc') };
}

/** The lines to paste; undefined when the address they need does not exist. Spring Boot and curl speak HTTP only. */
export function linesFor(recipe: Recipe, protocol: Protocol, endpoints: Endpoints): string | undefined {
  const endpoint = protocol === 'grpc' ? endpoints.grpc : endpoints.http;
  switch (recipe) {
    case 'agent':
      return endpoint === undefined
        ? undefined
        : [
            'OTEL_SERVICE_NAME=my-service \\',
            `OTEL_EXPORTER_OTLP_ENDPOINT=${endpoint} \\`,
            `OTEL_EXPORTER_OTLP_PROTOCOL=${protocol} \\`,
            'java -javaagent:opentelemetry-javaagent.jar -jar app.jar',
          ].join('\n');
    case 'sdk':
      return endpoint === undefined
        ? undefined
        : ['export OTEL_SERVICE_NAME=my-service', `export OTEL_EXPORTER_OTLP_ENDPOINT=${endpoint}`, `export OTEL_EXPORTER_OTLP_PROTOCOL=${protocol}`].join('\n');
    case 'spring':
      return endpoints.http === undefined
        ? undefined
        : [
            '# application.properties',
            'management.tracing.sampling.probability=1.0',
            '# Spring Boot 4',
            `management.opentelemetry.tracing.export.otlp.endpoint=${endpoints.http}/v1/traces`,
            '# Spring Boot 3',
            `management.otlp.tracing.endpoint=${endpoints.http}/v1/traces`,
          ].join('\n');
    case 'curl':
      return endpoints.http === undefined ? undefined : curlLines(endpoints.http);
  }
}

/** POSIX shell: random ids, one span of 120 ms that ends now. */
function curlLines(endpoint: string): string {
  return [
    "hex() { od -An -tx1 -N$1 /dev/urandom | tr -d ' \\n'; }",
    'now=$(date +%s)',
    `curl -i ${endpoint}/v1/traces -H 'Content-Type: application/json' -d '{"resourceSpans":[{`,
    '  "resource":{"attributes":[{"key":"service.name","value":{"stringValue":"hello"}}]},',
    '  "scopeSpans":[{"spans":[{"name":"hello clew","kind":2,',
    `    "traceId":"'$(hex 16)'","spanId":"'$(hex 8)'",`,
    `    "startTimeUnixNano":"'$now'000000000","endTimeUnixNano":"'$now'120000000"}]}]}]}'`,
  ].join('\n');
}
