package io.clew.server.exchange;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import io.clew.model.AttributeTable;
import io.clew.model.ByteDictionary;
import io.clew.model.Hex;
import io.clew.model.SpanBatch;
import io.clew.model.SpanKind;
import io.clew.model.StatusCode;
import io.clew.model.ValueType;
import io.clew.server.store.ScratchDirectory;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A Parquet file being written: rows gather as JSON lines in a file beside it, of which DuckDB makes the Parquet file at
 * the end, in bounded memory. For one thread.
 */
final class ParquetFile implements SpanFile {
    private static final long ROW_GROUP_BYTES = 48L << 20;
    private static final byte[] SERVICE_NAME = "service.name".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    private final Path path;
    private final Path staging;
    private final PartSize size;
    private final OutputStream out;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream(1 << 12);
    private final JsonGenerator json;
    private final AttributeText attributes = new AttributeText();
    private SpanBatch batch = new SpanBatch();
    private ByteDictionary words = batch.dictionary();
    private long spans;
    private long bytes;
    private long longestLine;

    private ParquetFile(Path path, Path staging, PartSize size) throws IOException {
        this.path = path;
        this.size = size;
        this.staging = staging;
        this.out = new BufferedOutputStream(Files.newOutputStream(staging), 1 << 16);
        this.json = JsonFactory.builder()
                .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
                .build()
                .createGenerator(line, JsonEncoding.UTF8);
        json.setRootValueSeparator(null);
    }

    static ParquetFile create(Path path, PartSize size) throws IOException {
        return new ParquetFile(path, path.resolveSibling(path.getFileName() + ".rows"), size);
    }

    @Override
    public void write(SpanChunk chunk) throws IOException {
        batch = chunk.spans();
        words = batch.dictionary();
        for (int row = 0; row < batch.spanCount(); row++) {
            span(row);
            json.flush();
            line.write('\n');
            try {
                line.writeTo(out);
            } catch (IOException e) {
                throw new IOException(staging + ": " + e.getMessage(), e);
            }
            longestLine = Math.max(longestLine, line.size());
            bytes += line.size();
            line.reset();
        }
        spans += batch.spanCount();
    }

    private void span(int row) throws IOException {
        json.writeStartObject();
        String low = Hex.of(batch.traceIdLow(row));
        json.writeStringField("trace_id", batch.hasShortTraceId(row) ? low : Hex.of(batch.traceIdHigh(row)) + low);
        json.writeStringField("span_id", Hex.of(batch.spanId(row)));
        if (batch.parentSpanId(row) != 0) {
            json.writeStringField("parent_span_id", Hex.of(batch.parentSpanId(row)));
        }
        text("name", batch.name(row));
        service(batch.resource(row));
        json.writeStringField("kind", SpanKind.of(batch.kind(row)).word());
        json.writeNumberField("kind_number", batch.kind(row));
        if (batch.hasStart(row)) {
            json.writeNumberField("start_ns", batch.start(row));
        }
        if (batch.hasEnd(row)) {
            json.writeNumberField("end_ns", batch.end(row));
        }
        json.writeNumberField("duration_ns", batch.duration(row));
        json.writeStringField("status", StatusCode.of(batch.statusCode(row)).word());
        json.writeNumberField("status_number", batch.statusCode(row));
        text("status_message", batch.statusMessage(row));
        text("trace_state", batch.traceState(row));
        count("flags", batch.flags(row));
        count("dropped_attributes_count", batch.droppedAttributes(row));
        count("dropped_events_count", batch.droppedEvents(row));
        count("dropped_links_count", batch.droppedLinks(row));
        attributes(batch.spanAttributes(), row);
        resource(batch.resource(row));
        scope(batch.scope(row));
        events(row);
        links(row);
        json.writeNumberField("received_ns", batch.receiveTime(row));
        json.writeNumberField("protocol", batch.protocol(row));
        json.writeEndObject();
    }

    private void service(int resource) throws IOException {
        AttributeTable table = batch.resourceAttributes();
        for (int entry = table.from(resource); entry < table.to(resource); entry++) {
            if (table.type(entry) == ValueType.STRING
                    && words.equal(table.key(entry), SERVICE_NAME, 0, SERVICE_NAME.length)) {
                json.writeFieldName("service");
                utf8((int) table.value(entry));
                return;
            }
        }
    }

    private void resource(int resource) throws IOException {
        attributes.write(
                batch.resourceAttributes(),
                resource,
                words,
                "resource_attributes",
                "resource_attribute_types",
                "resource_attributes_exact",
                json);
        count("resource_dropped_attributes_count", batch.resourceDropped(resource));
        text("resource_schema_url", batch.resourceSchemaUrl(resource));
    }

    private void scope(int scope) throws IOException {
        text("scope_name", batch.scopeName(scope));
        text("scope_version", batch.scopeVersion(scope));
        attributes.write(
                batch.scopeAttributes(),
                scope,
                words,
                "scope_attributes",
                "scope_attribute_types",
                "scope_attributes_exact",
                json);
        count("scope_dropped_attributes_count", batch.scopeDropped(scope));
        text("scope_schema_url", batch.scopeSchemaUrl(scope));
    }

    private void events(int row) throws IOException {
        json.writeArrayFieldStart("events");
        for (int event = batch.eventsFrom(row); event < batch.eventsTo(row); event++) {
            json.writeStartObject();
            json.writeNumberField("time_ns", batch.eventTime(event));
            text("name", batch.eventName(event));
            count("dropped_attributes_count", batch.eventDropped(event));
            attributes(batch.eventAttributes(), event);
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void links(int row) throws IOException {
        json.writeArrayFieldStart("links");
        for (int link = batch.linksFrom(row); link < batch.linksTo(row); link++) {
            json.writeStartObject();
            json.writeStringField("trace_id", Hex.of(batch.linkTraceIdHigh(link)) + Hex.of(batch.linkTraceIdLow(link)));
            json.writeStringField("span_id", Hex.of(batch.linkSpanId(link)));
            text("trace_state", batch.linkTraceState(link));
            count("flags", batch.linkFlags(link));
            count("dropped_attributes_count", batch.linkDropped(link));
            attributes(batch.linkAttributes(), link);
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private void attributes(AttributeTable table, int owner) throws IOException {
        attributes.write(table, owner, words, "attributes", "attribute_types", "attributes_exact", json);
    }

    /** Text that may be empty, in every row. */
    private void text(String field, int id) throws IOException {
        json.writeFieldName(field);
        utf8(id);
    }

    private void utf8(int id) throws IOException {
        json.writeUTF8String(words.array(), words.offset(id), words.length(id));
    }

    /** An unsigned 32-bit number. */
    private void count(String field, int value) throws IOException {
        json.writeNumberField(field, value & 0xFFFFFFFFL);
    }

    @Override
    public boolean isFull() {
        return spans >= size.spans() || bytes >= size.bytes();
    }

    @Override
    public void finish() throws IOException {
        json.close();
        out.close();
        int rowGroup = Math.clamp(ROW_GROUP_BYTES / Math.max(1, bytes / Math.max(1, spans)), 2048, 100_000);
        Path scratch = Files.createTempDirectory(path.toAbsolutePath().getParent(), ".duckdb");
        try (DuckDb duck = DuckDb.open(scratch)) {
            duck.run(ParquetSchema.write(staging, longestLine, rowGroup, path));
        } finally {
            ScratchDirectory.remove(scratch);
        }
        Files.delete(staging);
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    @Override
    public void close() throws IOException {
        out.close();
        Files.deleteIfExists(staging);
    }
}
