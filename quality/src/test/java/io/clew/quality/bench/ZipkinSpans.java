package io.clew.quality.bench;

import io.clew.model.AttributeTable;
import io.clew.model.AttributeValue;
import io.clew.model.ByteDictionary;
import io.clew.model.SpanBatch;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Spans as a Zipkin ListOfSpans (zipkin.proto3), translated as the OpenTelemetry Collector's exporter does: attributes of
 * span and resource become tags, events annotations. For one use.
 */
final class ZipkinSpans {
    /** Zipkin's numbers of the kinds by OTLP's. */
    private static final int[] KINDS = {0, 0, 2, 1, 3, 4};

    private final SpanBatch batch;
    private final ByteDictionary words;

    private ZipkinSpans(SpanBatch batch) {
        this.batch = batch;
        this.words = batch.dictionary();
    }

    static byte[] of(byte[] otlp) {
        SpanBatch batch = Sample.decode(otlp);
        ZipkinSpans spans = new ZipkinSpans(batch);
        ByteArrayOutputStream out = new ByteArrayOutputStream(otlp.length);
        for (int span = 0; span < batch.spanCount(); span++) {
            bytes(out, 1, spans.span(span));
        }
        return out.toByteArray();
    }

    private byte[] span(int span) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(600);
        bytes(
                out,
                1,
                ByteBuffer.allocate(16)
                        .putLong(batch.traceIdHigh(span))
                        .putLong(batch.traceIdLow(span))
                        .array());
        if (batch.parentSpanId(span) != 0) {
            bytes(out, 2, id(batch.parentSpanId(span)));
        }
        bytes(out, 3, id(batch.spanId(span)));
        if (KINDS[batch.kind(span)] != 0) {
            varint(out, 4, KINDS[batch.kind(span)]);
        }
        text(out, 5, words.text(batch.name(span)));
        fixed64(out, 6, batch.start(span) / 1000);
        varint(out, 7, Math.max(1, batch.duration(span) / 1000));
        ByteArrayOutputStream endpoint = new ByteArrayOutputStream();
        text(endpoint, 1, Sample.service(batch, span));
        bytes(out, 8, endpoint.toByteArray());
        for (int event = batch.eventsFrom(span); event < batch.eventsTo(span); event++) {
            ByteArrayOutputStream annotation = new ByteArrayOutputStream();
            fixed64(annotation, 1, batch.start(span) / 1000);
            StringBuilder value = new StringBuilder(words.text(batch.eventName(event)));
            AttributeTable table = batch.eventAttributes();
            for (int entry = table.from(event); entry < table.to(event); entry++) {
                value.append(' ')
                        .append(words.text(table.key(entry)))
                        .append('=')
                        .append(value(table, entry));
            }
            text(annotation, 2, value.toString());
            bytes(out, 10, annotation.toByteArray());
        }
        tags(out, batch.spanAttributes(), span);
        tags(out, batch.resourceAttributes(), batch.resource(span));
        if (batch.statusCode(span) == 2) {
            tag(out, "error", words.text(batch.statusMessage(span)));
        }
        return out.toByteArray();
    }

    private void tags(ByteArrayOutputStream out, AttributeTable table, int owner) {
        for (int entry = table.from(owner); entry < table.to(owner); entry++) {
            tag(out, words.text(table.key(entry)), value(table, entry));
        }
    }

    private String value(AttributeTable table, int entry) {
        return switch (AttributeValue.of(table, entry, words)) {
            case AttributeValue.Text v -> v.value();
            case AttributeValue.Int v -> Long.toString(v.value());
            case AttributeValue.Real v -> Double.toString(v.value());
            case AttributeValue.Bool v -> Boolean.toString(v.value());
            case AttributeValue other -> other.toString();
        };
    }

    private static void tag(ByteArrayOutputStream out, String key, String value) {
        ByteArrayOutputStream pair = new ByteArrayOutputStream();
        text(pair, 1, key);
        text(pair, 2, value);
        bytes(out, 11, pair.toByteArray());
    }

    private static byte[] id(long id) {
        return ByteBuffer.allocate(8).putLong(id).array();
    }

    private static void text(ByteArrayOutputStream out, int field, String text) {
        bytes(out, field, text.getBytes(StandardCharsets.UTF_8));
    }

    private static void bytes(ByteArrayOutputStream out, int field, byte[] content) {
        raw(out, field << 3 | 2);
        raw(out, content.length);
        out.writeBytes(content);
    }

    private static void varint(ByteArrayOutputStream out, int field, long value) {
        raw(out, field << 3);
        raw(out, value);
    }

    private static void fixed64(ByteArrayOutputStream out, int field, long value) {
        raw(out, field << 3 | 1);
        for (int i = 0; i < 64; i += 8) {
            out.write((int) (value >>> i));
        }
    }

    private static void raw(ByteArrayOutputStream out, long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            out.write((int) rest & 0x7F | 0x80);
            rest >>>= 7;
        }
        out.write((int) rest);
    }
}
