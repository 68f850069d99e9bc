package io.clew.traceql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clew.model.DecodeLimits;
import io.clew.model.RandomSpans;
import io.clew.model.Refusals;
import io.clew.model.SpanBatch;
import io.clew.model.SpanKind;
import io.clew.model.StatusCode;
import io.clew.model.Trace;
import io.clew.model.TraceId;
import io.clew.store.FirstNames;
import io.clew.store.Position;
import io.clew.store.ReadControl;
import io.clew.store.Snapshot;
import io.clew.store.SpanCondition;
import io.clew.store.Window;
import io.clew.store.kit.NaiveTraceStore;
import io.clew.traceql.ast.QueryPrinter;
import io.clew.traceql.ast.Spansets;
import io.clew.traceql.kit.NaiveEngine;
import io.clew.traceql.kit.PlainTrace;
import io.clew.traceql.kit.RandomQueries;
import io.clew.traceql.kit.TraceBuilder;
import io.clew.traceql.kit.Traces;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Searches over a store: order, pages, totals, windows, and what happens when time runs out. */
class TraceqlEngineTest {
    private final NaiveTraceStore store = new NaiveTraceStore();

    private void append(SpanBatch batch) {
        store.append(batch, null, DecodeLimits.DEFAULT, new Refusals()).join();
    }

    private static TraceBuilder tea(long low, long start) {
        return TraceBuilder.trace(low)
                .span(1, 0, "brew", start, start + 100)
                .service("kettle")
                .kind(SpanKind.SERVER)
                .span(2, 1, "pour", start + 10, start + 50)
                .service("cup")
                .status(StatusCode.ERROR, "spilt")
                .span(3, 1, "pour", start + 20, start + 60)
                .service("cup");
    }

    private SearchResult search(String query, SearchRequest request) {
        try (Snapshot snapshot = store.snapshot()) {
            return TraceqlEngine.search(snapshot, query, request, ReadControl.unbounded());
        }
    }

    private static List<Long> lows(SearchResult result) {
        return result.traces().stream().map(t -> t.id().low()).toList();
    }

    @Test
    void summaryIsOfTheWholeTrace() {
        append(tea(7, 1_000).batch());
        SearchResult result = search("{ name = \"pour\" }", new SearchRequest(Window.ALL, 20, null, true, 1));
        assertThat(result)
                .isEqualTo(new SearchResult(
                        List.of(new TraceSummary(
                                new TraceId(0, 7),
                                1_000,
                                100,
                                3,
                                1,
                                "kettle",
                                "brew",
                                List.of(
                                        new TraceSummary.ServiceCount("cup", 2, 1),
                                        new TraceSummary.ServiceCount("kettle", 1, 0)),
                                2,
                                List.of(new TraceSummary.MatchedSpan(
                                        2, "pour", "cup", SpanKind.UNSPECIFIED, StatusCode.ERROR, 1_010, 40)))),
                        null,
                        java.util.OptionalLong.of(1),
                        true,
                        1,
                        3,
                        List.of()));
    }

    @Test
    void aTraceWithoutRootHasNoRootNames() {
        append(TraceBuilder.trace(1).span(2, 1, "orphan", 1, 2).batch());
        TraceSummary summary = search("", SearchRequest.newest(1)).traces().get(0);
        assertThat(summary.rootName()).isNull();
        assertThat(summary.rootService()).isNull();
        assertThat(summary.services()).isEmpty();
        assertThat(summary.matchedSpans().get(0).service()).isNull();
    }

    @Test
    void newestFirstPageByPage() {
        for (int i = 1; i <= 10; i++) {
            append(tea(i, 1_000L * (i / 2)).batch());
        }
        SearchResult first = search("{}", SearchRequest.newest(4));
        assertThat(lows(first)).containsExactly(10L, 9L, 8L, 7L);
        SearchResult second = search("{}", after(first, 4));
        assertThat(lows(second)).containsExactly(6L, 5L, 4L, 3L);
        SearchResult third = search("{}", after(second, 4));
        assertThat(lows(third)).containsExactly(2L, 1L);
        assertThat(third.nextCursor()).isNull();
        assertThat(search("{}", SearchRequest.newest(10)).nextCursor()).isNull();
        // What arrives between pages neither repeats nor hides anything.
        append(tea(11, 50_000).batch());
        assertThat(lows(search("{}", after(first, 4)))).containsExactly(6L, 5L, 4L, 3L);
    }

    private static SearchRequest after(SearchResult page, int limit) {
        String cursor = page.nextCursor();
        assertThat(cursor).isNotNull();
        return new SearchRequest(Window.ALL, limit, cursor == null ? null : PageCursor.decode(cursor), false, 3);
    }

    @Test
    void theTotalCountsEveryPage() {
        for (int i = 1; i <= 10; i++) {
            append(tea(i, 1_000L * i).batch());
        }
        SearchResult first = search("{ name = \"brew\" }", new SearchRequest(Window.ALL, 3, null, true, 3));
        assertThat(first.total()).hasValue(10);
        assertThat(first.inspectedTraces()).isEqualTo(10);
        String cursor = first.nextCursor();
        assertThat(cursor).isNotNull();
        SearchResult second = search(
                "{ name = \"brew\" }",
                new SearchRequest(Window.ALL, 3, cursor == null ? null : PageCursor.decode(cursor), true, 3));
        assertThat(second.total()).hasValue(10);
        assertThat(lows(second)).containsExactly(7L, 6L, 5L);
    }

