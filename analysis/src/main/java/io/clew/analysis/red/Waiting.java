package io.clew.analysis.red;

import io.clew.analysis.trace.Attribute;
import io.clew.analysis.trace.SpanAttributes;
import io.clew.model.SpanBatch;
import io.clew.model.SpanKind;
import java.util.List;

/**
 * Which spans spend their time waiting for something to happen, so that their duration says nothing about speed and must
 * not be mixed with that of requests: consumers, receive and poll operations, upgraded connections, watches, long polls,
 * and blocking commands of Redis.
 */
final class Waiting {
    private static final List<String> BLOCKING_COMMANDS = List.of(
            "blpop",
            "brpop",
            "brpoplpush",
            "blmove",
            "blmpop",
            "bzpopmin",
            "bzpopmax",
            "bzmpop",
            "xread",
            "xreadgroup",
            "subscribe",
            "psubscribe",
            "ssubscribe",
            "wait");

    /** Of Kubernetes; of Nacos and Apollo, whose clients wait for a changed configuration; and as it is commonly spelled. */
    private static final List<String> LONG_POLL_PATHS =
            List.of("/configs/listener", "/notifications/v2", "longpoll", "long-poll", "long_poll");

    private static final int SWITCHING_PROTOCOLS = 101;

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
        return attributes.is(Attribute.MESSAGING_OPERATION, "receive")
                || attributes.is(Attribute.MESSAGING_OPERATION, "poll")
                || attributes.number(Attribute.HTTP_STATUS) == SWITCHING_PROTOCOLS
                || attributes.contains(Attribute.URL, "watch=true")
                || attributes.is(Attribute.RPC_METHOD, "watch")
                || attributes.contains(Attribute.RPC_METHOD, "/watch")
                || any(attributes, Attribute.ROUTE)
                || any(attributes, Attribute.URL)
                || blocks(attributes);
    }

    private static boolean any(SpanAttributes attributes, Attribute path) {
        if (attributes.text(path) != 0) {
            for (int i = 0; i < LONG_POLL_PATHS.size(); i++) {
                if (attributes.contains(path, LONG_POLL_PATHS.get(i))) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean blocks(SpanAttributes attributes) {
        if (attributes.text(Attribute.DB_OPERATION) != 0
                && (attributes.is(Attribute.DB_SYSTEM, "redis") || attributes.is(Attribute.DB_SYSTEM, "valkey"))) {
            for (int i = 0; i < BLOCKING_COMMANDS.size(); i++) {
                if (attributes.is(Attribute.DB_OPERATION, BLOCKING_COMMANDS.get(i))) {
                    return true;
                }
            }
        }
        return false;
    }
}
