package io.clew.model;

import java.util.Arrays;

/**
 * Copies spans of one batch into another, translating text ids and reusing resource and scope rows already copied.
 * Bound to one pair of batches by {@link #bind}; reusable; not thread-safe. Rows of equal content that stand twice in
 * the source stay twice in the target.
 */
public final class SpanCopier {
    private SpanBatch source = new SpanBatch();
    private SpanBatch target = source;
    private int generation;
    private int texts;
    private int resourceRows;
    private int scopeRows;
    private int[] text = new int[0];
    private int[] resources = new int[0];
    private int[] scopes = new int[0];

    /** Starts copying from {@code from} to {@code to}; what was remembered of an earlier pair is forgotten. */
    public SpanCopier bind(SpanBatch from, SpanBatch to) {
        source = from;
        target = to;
        generation = from.generation();
        texts = from.dictionary().size();
        text = cleared(text, texts);
        resourceRows = from.resourceCount();
        scopeRows = from.scopeCount();
        resources = cleared(resources, resourceRows);
        scopes = cleared(scopes, scopeRows);
        return this;
    }

    /** Whether the source is still what it was when bound; else it must be bound again. */
    public boolean isCurrent() {
        return generation == source.generation()
                && texts == source.dictionary().size()
                && resourceRows == source.resourceCount()
                && scopeRows == source.scopeCount();
    }

    /** Appends a copy of the source's span and returns its row in the target. */
    public int copy(int span) {
        int row = target.beginSpan(
                resource(source.resource(span)),
                scope(source.scope(span)),
                source.receiveTime(span),
                source.protocol(span));
        target.setTraceId(row, source.traceIdHigh(span), source.traceIdLow(span));
        if (source.hasShortTraceId(span)) {
            target.markShortTraceId(row);
        }
        target.setSpanId(row, source.spanId(span));
        target.setParentSpanId(row, source.parentSpanId(span));
        if (source.hasStart(span)) {
            target.setStart(row, source.start(span));
        }
        if (source.hasEnd(span)) {
            target.setEnd(row, source.end(span));
        }
        target.setName(row, text(source.name(span)));
        target.setKind(row, source.kind(span));
        target.setStatusCode(row, source.statusCode(span));
        target.setStatusMessage(row, text(source.statusMessage(span)));
        target.setTraceState(row, text(source.traceState(span)));
        target.setFlags(row, source.flags(span));
        target.setDroppedAttributes(row, source.droppedAttributes(span));
        target.setDroppedEvents(row, source.droppedEvents(span));
        target.setDroppedLinks(row, source.droppedLinks(span));
        attributes(source.spanAttributes(), span, target.spanAttributes());
        for (int event = source.eventsFrom(span), to = source.eventsTo(span); event < to; event++) {
            int copy = target.beginEvent();
            target.setEventTime(copy, source.eventTime(event));
            target.setEventName(copy, text(source.eventName(event)));
            target.setEventDropped(copy, source.eventDropped(event));
            attributes(source.eventAttributes(), event, target.eventAttributes());
        }
        for (int link = source.linksFrom(span), to = source.linksTo(span); link < to; link++) {
            int copy = target.beginLink();
            target.setLinkTraceId(copy, source.linkTraceIdHigh(link), source.linkTraceIdLow(link));
            target.setLinkSpanId(copy, source.linkSpanId(link));
            target.setLinkTraceState(copy, text(source.linkTraceState(link)));
            target.setLinkFlags(copy, source.linkFlags(link));
            target.setLinkDropped(copy, source.linkDropped(link));
            attributes(source.linkAttributes(), link, target.linkAttributes());
        }
        return row;
    }

    private int resource(int row) {
        if (resources[row] == 0) {
            int copy = target.beginResource();
            target.setResourceDropped(copy, source.resourceDropped(row));
            target.setResourceSchemaUrl(copy, text(source.resourceSchemaUrl(row)));
            attributes(source.resourceAttributes(), row, target.resourceAttributes());
            resources[row] = copy + 1;
        }
        return resources[row] - 1;
    }

    private int scope(int row) {
        if (scopes[row] == 0) {
            int copy = target.beginScope();
            target.setScopeName(copy, text(source.scopeName(row)));
            target.setScopeVersion(copy, text(source.scopeVersion(row)));
            target.setScopeDropped(copy, source.scopeDropped(row));
            target.setScopeSchemaUrl(copy, text(source.scopeSchemaUrl(row)));
            attributes(source.scopeAttributes(), row, target.scopeAttributes());
            scopes[row] = copy + 1;
        }
        return scopes[row] - 1;
    }

    private void attributes(AttributeTable from, int owner, AttributeTable to) {
        for (int entry = from.from(owner), end = from.to(owner); entry < end; entry++) {
            byte type = from.type(entry);
            long value = from.value(entry);
            to.add(text(from.key(entry)), type, ValueType.inDictionary(type) ? text((int) value) : value);
        }
    }

    private int text(int id) {
        if (id == 0) {
            return 0;
        }
        int known = text[id];
        if (known == 0) {
            ByteDictionary words = source.dictionary();
            known = target.dictionary().intern(words.array(), words.offset(id), words.length(id));
            text[id] = known;
        }
        return known;
    }

    private static int[] cleared(int[] map, int size) {
        if (map.length < size) {
            return new int[Math.max(size, 64)];
        }
        Arrays.fill(map, 0, size, 0);
        return map;
    }
}
