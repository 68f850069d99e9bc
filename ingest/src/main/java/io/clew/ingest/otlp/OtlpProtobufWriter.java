package io.clew.ingest.otlp;

import io.clew.model.AttributeTable;
import io.clew.model.ByteDictionary;
import io.clew.model.MalformedRequestException;
import io.clew.model.SpanBatch;
import io.clew.model.Trace;
import io.clew.model.ValueType;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * Writes spans as an ExportTraceServiceRequest, which on the wire is also TracesData: fields in order of their numbers,
 * defaults left out. Spans of equal resource and scope stand together. Reuses its buffer; for one thread.
 */
public final class OtlpProtobufWriter {
    private static final int RETAINED = 1 << 20;

    private static final int FIELD_1 = 1 << 3 | Wire.LENGTH;
    private static final int FIELD_2 = 2 << 3 | Wire.LENGTH;
    private static final int FIELD_3 = 3 << 3 | Wire.LENGTH;

    private final ProtobufOutput out = new ProtobufOutput(RETAINED);
    private SpanBatch batch = new SpanBatch();
    private ByteDictionary words = batch.dictionary();

    /** A whole trace, spans by (start, span id) within their group. */
    public byte[] write(Trace trace) {
        return write(trace.spans(), trace.order());
    }

    /** All spans of a batch. */
    public byte[] write(SpanBatch batch) {
        return write(batch, IntStream.range(0, batch.spanCount()).toArray());
    }

    /** These rows of a batch. */
    public byte[] write(SpanBatch batch, int[] rows) {
        this.batch = batch;
        words = batch.dictionary();
        try {
            out.truncate(0);
            request(SpanGroups.of(batch, rows));
            return Arrays.copyOf(out.array(), out.size());
        } catch (MalformedRequestException e) {
            throw new IllegalStateException("an unlimited budget refused", e);
        } finally {
            out.end();
        }
    }

    private void request(SpanGroups groups) throws MalformedRequestException {
        for (SpanGroups.ResourceGroup group : groups.resources()) {
            int resource = group.resource();
            long resourceSpans = out.open(FIELD_1, 1 << 16);
            long message = out.open(FIELD_1, 200);
            attributes(FIELD_1, batch.resourceAttributes(), resource);
            number(2 << 3, batch.resourceDropped(resource) & 0xFFFFFFFFL);
            out.close(message);
            for (SpanGroups.ScopeGroup scope : group.scopes()) {
                scopeSpans(scope);
            }
            text(FIELD_3, batch.resourceSchemaUrl(resource));
            out.close(resourceSpans);
        }
    }

    private void scopeSpans(SpanGroups.ScopeGroup group) throws MalformedRequestException {
        int scope = group.scope();
        long scopeSpans = out.open(FIELD_2, 1 << 16);
        long message = out.open(FIELD_1, 40);
        text(FIELD_1, batch.scopeName(scope));
        text(FIELD_2, batch.scopeVersion(scope));
        attributes(FIELD_3, batch.scopeAttributes(), scope);
        number(4 << 3, batch.scopeDropped(scope) & 0xFFFFFFFFL);
        out.close(message);
        for (int i = 0; i < group.spans().count(); i++) {
            long span = out.open(FIELD_2, 300);
            span(group.spans().get(i));
            out.close(span);
        }
        text(FIELD_3, batch.scopeSchemaUrl(scope));
        out.close(scopeSpans);
    }

