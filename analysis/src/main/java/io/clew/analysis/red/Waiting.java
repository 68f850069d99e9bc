package io.clew.analysis.red;

import io.clew.analysis.trace.SpanAttributes;
import io.clew.model.SpanBatch;
import io.clew.model.SpanKind;

/**
 * Which spans spend their time waiting for something to happen, so that their duration says nothing about speed and must
 * not be mixed with that of requests: consumers, receive and poll operations, upgraded connections, watches, long polls,
 * and blocking commands of Redis.
 */
final class Waiting {
    private Waiting() {}

    static boolean is(SpanBatch spans, int row, SpanAttributes attributes) {
        int kind = spans.kind(row);
        if (kind == SpanKind.CONSUMER.code()) {
            return true;
        }
        if (kind != SpanKind.SERVER.code() && kind != SpanKind.CLIENT.code()) {
            return false;
        }
        attributes.bind(spans, row);
        return attributes.waits();
    }
}
