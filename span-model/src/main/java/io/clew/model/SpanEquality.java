package io.clew.model;

/**
 * Whether two spans, of the same or of different batches, are repeats of each other: equal in every field that was
 * sent, resource, scope and the order of attributes, events and links included. When and by which protocol they came
 * does not count. Stateless; allocates nothing.
 */
public final class SpanEquality {
    private SpanEquality() {}

    public static boolean equal(SpanBatch a, int i, SpanBatch b, int j) {
        return a.spanId(i) == b.spanId(j)
                && a.traceIdLow(i) == b.traceIdLow(j)
                && a.traceIdHigh(i) == b.traceIdHigh(j)
                && a.hasShortTraceId(i) == b.hasShortTraceId(j)
                && a.parentSpanId(i) == b.parentSpanId(j)
                && a.start(i) == b.start(j)
                && a.end(i) == b.end(j)
                && a.hasStart(i) == b.hasStart(j)
                && a.hasEnd(i) == b.hasEnd(j)
                && a.kind(i) == b.kind(j)
                && a.statusCode(i) == b.statusCode(j)
                && a.flags(i) == b.flags(j)
                && a.droppedAttributes(i) == b.droppedAttributes(j)
                && a.droppedEvents(i) == b.droppedEvents(j)
                && a.droppedLinks(i) == b.droppedLinks(j)
                && text(a, a.name(i), b, b.name(j))
                && text(a, a.statusMessage(i), b, b.statusMessage(j))
                && text(a, a.traceState(i), b, b.traceState(j))
                && attributes(a, a.spanAttributes(), i, b, b.spanAttributes(), j)
                && events(a, i, b, j)
                && links(a, i, b, j)
                && scope(a, a.scope(i), b, b.scope(j))
                && resource(a, a.resource(i), b, b.resource(j));
    }

    /** Whether two resource rows have the same content. */
    public static boolean resource(SpanBatch a, int i, SpanBatch b, int j) {
        return a == b && i == j
                || a.resourceDropped(i) == b.resourceDropped(j)
                        && text(a, a.resourceSchemaUrl(i), b, b.resourceSchemaUrl(j))
                        && attributes(a, a.resourceAttributes(), i, b, b.resourceAttributes(), j);
    }

    /** Whether two scope rows have the same content. */
    public static boolean scope(SpanBatch a, int i, SpanBatch b, int j) {
        return a == b && i == j
                || a.scopeDropped(i) == b.scopeDropped(j)
                        && text(a, a.scopeName(i), b, b.scopeName(j))
                        && text(a, a.scopeVersion(i), b, b.scopeVersion(j))
                        && text(a, a.scopeSchemaUrl(i), b, b.scopeSchemaUrl(j))
                        && attributes(a, a.scopeAttributes(), i, b, b.scopeAttributes(), j);
    }

    private static boolean events(SpanBatch a, int i, SpanBatch b, int j) {
        int x = a.eventsFrom(i);
        int y = b.eventsFrom(j);
        int count = a.eventsTo(i) - x;
        if (count != b.eventsTo(j) - y) {
            return false;
        }
        for (; count > 0; count--, x++, y++) {
            if (a.eventTime(x) != b.eventTime(y)
                    || a.eventDropped(x) != b.eventDropped(y)
                    || !text(a, a.eventName(x), b, b.eventName(y))
                    || !attributes(a, a.eventAttributes(), x, b, b.eventAttributes(), y)) {
                return false;
            }
        }
        return true;
    }

    private static boolean links(SpanBatch a, int i, SpanBatch b, int j) {
        int x = a.linksFrom(i);
        int y = b.linksFrom(j);
        int count = a.linksTo(i) - x;
        if (count != b.linksTo(j) - y) {
            return false;
        }
        for (; count > 0; count--, x++, y++) {
            if (a.linkTraceIdLow(x) != b.linkTraceIdLow(y)
                    || a.linkTraceIdHigh(x) != b.linkTraceIdHigh(y)
                    || a.linkSpanId(x) != b.linkSpanId(y)
                    || a.linkFlags(x) != b.linkFlags(y)
                    || a.linkDropped(x) != b.linkDropped(y)
                    || !text(a, a.linkTraceState(x), b, b.linkTraceState(y))
                    || !attributes(a, a.linkAttributes(), x, b, b.linkAttributes(), y)) {
                return false;
            }
        }
        return true;
    }

    private static boolean attributes(
            SpanBatch a, AttributeTable left, int i, SpanBatch b, AttributeTable right, int j) {
        int x = left.from(i);
        int y = right.from(j);
        int count = left.to(i) - x;
        if (count != right.to(j) - y) {
            return false;
        }
        for (; count > 0; count--, x++, y++) {
            byte type = left.type(x);
            if (type != right.type(y) || !text(a, left.key(x), b, right.key(y))) {
                return false;
            }
            boolean same = ValueType.inDictionary(type)
                    ? text(a, (int) left.value(x), b, (int) right.value(y))
                    : left.value(x) == right.value(y);
            if (!same) {
                return false;
            }
        }
        return true;
    }

    private static boolean text(SpanBatch a, int i, SpanBatch b, int j) {
        return a == b ? i == j : a.dictionary().equal(i, b.dictionary(), j);
    }
}
