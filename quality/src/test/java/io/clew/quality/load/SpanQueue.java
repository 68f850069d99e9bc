package io.clew.quality.load;

import java.util.Arrays;
import java.util.SplittableRandom;

/** What one process has not sent yet, by instrumentation scope, and the request that carries it. */
final class SpanQueue {
    private final byte[] resource;
    private final byte[][] scopes;
    private final byte[][] pending;
    private final int[] sizes;
    private int count;

    SpanQueue(String service, int instance) {
        resource = new Wire().raw(resource(service, instance)).bytes();
        int n = TraceShape.SCOPES.size();
        scopes = new byte[n][];
        pending = new byte[n][64 << 10];
        sizes = new int[n];
        for (int i = 0; i < n; i++) {
            Wire scope = new Wire();
            scope.field(
                    1,
                    new Wire()
                            .text(1, TraceShape.SCOPES.get(i))
                            .text(2, "2.33.1-alpha")
                            .bytes());
            scopes[i] = scope.bytes();
        }
    }

    /** Spans that wait, at most those of one request and one trace. */
    int count() {
        return count;
    }

    void add(
            int scope,
            SpanTemplate template,
            long traceHigh,
            long traceLow,
            long spanId,
            long parentId,
            long start,
            long end,
            SplittableRandom random) {
        int at = sizes[scope];
        if (at + template.length() > pending[scope].length) {
            pending[scope] = Arrays.copyOf(pending[scope], 2 * pending[scope].length);
        }
        sizes[scope] = template.write(pending[scope], at, traceHigh, traceLow, spanId, parentId, start, end, random);
        count++;
    }

    /** All that waits, as one request. */
    byte[] take() {
        int length = resource.length;
        for (int i = 0; i < sizes.length; i++) {
            int content = scopes[i].length + sizes[i];
            length += sizes[i] == 0 ? 0 : 1 + varintSize(content) + content;
        }
        byte[] out = new byte[1 + varintSize(length) + length];
        out[0] = 1 << 3 | 2;
        int at = varint(out, 1, length);
        at = copy(resource, resource.length, out, at);
        for (int i = 0; i < sizes.length; i++) {
            if (sizes[i] > 0) {
                out[at] = 2 << 3 | 2;
                at = varint(out, at + 1, scopes[i].length + sizes[i]);
                at = copy(scopes[i], scopes[i].length, out, at);
                at = copy(pending[i], sizes[i], out, at);
                sizes[i] = 0;
            }
        }
        count = 0;
        return out;
    }

    private static byte[] resource(String service, int instance) {
        Wire resource = new Wire();
        resource.field(1, Wire.attribute("service.name", service));
        resource.field(1, Wire.attribute("service.namespace", "shop"));
        resource.field(1, Wire.attribute("service.version", "4.2.1"));
        resource.field(1, Wire.attribute("service.instance.id", service + "-7c9d8f6b5-" + instance));
        resource.field(1, Wire.attribute("deployment.environment.name", "production"));
        resource.field(1, Wire.attribute("host.name", "node-" + instance + ".eu-west.shop"));
        resource.field(1, Wire.attribute("k8s.pod.name", service + "-7c9d8f6b5-" + instance));
        resource.field(1, Wire.attribute("k8s.namespace.name", "shop"));
        resource.field(1, Wire.attribute("process.pid", 1));
        resource.field(1, Wire.attribute("process.runtime.name", "OpenJDK Runtime Environment"));
        resource.field(1, Wire.attribute("telemetry.sdk.name", "opentelemetry"));
        resource.field(1, Wire.attribute("telemetry.sdk.language", "java"));
        resource.field(1, Wire.attribute("telemetry.sdk.version", "1.67.0"));
        Wire out = new Wire();
        out.field(1, resource.bytes());
        return out.bytes();
    }

    private static int copy(byte[] from, int length, byte[] out, int at) {
        System.arraycopy(from, 0, out, at, length);
        return at + length;
    }

    private static int varintSize(int value) {
        return value == 0 ? 1 : (38 - Integer.numberOfLeadingZeros(value)) / 7;
    }

    private static int varint(byte[] out, int at, int value) {
        int p = at;
        int rest = value;
        while ((rest & ~0x7F) != 0) {
            out[p++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        out[p++] = (byte) rest;
        return p;
    }
}