    @Test
    void aPageStopsAsSoonAsItIsFull() {
        for (int i = 1; i <= 100; i++) {
            append(tea(i, 1_000L * i).batch());
        }
        assertThat(search("{}", SearchRequest.newest(5)).inspectedTraces()).isEqualTo(6);
    }

    @Test
    void theWindowIsOfTheWholeTrace() {
        append(tea(1, 1_000).batch());
        assertThat(lows(search("{}", in(1_100, 2_000)))).containsExactly(1L);
        assertThat(lows(search("{}", in(1_101, 2_000)))).isEmpty();
        assertThat(lows(search("{}", in(0, 1_000)))).containsExactly(1L);
        assertThat(lows(search("{}", in(0, 999)))).isEmpty();
        assertThat(lows(search("{ trace:id = \"1\" }", in(0, 999)))).isEmpty();
    }

    private static SearchRequest in(long from, long to) {
        return new SearchRequest(new Window(from, to), 10, null, true, 3);
    }

    @Test
    void byTraceIdReadsOneTrace() {
        for (int i = 1; i <= 10; i++) {
            append(tea(i, 1_000L * i).batch());
        }
        SearchResult result = search("{ trace:id = \"5\" && name = \"pour\" }", SearchRequest.newest(20));
        assertThat(lows(result)).containsExactly(5L);
        assertThat(result.inspectedTraces()).isEqualTo(1);
        assertThat(search("{ trace:id = \"99\" }", SearchRequest.newest(20)).traces())
                .isEmpty();
        Position of5 = new Position(5_000, new TraceId(0, 5));
        assertThat(search("{ trace:id = \"5\" }", new SearchRequest(Window.ALL, 20, of5, false, 3))
                        .traces())
                .isEmpty();
    }

    @Test
    void whatCanNeverMatchReadsNothing() {
        append(tea(1, 1_000).batch());
        SearchResult result = search("{ 1 = 2 }", new SearchRequest(Window.ALL, 20, null, true, 3));
        assertThat(result.inspectedTraces()).isZero();
        assertThat(result.total()).hasValue(0);
        assertThat(result.complete()).isTrue();
    }

    @Test
    void aSearchCutShortSaysSoAndCanGoOn() {
        for (int i = 1; i <= 10; i++) {
            append(tea(i, 1_000L * i).batch());
        }
        AtomicInteger asked = new AtomicInteger();
        List<Long> seen = new ArrayList<>();
        Position after = null;
        int cuts = 0;
        while (true) {
            asked.set(0);
            // Says stop after a few steps, each time.
            ReadControl impatient =
                    new ReadControl(System.nanoTime() + 60_000_000_000L, () -> asked.incrementAndGet() > 7);
            SearchResult result;
            try (Snapshot snapshot = store.snapshot()) {
                result = TraceqlEngine.search(
                        snapshot,
                        "{ name = \"brew\" && span:childCount = 2 }",
                        new SearchRequest(Window.ALL, 20, after, false, 3),
                        impatient);
            }
            seen.addAll(lows(result));
            assertThat(result.inspectedSpans()).isEqualTo(3 * result.inspectedTraces());
            if (result.complete()) {
                assertThat(result.nextCursor()).isNull();
                break;
            }
            cuts++;
            String cursor = result.nextCursor();
            assertThat(cursor).isNotNull();
            after = cursor == null ? null : PageCursor.decode(cursor);
        }
        assertThat(cuts).isGreaterThan(1);
        assertThat(seen).containsExactly(10L, 9L, 8L, 7L, 6L, 5L, 4L, 3L, 2L, 1L);
    }

    @Test
    void aPassedDeadlineGivesNoTotal() {
        append(tea(1, 1_000).batch());
        try (Snapshot snapshot = store.snapshot()) {
            SearchResult result = TraceqlEngine.search(
                    snapshot,
                    "{}",
                    new SearchRequest(Window.ALL, 20, null, true, 3),
                    new ReadControl(System.nanoTime() - 1, () -> false));
            assertThat(result.complete()).isFalse();
            assertThat(result.total()).isEmpty();
            assertThat(result.traces()).isEmpty();
        }
    }

    @Test
    void aLargeTraceIsCutShortInItsMiddle() {
        TraceBuilder large = TraceBuilder.trace(1);
        for (int i = 0; i < 5_000; i++) {
            large.span(i + 1, i, "n", 1, 2);
        }
        append(large.batch());
        AtomicInteger asked = new AtomicInteger();
        try (Snapshot snapshot = store.snapshot()) {
            SearchResult result = TraceqlEngine.search(
                    snapshot,
                    "{}",
                    SearchRequest.newest(20),
                    new ReadControl(System.nanoTime() + 60_000_000_000L, () -> asked.incrementAndGet() > 4));
            assertThat(result.complete()).isFalse();
            assertThat(result.inspectedTraces()).isZero();
        }
    }

