package io.clew.store.kit;

import io.clew.model.AttributeTable;
import io.clew.model.AttributeValue;
import io.clew.model.ByteDictionary;
import io.clew.model.Hex;
import io.clew.model.SpanBatch;
import io.clew.model.Trace;
import io.clew.store.SpanColumns;
import java.util.ArrayList;
import java.util.List;

/** A span's whole content as one line of text, for comparing and for failure messages. Stateless. */
public final class SpanText {
    private SpanText() {}

    /** The lines of all spans of a trace, sorted: equal for traces of equal content, whatever the order of rows. */
    public static List<String> of(Trace trace) {
        List<String> lines = new ArrayList<>();
        for (int row = 0; row < trace.spans().spanCount(); row++) {
            lines.add(of(trace.spans(), row));
        }
        lines.sort(null);
        return lines;
    }

    /** As {@link #of(Trace)}, with only what a scan of these columns has to give. */
    public static List<String> of(Trace trace, SpanColumns columns) {
        List<String> lines = new ArrayList<>();
        for (int row = 0; row < trace.spans().spanCount(); row++) {
            lines.add(of(trace.spans(), row, columns));
        }
        lines.sort(null);
        return lines;
    }

    private static String of(SpanBatch batch, int row, SpanColumns columns) {
        ByteDictionary text = batch.dictionary();
        StringBuilder out = new StringBuilder()
                .append(batch.traceId(row))
                .append(Hex.of(batch.spanId(row)))
                .append(" parent ")
                .append(Hex.of(batch.parentSpanId(row)))
                .append(batch.hasStart(row) ? " from " + batch.start(row) : " from ?")
                .append(batch.hasEnd(row) ? " to " + batch.end(row) : " to ?")
                .append(" name ")
                .append(text.text(batch.name(row)))
                .append(" kind ")
                .append(batch.kind(row))
                .append(" status ")
                .append(batch.statusCode(row));
        AttributeTable attributes = batch.spanAttributes();
        for (int entry = attributes.from(row); entry < attributes.to(row); entry++) {
            String key = text.text(attributes.key(entry));
            if (columns.hasAttribute(key)) {
                out.append(' ').append(key).append('=').append(AttributeValue.of(attributes, entry, text));
            }
        }
        links(out, batch, row);
        resource(out, batch, row);
        return out.toString();
    }

    public static String of(SpanBatch batch, int row) {
        ByteDictionary text = batch.dictionary();
        StringBuilder out = new StringBuilder()
                .append(batch.traceId(row))
                .append(batch.hasShortTraceId(row) ? " short " : " ")
                .append(Hex.of(batch.spanId(row)))
                .append(" parent ")
                .append(Hex.of(batch.parentSpanId(row)))
                .append(batch.hasStart(row) ? " from " + batch.start(row) : " from ?")
                .append(batch.hasEnd(row) ? " to " + batch.end(row) : " to ?")
                .append(" received ")
                .append(batch.receiveTime(row))
                .append(" by ")
                .append(batch.protocol(row))
                .append(" name ")
                .append(text.text(batch.name(row)))
                .append(" kind ")
                .append(batch.kind(row))
                .append(" status ")
                .append(batch.statusCode(row))
                .append(text.text(batch.statusMessage(row)))
                .append(" state ")
                .append(text.text(batch.traceState(row)))
                .append(" flags ")
                .append(batch.flags(row))
                .append(" dropped ")
                .append(batch.droppedAttributes(row))
                .append(',')
                .append(batch.droppedEvents(row))
                .append(',')
                .append(batch.droppedLinks(row));
        attributes(out, batch.spanAttributes(), row, text);
        for (int event = batch.eventsFrom(row); event < batch.eventsTo(row); event++) {
            out.append(" event ")
                    .append(batch.eventTime(event))
                    .append(text.text(batch.eventName(event)))
                    .append(batch.eventDropped(event));
            attributes(out, batch.eventAttributes(), event, text);
        }
        links(out, batch, row);
        int scope = batch.scope(row);
        out.append(" scope ")
                .append(text.text(batch.scopeName(scope)))
                .append(text.text(batch.scopeVersion(scope)))
                .append(text.text(batch.scopeSchemaUrl(scope)))
                .append(batch.scopeDropped(scope));
        attributes(out, batch.scopeAttributes(), scope, text);
        resource(out, batch, row);
        return out.toString();
    }

    private static void links(StringBuilder out, SpanBatch batch, int row) {
        ByteDictionary text = batch.dictionary();
        for (int link = batch.linksFrom(row); link < batch.linksTo(row); link++) {
            out.append(" link ")
                    .append(Hex.of(batch.linkTraceIdHigh(link)))
                    .append(Hex.of(batch.linkTraceIdLow(link)))
                    .append(Hex.of(batch.linkSpanId(link)))
                    .append(text.text(batch.linkTraceState(link)))
                    .append(batch.linkFlags(link))
                    .append(',')
                    .append(batch.linkDropped(link));
            attributes(out, batch.linkAttributes(), link, text);
        }
    }

    private static void resource(StringBuilder out, SpanBatch batch, int row) {
        ByteDictionary text = batch.dictionary();
        int resource = batch.resource(row);
        out.append(" resource ")
                .append(text.text(batch.resourceSchemaUrl(resource)))
                .append(batch.resourceDropped(resource));
        attributes(out, batch.resourceAttributes(), resource, text);
    }

    private static void attributes(StringBuilder out, AttributeTable table, int owner, ByteDictionary text) {
        out.append(" {");
        for (int entry = table.from(owner); entry < table.to(owner); entry++) {
            out.append(text.text(table.key(entry))).append('=');
            out.append(AttributeValue.of(table, entry, text));
            out.append(';');
        }
        out.append('}');
    }
}
