package io.clew.traceql;

import static org.assertj.core.api.Assertions.assertThat;

import io.clew.model.RandomSpans;
import io.clew.model.SpanBatch;
import io.clew.model.SpanCopier;
import io.clew.model.Trace;
import io.clew.model.TraceId;
import io.clew.store.Position;
import io.clew.store.ReadControl;
import io.clew.store.Snapshot;
import io.clew.store.TraceStore;
import io.clew.store.Window;
import io.clew.store.block.BlockSettings;
import io.clew.store.embedded.EmbeddedStore;
import io.clew.store.embedded.StoreSettings;
import io.clew.store.files.DiskFiles;
import io.clew.store.kit.OnlySender;
import io.clew.traceql.ast.QueryPrinter;
import io.clew.traceql.ast.Spansets;
import io.clew.traceql.kit.NaiveEngine;
import io.clew.traceql.kit.PlainTrace;
import io.clew.traceql.kit.RandomQueries;
import io.clew.traceql.kit.Traces;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Searches of the embedded store give what the naive engine gives: pieces of traces in random order, sent again, flushed,
 * merged, deleted, over restarts, in blocks of one page and of many; random queries over random windows, all at once and page by page, with totals and counts
 * of matching spans. {@code -Dclew.search.seed=N} repeats what a failure names, {@code -Dclew.search.stores=N} runs longer.
 */
class EmbeddedSearchTest {
    private static final int STORES = 8;
    private static final int QUERIES = 120;
    /** More than 100,000 pairs of a store and a query. */
    private static final int MANY_STORES = 850;

    /** As the product cuts blocks, and so small that a store of some hundred spans has many pages and row groups. */
    private static final List<BlockSettings> BLOCKS = List.of(
            BlockSettings.DEFAULT,
            new BlockSettings(12, 5, 1 << 20, 1 << 20, 16),
            new BlockSettings(60, 20, 1 << 14, 1 << 10, 5));

    @TempDir
    Path directory;

    private int queries;
    private int matching;
    private int telling;
    private int paged;

    @Test
    void sameTracesAsTheNaiveEngine() throws IOException {
        compare(Long.getLong("clew.search.seed", 1), Integer.getInteger("clew.search.stores", STORES));
    }

    @Test
    @Tag("long")
    @Timeout(value = 2, unit = TimeUnit.HOURS)
    void sameTracesAsTheNaiveEngineAHundredThousandTimes() throws IOException {
        compare(
                Long.getLong("clew.search.seed", System.nanoTime() >>> 8),
                Integer.getInteger("clew.search.stores", MANY_STORES));
    }

    private void compare(long firstSeed, int stores) throws IOException {
        System.out.println("search test: -Dclew.search.seed=" + firstSeed + " -Dclew.search.stores=" + stores);
        for (long seed = firstSeed; seed < firstSeed + stores; seed++) {
            new OneStore(seed).run();
        }
        System.out.printf(
                "%d queries: %d match something, %d of those not everything, %d read page by page%n",
                queries, matching, telling, paged);
        assertThat(matching).as("queries that match something").isGreaterThan(queries * 3 / 10);
        assertThat(telling).as("queries that match some traces but not all").isGreaterThan(queries / 5);
        assertThat(paged).as("queries of several pages").isGreaterThan(queries / 20);
    }

    /** One store and what must be in it, and the queries of both. */
    private final class OneStore {
        private final long seed;
        private final RandomSpans spans;
        private final Random random;
        private final List<SpanBatch> sent = new ArrayList<>();
        /** By batch sent, the traces deleted since it was sent last. */
        private final List<Set<TraceId>> deleted = new ArrayList<>();

        private TraceStore store;

        OneStore(long seed) throws IOException {
            this.seed = seed;
            this.spans = new RandomSpans(seed).oddities(seed % 3 == 0 ? 0.4 : 0.15);
            this.random = spans.random();
            this.store = open();
        }

        private TraceStore open() throws IOException {
            return EmbeddedStore.open(StoreSettings.of(new DiskFiles(), directory.resolve("seed-" + seed), List.of())
                    .withChunk(200_000, Duration.ofSeconds(10))
                    .withBlockSettings(BLOCKS.get((int) (seed % BLOCKS.size())))
                    .withMerging(2 + (int) (seed / BLOCKS.size() % 3), 1_000_000));
        }

        void run() throws IOException {
            try {
                fill();
                ask(Traces.of(everything()));
            } finally {
                store.close();
            }
        }