    @Test
    void comparisonsInComparisonsCostNoMoreThanTheirNumber() {
        TraceBuilder trace = TraceBuilder.trace(1).span(1, 0, "n", 1, 2).with("b", true);
        for (int i = 0; i < 3; i++) {
            trace.event("e", 1).eventAttribute("b", i == 1).link(new TraceId(0, 2), 3);
        }
        append(trace.batch());
        for (String operand : List.of(" = span.b", " = event.b", " != event.b", " = link.b", " = !(event.b = true)")) {
            String query = "{ (span.b = true)" + operand.repeat(120) + " }";
            SearchResult result = search(query, SearchRequest.newest(20));
            assertThat(result.complete()).as(query).isTrue();
        }
    }

    @Test
    void theStoreGetsTheConditionAndItsExtraAnswersAreDropped() {
        append(tea(1, 1_000).batch());
        List<SpanCondition> pushed = new ArrayList<>();
        try (Snapshot snapshot = new Recording(store.snapshot(), pushed)) {
            SearchResult result = TraceqlEngine.search(
                    snapshot, "{ name = \"boil\" }", SearchRequest.newest(20), ReadControl.unbounded());
            assertThat(result.traces()).isEmpty();
            assertThat(result.inspectedTraces()).isEqualTo(1);
        }
        assertThat(pushed)
                .containsExactly(new SpanCondition.Test(
                        SpanCondition.Intrinsic.NAME, SpanCondition.Operator.EQUAL, new SpanCondition.Text("boil")));
    }

    @Test
    void randomQueriesPageByPageGiveWhatTheNaiveEngineGives() {
        for (long seed = 1; seed <= 20; seed++) {
            RandomSpans spans = new RandomSpans(seed);
            NaiveTraceStore own = new NaiveTraceStore();
            SpanBatch batch = spans.batch(200);
            List<Trace> traces = Traces.of(batch);
            own.append(batch, null, DecodeLimits.DEFAULT, new Refusals()).join();
            List<PlainTrace> plain = traces.stream().map(PlainTrace::of).toList();
            RandomQueries queries = new RandomQueries(spans.random(), plain, true);
            try (Snapshot snapshot = own.snapshot()) {
                for (int i = 0; i < 10; i++) {
                    Spansets query = queries.next();
                    List<Position> expected = new ArrayList<>();
                    for (int t = 0; t < traces.size(); t++) {
                        if (!NaiveEngine.match(query, plain.get(t)).isEmpty()) {
                            expected.add(Position.of(traces.get(t)));
                        }
                    }
                    expected.sort(null);
                    assertThat(allPages(snapshot, query, 1 + spans.random().nextInt(9), expected.size()))
                            .as("seed %d, query %s", seed, QueryPrinter.print(query))
                            .isEqualTo(expected.stream().map(Position::id).toList());
                }
            }
        }
    }

    private static List<TraceId> allPages(Snapshot snapshot, Spansets query, int limit, int expectedTotal) {
        List<TraceId> ids = new ArrayList<>();
        Position after = null;
        while (true) {
            SearchResult page = TraceqlEngine.search(
                    snapshot, query, new SearchRequest(Window.ALL, limit, after, true, 0), ReadControl.unbounded());
            assertThat(page.total()).hasValue(expectedTotal);
            assertThat(page.traces()).hasSizeLessThanOrEqualTo(limit);
            page.traces().forEach(trace -> ids.add(trace.id()));
            String cursor = page.nextCursor();
            if (cursor == null) {
                return ids;
            }
            assertThat(page.traces()).hasSize(limit);
            after = PageCursor.decode(cursor);
        }
    }

    @Test
    void cursors() {
        Position position = new Position(-5, new TraceId(-1, 2));
        assertThat(PageCursor.decode(PageCursor.encode(position))).isEqualTo(position);
        for (String bad : List.of("", "x", "!!", PageCursor.encode(position) + "AAAA")) {
            assertThatThrownBy(() -> PageCursor.decode(bad))
                    .as(bad)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("not a cursor");
        }
    }

    /** Notes what is pushed down. */
    private record Recording(Snapshot inner, List<SpanCondition> pushed) implements Snapshot {
        @Override
        public Optional<Trace> trace(TraceId id, ReadControl control) {
            return inner.trace(id, control);
        }

        @Override
        public List<Trace> tracesByLow64(long low, ReadControl control) {
            return inner.tracesByLow64(low, control);
        }

        @Override
        public TraceCursor search(
                SpanCondition condition, Window window, @Nullable Position after, ReadControl control) {
            pushed.add(condition);
            return inner.search(condition, window, after, control);
        }

        @Override
        public FirstNames<String> services(Window window, ReadControl control) {
            return inner.services(window, control);
        }

        @Override
        public FirstNames<Operation> operations(@Nullable String service, Window window, ReadControl control) {
            return inner.operations(service, window, control);
        }

        @Override
        public void close() {
            inner.close();
        }
    }
}
