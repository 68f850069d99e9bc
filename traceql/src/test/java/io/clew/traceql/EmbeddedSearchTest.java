package io.clew.traceql;

import static org.assertj.core.api.Assertions.assertThat;

import io.clew.model.DecodeLimits;
import io.clew.model.RandomSpans;
import io.clew.model.Refusals;
import io.clew.model.SpanBatch;
import io.clew.model.SpanCopier;
import io.clew.model.Trace;
import io.clew.model.TraceId;
import io.clew.store.AppendResult;
import io.clew.store.Position;
import io.clew.store.ReadControl;
import io.clew.store.Snapshot;
import io.clew.store.TraceStore;
import io.clew.store.Window;
import io.clew.store.embedded.EmbeddedStore;
import io.clew.store.embedded.StoreSettings;
import io.clew.store.files.DiskFiles;
import io.clew.traceql.ast.QueryPrinter;
import io.clew.traceql.ast.Spansets;
import io.clew.traceql.kit.NaiveEngine;
import io.clew.traceql.kit.PlainTrace;
import io.clew.traceql.kit.RandomQueries;
import io.clew.traceql.kit.Traces;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Searches of the embedded store, with spans in its head and in several blocks, give what the naive engine gives. */
class EmbeddedSearchTest {
    private static final int SEEDS = 6;
    private static final int QUERIES = 120;

    @TempDir
    Path directory;

    @Test
    void sameTracesAsTheNaiveEngine() throws IOException {
        int matching = 0;
        for (long seed = 1; seed <= SEEDS; seed++) {
            RandomSpans spans = new RandomSpans(seed).oddities(0.2);
            // Pieces of a trace come in several batches, some of which become blocks.
            List<TraceId> ids = spans.traceIds(40);
            SpanBatch everything = new SpanBatch();
            try (TraceStore store = EmbeddedStore.open(
                    StoreSettings.of(new DiskFiles(), directory.resolve("seed-" + seed), List.of()))) {
                for (int piece = 0; piece < 5; piece++) {
                    SpanBatch batch = spans.batch(80, ids);
                    SpanCopier copier = new SpanCopier().bind(batch, everything);
                    SpanBatch own = store.newBatch();
                    SpanCopier toOwn = new SpanCopier().bind(batch, own);
                    for (int row = 0; row < batch.spanCount(); row++) {
                        copier.copy(row);
                        toOwn.copy(row);
                    }
                    assertThat(store.append(own, null, DecodeLimits.DEFAULT, new Refusals())
                                    .join())
                            .isInstanceOf(AppendResult.Stored.class);
                    if (piece % 2 == 1) {
                        store.flush();
                    }
                }
                matching += compare(store, Traces.of(everything), spans, seed);
            }
        }
        assertThat(matching).as("queries that match something").isGreaterThan(SEEDS * QUERIES * 3 / 10);
    }

    private static int compare(TraceStore store, List<Trace> traces, RandomSpans spans, long seed) {
        List<PlainTrace> plain = traces.stream().map(PlainTrace::of).toList();
        RandomQueries queries = new RandomQueries(spans.random(), plain, true);
        int matching = 0;
        try (Snapshot snapshot = store.snapshot()) {
            for (int i = 0; i < QUERIES; i++) {
                Spansets query = queries.next();
                List<Position> expected = new ArrayList<>();
                for (int t = 0; t < traces.size(); t++) {
                    if (!NaiveEngine.match(query, plain.get(t)).isEmpty()) {
                        expected.add(Position.of(traces.get(t)));
                    }
                }
                expected.sort(null);
                SearchResult result = TraceqlEngine.search(
                        snapshot, query, new SearchRequest(Window.ALL, 1000, null, true, 3), ReadControl.unbounded());
                assertThat(result.traces().stream().map(TraceSummary::id).toList())
                        .as("seed %d, query %s", seed, QueryPrinter.print(query))
                        .isEqualTo(expected.stream().map(Position::id).toList());
                matching += expected.isEmpty() ? 0 : 1;
            }
        }
        return matching;
    }
}
