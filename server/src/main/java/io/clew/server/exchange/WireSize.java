package io.clew.server.exchange;

import io.clew.model.AttributeTable;
import io.clew.model.ByteDictionary;
import io.clew.model.SpanBatch;
import io.clew.model.ValueType;

/** About how many bytes spans take as OTLP: repeated text counts each time, as it does on the wire. Stateless. */
final class WireSize {
    private static final int SPAN = 100;
    private static final int ATTRIBUTE = 16;
    private static final int EVENT = 30;
    private static final int LINK = 50;

    private WireSize() {}

    static long ofSpan(SpanBatch batch, int row) {
        ByteDictionary words = batch.dictionary();
        long size = SPAN
                + words.length(batch.name(row))
                + words.length(batch.statusMessage(row))
                + words.length(batch.traceState(row))
                + attributes(words, batch.spanAttributes(), row);
        for (int event = batch.eventsFrom(row); event < batch.eventsTo(row); event++) {
            size += EVENT + words.length(batch.eventName(event)) + attributes(words, batch.eventAttributes(), event);
        }
        for (int link = batch.linksFrom(row); link < batch.linksTo(row); link++) {
            size += LINK + words.length(batch.linkTraceState(link)) + attributes(words, batch.linkAttributes(), link);
        }
        return size;
    }

    /** Of what the span shares with others: its resource and scope. */
    static long ofOrigin(SpanBatch batch, int row) {
        ByteDictionary words = batch.dictionary();
        return attributes(words, batch.resourceAttributes(), batch.resource(row))
                + attributes(words, batch.scopeAttributes(), batch.scope(row));
    }

    private static long attributes(ByteDictionary words, AttributeTable table, int owner) {
        long size = 0;
        for (int entry = table.from(owner); entry < table.to(owner); entry++) {
            size += ATTRIBUTE + words.length(table.key(entry));
            if (ValueType.inDictionary(table.type(entry))) {
                size += words.length((int) table.value(entry));
            }
        }
        return size;
    }
}