        /** Pieces of a trace come in several batches, some of which become blocks. */
        private void fill() throws IOException {
            List<TraceId> ids = spans.traceIds(40);
            for (int piece = 0; piece < 6; piece++) {
                SpanBatch batch = spans.batch(20 + random.nextInt(100), ids);
                OnlySender.send(store, batch);
                sent.add(batch);
                deleted.add(new HashSet<>());
                if (random.nextInt(3) == 0) {
                    int again = random.nextInt(sent.size());
                    OnlySender.send(store, sent.get(again));
                    deleted.get(again).clear();
                }
                if (random.nextInt(12) == 0) {
                    delete(ids);
                }
                if (random.nextInt(5) < 2) {
                    store.flush();
                }
                if (random.nextInt(4) == 0) {
                    store.maintain();
                }
                if (random.nextInt(6) == 0) {
                    store.close();
                    store = open();
                }
            }
            if (random.nextInt(4) == 0) {
                delete(ids);
            }
        }

        private void delete(List<TraceId> ids) throws IOException {
            int first = random.nextInt(ids.size() - 4);
            List<TraceId> some = ids.subList(first, first + 1 + random.nextInt(4));
            store.delete(some);
            deleted.forEach(traces -> traces.addAll(some));
        }

        private SpanBatch everything() {
            SpanBatch all = new SpanBatch();
            SpanCopier copier = new SpanCopier();
            for (int i = 0; i < sent.size(); i++) {
                SpanBatch batch = sent.get(i);
                copier.bind(batch, all);
                for (int row = 0; row < batch.spanCount(); row++) {
                    if (!deleted.get(i).contains(batch.traceId(row))) {
                        copier.copy(row);
                    }
                }
            }
            return all;
        }

        private void ask(List<Trace> traces) {
            List<PlainTrace> plain = traces.stream().map(PlainTrace::of).toList();
            RandomQueries generator = new RandomQueries(random, plain, true);
            try (Snapshot snapshot = store.snapshot()) {
                for (int i = 0; i < QUERIES; i++) {
                    ask(snapshot, generator.next(), window(traces), traces, plain);
                }
            }
        }

        /** All time, or from near the end of one trace to near the start of another. */
        private Window window(List<Trace> traces) {
            Trace from = traces.get(random.nextInt(traces.size()));
            Trace to = traces.get(random.nextInt(traces.size()));
            if (random.nextInt(5) < 3 || from.start() == SpanBatch.NO_TIME || to.start() == SpanBatch.NO_TIME) {
                return Window.ALL;
            }
            long first = from.end() + random.nextInt(3) - 1;
            long last = to.start() + random.nextInt(3) - 1;
            return new Window(Math.min(first, last), Math.max(first, last));
        }

        private void ask(Snapshot snapshot, Spansets query, Window window, List<Trace> traces, List<PlainTrace> plain) {
            SortedMap<Position, String> found = new TreeMap<>();
            for (int t = 0; t < traces.size(); t++) {
                Trace trace = traces.get(t);
                int spansMatching = NaiveEngine.match(query, plain.get(t)).size();
                if (spansMatching > 0 && window.overlaps(trace.start(), trace.end())) {
                    found.put(Position.of(trace), trace.id() + " with " + spansMatching);
                }
            }
            List<String> expected = List.copyOf(found.values());
            String when = "seed " + seed + ", " + window + ", query " + QueryPrinter.print(query);
            SearchResult result = search(snapshot, query, window, 1000, null, true);
            assertThat(lines(result)).as(when).isEqualTo(expected);
            assertThat(result.total()).as(when).hasValue(expected.size());
            if (expected.size() > 1 && random.nextInt(3) == 0) {
                assertThat(pages(snapshot, query, window, 1 + random.nextInt(expected.size())))
                        .as("page by page, " + when)
                        .isEqualTo(expected);
                paged++;
            }
            queries++;
            matching += expected.isEmpty() ? 0 : 1;
            telling += expected.isEmpty() || expected.size() == traces.size() ? 0 : 1;
        }

        private List<String> pages(Snapshot snapshot, Spansets query, Window window, int limit) {
            List<String> all = new ArrayList<>();
            String cursor = null;
            do {
                SearchResult page = search(
                        snapshot, query, window, limit, cursor == null ? null : PageCursor.decode(cursor), false);
                all.addAll(lines(page));
                cursor = page.nextCursor();
            } while (cursor != null);
            return all;
        }

        private static SearchResult search(
                Snapshot snapshot,
                Spansets query,
                Window window,
                int limit,
                @Nullable Position after,
                boolean wantTotal) {
            return TraceqlEngine.search(
                    snapshot, query, new SearchRequest(window, limit, after, wantTotal, 3), ReadControl.unbounded());
        }

        private static List<String> lines(SearchResult result) {
            return result.traces().stream()
                    .map(trace -> trace.id() + " with " + trace.matchedCount())
                    .toList();
        }
    }
}
