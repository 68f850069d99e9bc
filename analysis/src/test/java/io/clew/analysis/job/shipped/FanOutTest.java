package io.clew.analysis.job.shipped;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.clew.analysis.Fold;
import io.clew.analysis.TestTraces;
import io.clew.analysis.cell.Cell;
import io.clew.analysis.map.EdgesFromBytes;
import io.clew.analysis.map.ServiceMap;
import io.clew.ingest.ByteBudget;
import io.clew.ingest.TrainTicket;
import io.clew.ingest.otlp.OtlpProtobufDecoder;
import io.clew.model.DecodeLimits;
import io.clew.model.RandomSpans;
import io.clew.model.Refusals;
import io.clew.model.SourceRequest;
import io.clew.model.SpanBatch;
import io.clew.store.ReadControl;
import io.clew.store.Snapshot;
import io.clew.store.SpanColumns;
import io.clew.store.TraceStore;
import io.clew.store.Window;
import io.clew.store.embedded.EmbeddedStore;
import io.clew.store.embedded.StoreSettings;
import io.clew.store.files.DiskFiles;
import io.clew.store.kit.NaiveTraceStore;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FanOutTest {
    @TempDir
    Path directory;

    /** On the Train-Ticket traces, whose numbers are counted from the bytes by something that uses nothing of Clew. */
    @Test
    void equalsAnIndependentCountOfTrainTicket() throws Exception {
        EdgesFromBytes independent = new EdgesFromBytes();
        TrainTicket.FILES.forEach(file -> independent.add(TrainTicket.protobuf(file)));
        Map<String, Map<String, List<Long>>> expected = independent.perRequest();
        assertThat(expected.values().stream().mapToInt(Map::size).sum()).isGreaterThan(30);
        OtlpProtobufDecoder decoder = new OtlpProtobufDecoder(new ByteBudget(64 << 20));
        List<Map<String, String>> rows;
        try (TraceStore store = EmbeddedStore.open(StoreSettings.of(new DiskFiles(), directory, List.of(decoder)))) {
            for (SourceRequest request : TrainTicket.requests()) {
                SpanBatch batch = store.newBatch();
                decoder.decode(request, DecodeLimits.DEFAULT, batch, new Refusals());
                store.append(batch, null, DecodeLimits.DEFAULT, new Refusals()).join();
            }
            rows = Jobs.rows(store, new FanOut(), directory);
        }
        int callees = 0;
        long spans = 0;
        for (Map<String, String> row : rows) {
            Map<String, List<Long>> entry =
                    requireNonNull(expected.get(row.get("entry_service") + " " + row.get("entry_operation")));
            int requests = requireNonNull(entry.get("spans")).size();
            boolean ofSpans = "spans".equals(row.get("callee_kind"));
            String what = ofSpans ? "spans" : row.get("callee") + " " + row.get("callee_operation");
            List<Long> counts = requireNonNull(entry.get(what), what);
            long total = counts.stream().mapToLong(count -> count).sum();
            assertThat(row)
                    .as(what)
                    .containsEntry("requests", String.valueOf(requests))
                    .containsEntry("requests_with", String.valueOf(counts.size()))
                    .containsEntry("calls", String.valueOf(total))
                    .containsEntry("max", String.valueOf(counts.getFirst()));
            assertThat(Double.parseDouble(row.get("mean"))).isCloseTo((double) total / requests, within(0.0006));
            for (int percent : new int[] {50, 99}) {
                // Nearest rank among all requests, those without a call as zero.
                int rank = Math.max(1, (int) Math.ceil(percent / 100.0 * requests));
                long exact = requests - rank < counts.size() ? counts.get(requests - rank) : 0;
                assertThat(Double.parseDouble(row.get("p" + percent)))
                        .as(what + " p" + percent)
                        .isCloseTo((double) exact, within(0.01 * exact + 0.0006));
            }
            spans += ofSpans ? total : 0;
            callees++;
        }
        assertThat(spans).isEqualTo(TrainTicket.SPANS);
        assertThat(callees)
                .isEqualTo(expected.values().stream().mapToInt(Map::size).sum());
    }

    /** Of random spans of every kind: calls are those of the dependency map, counted by its own code. */
    @Test
    void callsAreThoseOfTheMap() throws Exception {
        RandomSpans random = new RandomSpans(31);
        TraceStore store = new NaiveTraceStore();
        for (int i = 0; i < 12; i++) {
            store.append(random.batch(100), null, DecodeLimits.DEFAULT, new Refusals())
                    .join();
        }
        Map<String, Long> expected = new TreeMap<>();
        Fold fold = new Fold();
        try (Snapshot snapshot = store.snapshot()) {
            snapshot.scan(Window.ALL, SpanColumns.ALL, ReadControl.unbounded())
                    .read(0, fold::add, ReadControl.unbounded());
        }
        for (Cell cell : fold.cells().values()) {
            TestTraces.rows(cell.table(ServiceMap.MATRIX))
                    .forEach((key, sums) ->
                            expected.merge(kindInWords(key), sums.get(ServiceMap.MATRIX_CALLS), Long::sum));
        }
        Map<String, Long> found = new TreeMap<>();
        for (Map<String, String> row : Jobs.rows(store, new FanOut(), directory)) {
            if (!"spans".equals(row.get("callee_kind"))) {
                found.merge(
                        String.join(
                                "\t",
                                row.get("entry_service"),
                                row.get("entry_operation"),
                                row.get("callee_kind"),
                                row.get("callee_system"),
                                row.get("callee"),
                                row.get("callee_operation")),
                        Long.valueOf(row.get("calls")),
                        Long::sum);
            }
        }
        assertThat(expected.size()).isGreaterThan(20);
        assertThat(found).isEqualTo(expected);
    }

    private static String kindInWords(String key) {
        String[] parts = key.split("\\|", -1);
        parts[2] = List.of("service", "database", "cache", "queue", "external").get(Integer.parseInt(parts[2]));
        return String.join("\t", parts);
    }
}
