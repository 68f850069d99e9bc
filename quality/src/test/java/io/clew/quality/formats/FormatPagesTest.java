package io.clew.quality.formats;

import static org.assertj.core.api.Assertions.assertThat;

import io.clew.model.AttributeTable;
import io.clew.model.ByteDictionary;
import io.clew.model.SpanBatch;
import io.clew.model.Trace;
import io.clew.model.ValueType;
import io.clew.quality.golden.GoldenStores;
import io.clew.store.ReadControl;
import io.clew.store.Snapshot;
import io.clew.store.SpanCondition;
import io.clew.store.TraceStore;
import io.clew.store.Window;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages of docs/formats say enough: what readers written from them alone find is what Clew finds, to the last bit. */
class FormatPagesTest {
    @TempDir
    Path data = Path.of("");

    @ParameterizedTest
    @ValueSource(strings = {"blocks", "deleted"})
    void aStrangerReadsBlocksAsClewDoes(String name) throws IOException {
        GoldenStores.unzip(name, data);
        ManifestReader manifest = ManifestReader.read(Files.readAllBytes(data.resolve("MANIFEST")));
        List<SpanRecord> read = new ArrayList<>();
        int deleted = 0;
        for (ManifestReader.Block block : manifest.blocks()) {
            List<SpanRecord> spans =
                    BlockReader.read(Files.readAllBytes(data.resolve("block-%016x.clew".formatted(block.number()))));
            assertThat(spans).hasSize((int) block.spans());
            for (SpanRecord span : spans) {
                if (block.deleted().contains(new ManifestReader.Id(span.traceHigh(), span.traceLow()))) {
                    deleted++;
                } else {
                    read.add(span);
                }
            }
        }
        assertThat(deleted > 0).isEqualTo(name.equals("deleted"));
        assertThat(manifest.kept()).hasSize(name.equals("deleted") ? 1 : 0);
        assertThat(read).hasSize((int) manifest.spans());
        assertThat(log().tailMap(manifest.covered(), false)).isEmpty();
        assertThat(sorted(read)).isEqualTo(sorted(asClewReads()));
    }

    @Test
    void aStrangerReadsTheLogAsClewDoes() throws IOException {
        GoldenStores.unzip("log", data);
        Collection<LogReader.Request> requests = log().values();
        List<SpanRecord> batches = new ArrayList<>();
        for (LogReader.Request request : requests) {
            if (request.codec() == 0) {
                batches.addAll(LogReader.batch(request.body()));
            }
        }
        assertThat(requests.stream().map(request -> request.codec() + " in " + request.encoding()))
                .contains("0 in 0", "1 in 0", "1 in 1", "1 in 2", "2 in 0", "2 in 1", "2 in 2");
        assertThat(requests.stream().filter(request -> request.refused().length > 0))
                .allSatisfy(request -> assertThat(request.refused()).containsExactly(0));
        assertThat(batches).hasSizeGreaterThan(10);
        assertThat(sorted(asClewReads())).containsAll(sorted(batches));
    }

    private NavigableMap<Long, LogReader.Request> log() throws IOException {
        List<byte[]> segments = new ArrayList<>();
        if (Files.exists(data.resolve("log"))) {
            try (Stream<Path> files = Files.list(data.resolve("log"))) {
                for (Path file :
                        files.filter(name -> name.toString().endsWith(".log")).toList()) {
                    segments.add(Files.readAllBytes(file));
                }
            }
        }
        return LogReader.read(segments);
    }

    private static List<String> sorted(List<SpanRecord> spans) {
        return spans.stream().map(SpanRecord::toString).sorted().toList();
    }

    // ---- the product's reading

    private List<SpanRecord> asClewReads() throws IOException {
        List<SpanRecord> spans = new ArrayList<>();
        try (TraceStore store = GoldenStores.open(data);
                Snapshot snapshot = store.snapshot()) {
            Snapshot.TraceCursor traces =
                    snapshot.search(new SpanCondition.Any(), Window.ALL, null, ReadControl.unbounded());
            for (Trace trace; (trace = traces.next()) != null; ) {
                for (int row = 0; row < trace.spans().spanCount(); row++) {
                    spans.add(span(trace.spans(), row));
                }
            }
        }
        return spans;
    }

    private static SpanRecord span(SpanBatch batch, int row) {
        List<SpanRecord.Event> events = new ArrayList<>();
        for (int i = batch.eventsFrom(row); i < batch.eventsTo(row); i++) {
            events.add(new SpanRecord.Event(
                    batch.eventTime(i),
                    text(batch, batch.eventName(i)),
                    batch.eventDropped(i),
                    values(batch, batch.eventAttributes(), i)));
        }
        List<SpanRecord.Link> links = new ArrayList<>();
        for (int i = batch.linksFrom(row); i < batch.linksTo(row); i++) {
            links.add(new SpanRecord.Link(
                    batch.linkTraceIdHigh(i),
                    batch.linkTraceIdLow(i),
                    batch.linkSpanId(i),
                    text(batch, batch.linkTraceState(i)),
                    batch.linkFlags(i),
                    batch.linkDropped(i),
                    values(batch, batch.linkAttributes(), i)));
        }
        int resource = batch.resource(row);
        int scope = batch.scope(row);
        return new SpanRecord(
                batch.traceIdHigh(row),
                batch.traceIdLow(row),
                batch.hasShortTraceId(row),
                batch.spanId(row),
                batch.parentSpanId(row),
                batch.hasStart(row) ? (Long) batch.start(row) : null,
                batch.hasEnd(row) ? (Long) batch.end(row) : null,
                batch.receiveTime(row),
                batch.protocol(row),
                text(batch, batch.name(row)),
                text(batch, batch.statusMessage(row)),
                text(batch, batch.traceState(row)),
                batch.kind(row),
                batch.statusCode(row),
                batch.flags(row),
                List.of(batch.droppedAttributes(row), batch.droppedEvents(row), batch.droppedLinks(row)),
                values(batch, batch.spanAttributes(), row),
                events,
                links,
                new SpanRecord.Owner(
                        "",
                        "",
                        text(batch, batch.resourceSchemaUrl(resource)),
                        batch.resourceDropped(resource),
                        values(batch, batch.resourceAttributes(), resource)),
                new SpanRecord.Owner(
                        text(batch, batch.scopeName(scope)),
                        text(batch, batch.scopeVersion(scope)),
                        text(batch, batch.scopeSchemaUrl(scope)),
                        batch.scopeDropped(scope),
                        values(batch, batch.scopeAttributes(), scope)));
    }

    private static List<SpanRecord.Value> values(SpanBatch batch, AttributeTable table, int owner) {
        List<SpanRecord.Value> values = new ArrayList<>();
        for (int entry = table.from(owner); entry < table.to(owner); entry++) {
            byte type = table.type(entry);
            values.add(new SpanRecord.Value(
                    text(batch, table.key(entry)),
                    type,
                    ValueType.inDictionary(type)
                            ? text(batch, (int) table.value(entry))
                            : Long.toString(table.value(entry))));
        }
        return values;
    }

    private static String text(SpanBatch batch, int id) {
        ByteDictionary words = batch.dictionary();
        int from = words.offset(id);
        return new String(
                Arrays.copyOfRange(words.array(), from, from + words.length(id)), StandardCharsets.ISO_8859_1);
    }
}