    private void span(int span) throws MalformedRequestException {
        traceId(batch.traceIdHigh(span), batch.traceIdLow(span));
        id(FIELD_2, batch.spanId(span));
        text(FIELD_3, batch.traceState(span));
        id(4 << 3 | Wire.LENGTH, batch.parentSpanId(span));
        text(5 << 3 | Wire.LENGTH, batch.name(span));
        number(6 << 3, batch.kind(span));
        time(7 << 3 | Wire.FIXED64, batch.start(span));
        time(8 << 3 | Wire.FIXED64, batch.end(span));
        attributes(9 << 3 | Wire.LENGTH, batch.spanAttributes(), span);
        number(10 << 3, batch.droppedAttributes(span) & 0xFFFFFFFFL);
        for (int event = batch.eventsFrom(span), to = batch.eventsTo(span); event < to; event++) {
            long message = out.open(11 << 3 | Wire.LENGTH, 200);
            time(1 << 3 | Wire.FIXED64, batch.eventTime(event));
            text(FIELD_2, batch.eventName(event));
            attributes(FIELD_3, batch.eventAttributes(), event);
            number(4 << 3, batch.eventDropped(event) & 0xFFFFFFFFL);
            out.close(message);
        }
        number(12 << 3, batch.droppedEvents(span) & 0xFFFFFFFFL);
        for (int link = batch.linksFrom(span), to = batch.linksTo(span); link < to; link++) {
            long message = out.open(13 << 3 | Wire.LENGTH, 100);
            if ((batch.linkTraceIdHigh(link) | batch.linkTraceIdLow(link)) != 0) {
                traceId(batch.linkTraceIdHigh(link), batch.linkTraceIdLow(link));
            }
            id(FIELD_2, batch.linkSpanId(link));
            text(FIELD_3, batch.linkTraceState(link));
            attributes(4 << 3 | Wire.LENGTH, batch.linkAttributes(), link);
            number(5 << 3, batch.linkDropped(link) & 0xFFFFFFFFL);
            flags(6 << 3 | Wire.FIXED32, batch.linkFlags(link));
            out.close(message);
        }
        number(14 << 3, batch.droppedLinks(span) & 0xFFFFFFFFL);
        if (batch.statusCode(span) != 0 || batch.statusMessage(span) != 0) {
            long message = out.open(15 << 3 | Wire.LENGTH, 20);
            text(FIELD_2, batch.statusMessage(span));
            number(3 << 3, batch.statusCode(span));
            out.close(message);
        }
        flags(16 << 3 | Wire.FIXED32, batch.flags(span));
    }

    private void attributes(int tag, AttributeTable table, int owner) throws MalformedRequestException {
        for (int entry = table.from(owner), to = table.to(owner); entry < to; entry++) {
            long message = out.open(tag, 40);
            text(FIELD_1, table.key(entry));
            long any = out.open(FIELD_2, 20);
            value(table.type(entry), table.value(entry));
            out.close(any);
            out.close(message);
        }
    }

    private void value(byte type, long value) throws MalformedRequestException {
        switch (type) {
            case ValueType.STRING -> bytes(AnyValue.STRING, (int) value);
            case ValueType.BOOL -> out.varint(AnyValue.BOOL, value);
            case ValueType.INT -> out.varint(AnyValue.INT, value);
            case ValueType.DOUBLE -> out.fixed64(AnyValue.DOUBLE, value);
            case ValueType.BYTES -> bytes(AnyValue.BYTES, (int) value);
            // Canonical nested bytes are what stands on the wire.
            case ValueType.ARRAY -> bytes(AnyValue.ARRAY, (int) value);
            case ValueType.KVLIST -> bytes(AnyValue.KVLIST, (int) value);
            default -> {}
        }
    }

    private void text(int tag, int id) throws MalformedRequestException {
        if (id != 0) {
            bytes(tag, id);
        }
    }

    private void bytes(int tag, int id) throws MalformedRequestException {
        out.bytes(tag, words.array(), words.offset(id), words.length(id));
    }

    private void traceId(long high, long low) throws MalformedRequestException {
        out.varint(FIELD_1, 16);
        out.bigEndian(high);
        out.bigEndian(low);
    }

    private void id(int tag, long id) throws MalformedRequestException {
        if (id != 0) {
            out.varint(tag, 8);
            out.bigEndian(id);
        }
    }

    private void number(int tag, long value) throws MalformedRequestException {
        if (value != 0) {
            out.varint(tag, value);
        }
    }

    private void time(int tag, long nanos) throws MalformedRequestException {
        if (nanos != 0) {
            out.fixed64(tag, nanos);
        }
    }

    private void flags(int tag, int bits) throws MalformedRequestException {
        if (bits != 0) {
            out.fixed32(tag, bits);
        }
    }
}
