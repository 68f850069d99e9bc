package io.clew.store.kit;

import static org.assertj.core.api.Assertions.assertThat;

import io.clew.model.DecodeLimits;
import io.clew.model.RandomSpans;
import io.clew.model.Refusals;
import io.clew.model.SourceProtocol;
import io.clew.model.SpanBatch;
import io.clew.model.SpanCopier;
import io.clew.model.Trace;
import io.clew.model.TraceId;
import io.clew.model.ValueType;
import io.clew.store.AppendResult;
import io.clew.store.Position;
import io.clew.store.ReadControl;
import io.clew.store.ReadStoppedException;
import io.clew.store.Snapshot;
import io.clew.store.SpanCondition;
import io.clew.store.TraceStore;
import io.clew.store.Window;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.Assertions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What {@link TraceStore} promises, one test a promise. A store passes by extending this with how it is opened. */
public abstract class TraceStoreContract {
    private static final long T = 1_700_000_000_000_000_000L;

    private final ReadControl control = ReadControl.unbounded();
    private TraceStore store = new NaiveTraceStore();

    /** Opens a store: empty the first time in a test, on the same data afterwards. */
    protected abstract TraceStore open() throws IOException;

    /** Whether data outlives {@link TraceStore#close}. */
    protected abstract boolean isDurable();

    @BeforeEach
    final void openStore() throws IOException {
        store = open();
    }

    @AfterEach
    final void closeStore() throws IOException {
        store.close();
    }

    @Test
    void anEmptyStoreAnswersEmpty() {
        try (Snapshot snapshot = store.snapshot()) {
            assertThat(snapshot.trace(id(1), control)).isEmpty();
            assertThat(snapshot.tracesByLow64(1, control)).isEmpty();
            assertThat(snapshot.services(Window.ALL, control)).isEmpty();
            assertThat(snapshot.operations(null, Window.ALL, control)).isEmpty();
            assertThat(all(snapshot, Window.ALL, null)).isEmpty();
        }
        assertThat(store.stats().spansStored()).isZero();
        assertThat(store.stats().firstTime()).isEqualTo(SpanBatch.NO_TIME);
    }

    @Test
    void whateverABatchHoldsComesBack() throws IOException {
        RandomSpans random = new RandomSpans(7).oddities(0.5);
        SpanBatch sent = random.batch(200);
        NaiveTraceStore model = new NaiveTraceStore();
        append(copy(sent, model.newBatch()), model);
        append(copy(sent, store.newBatch()), store);
        for (int round = 0; round < 3; round++) {
            try (Snapshot real = store.snapshot();
                    Snapshot naive = model.snapshot()) {
                for (int row = 0; row < sent.spanCount(); row++) {
                    TraceId id = sent.traceId(row);
                    assertThat(real.trace(id, control).map(SpanText::of))
                            .as("%s in round %d", id, round)
                            .isEqualTo(naive.trace(id, control).map(SpanText::of));
                }
            }
            if (round == 0) {
                store.flush();
            } else {
                reopen();
            }
        }
    }

    @Test
    void aRepeatIsCountedAndNotStored() throws IOException {
        assertThat(send(id(1), 1, "a", T)).isEqualTo(List.of(1, 0));
        assertThat(send(id(1), 1, "a", T)).isEqualTo(List.of(0, 1));
        store.flush();
        assertThat(send(id(1), 1, "a", T)).isEqualTo(List.of(0, 1));
        reopen();
        assertThat(send(id(1), 1, "a", T)).isEqualTo(List.of(0, 1));
        assertThat(store.stats().spansStored()).isEqualTo(1);
        assertThat(store.stats().tracesStored()).isEqualTo(1);
    }

    @Test
    void aRepeatWithinOneBatchIsStoredOnce() {
        SpanBatch batch = new Spans(store.newBatch(), "s")
                .add(id(1), 1, 0, "a", T, T + 5)
                .add(id(1), 1, 0, "a", T, T + 5)
                .batch();
        assertThat(append(batch, store)).isEqualTo(List.of(1, 1));
    }

    @Test
    void spansThatShareAnIdButDifferAreAllKept() throws IOException {
        assertThat(send(id(1), 1, "client", T)).isEqualTo(List.of(1, 0));
        assertThat(send(id(1), 1, "server", T)).isEqualTo(List.of(1, 0));
        store.flush();
        assertThat(send(id(1), 1, "third", T)).isEqualTo(List.of(1, 0));
        assertThat(trace(id(1)).spans().spanCount()).isEqualTo(3);
    }

    @Test
    void piecesOfATraceAreOneTrace() throws IOException {
        send(id(1), 3, "late", T + 500);
        store.flush();
        send(id(1), 2, "middle", T + 200);
        reopen();
        send(id(1), 1, "first", T);
        store.flush();
        store.maintain();
        Trace trace = trace(id(1));
        assertThat(trace.spans().spanCount()).isEqualTo(3);
        assertThat(trace.start()).isEqualTo(T);
        assertThat(trace.end()).isEqualTo(T + 600);
        assertThat(store.stats().tracesStored()).isEqualTo(1);
    }

    @Test
    void aSnapshotDoesNotChange() throws IOException {
        send(id(1), 1, "a", T);
        try (Snapshot before = store.snapshot()) {
            send(id(1), 2, "b", T);
            send(id(2), 3, "c", T);
            store.flush();
            store.delete(List.of(id(1)));
            assertThat(before.trace(id(1), control).orElseThrow().spans().spanCount())
                    .isEqualTo(1);
            assertThat(before.trace(id(2), control)).isEmpty();
        }
    }

    @Test
    void searchIsNewestFirstAndPagesWithoutGaps() throws IOException {
        for (int i = 0; i < 40; i++) {
            send(id(i), i + 1, "op", T + i / 4);
            if (i % 9 == 0) {
                store.flush();
            }
        }
        List<Position> whole;
        try (Snapshot snapshot = store.snapshot()) {
            whole = all(snapshot, Window.ALL, null).stream().map(Position::of).toList();
            assertThat(whole).hasSize(40).isSorted();
            for (Position after : whole) {
                assertThat(all(snapshot, Window.ALL, after).stream().map(Position::of))
                        .isEqualTo(whole.subList(whole.indexOf(after) + 1, whole.size()));
            }
        }
        assertThat(whole.getFirst().id()).isEqualTo(id(39));
    }

    @Test
    void aTraceIsInEveryWindowItOverlaps() throws IOException {
        send(id(1), 1, "a", T);
        store.flush();
        send(id(1), 2, "b", T + 1000);
        try (Snapshot snapshot = store.snapshot()) {
            assertThat(all(snapshot, new Window(T + 1100, T + 2000), null)).hasSize(1);
            assertThat(all(snapshot, new Window(T + 1101, T + 2000), null)).isEmpty();
            assertThat(all(snapshot, new Window(0, T), null)).hasSize(1);
            assertThat(all(snapshot, new Window(0, T - 1), null)).isEmpty();
            assertThat(all(snapshot, new Window(T + 500, T + 600), null))
                    .as("between its spans")
                    .hasSize(1);
        }
    }

    @Test
    void aMatchOutsideOfTheWindowCountsWhenItsTraceIsInside() throws IOException {
        append(
                new Spans(store.newBatch(), "s")
                        .add(id(1), 1, 0, "wanted", T, T + 10)
                        .batch(),
                store);
        store.flush();
        append(
                new Spans(store.newBatch(), "s")
                        .add(id(1), 2, 1, "other", T + 9000, T + 9010)
                        .batch(),
                store);
        store.flush();
        SpanCondition wanted = new SpanCondition.Test(
                SpanCondition.Intrinsic.NAME, SpanCondition.Operator.EQUAL, new SpanCondition.Text("wanted"));
        try (Snapshot snapshot = store.snapshot()) {
            assertThat(snapshot.search(wanted, new Window(T + 8000, T + 9500), null, control)
                            .next())
                    .isNotNull();
        }
    }

    @Test
    void namesAreThoseOfTheSpans() throws IOException {
        append(
                new Spans(store.newBatch(), "cart")
                        .add(id(1), 1, 0, "GET /", T, T)
                        .batch(),
                store);
        store.flush();
        append(
                new Spans(store.newBatch(), "pay")
                        .add(id(2), 2, 0, "POST /", T, T)
                        .batch(),
                store);
        try (Snapshot snapshot = store.snapshot()) {
            assertThat(snapshot.services(Window.ALL, control)).containsExactly("cart", "pay");
            assertThat(snapshot.operations("cart", Window.ALL, control))
                    .containsExactly(new Snapshot.Operation("GET /", 0));
            assertThat(snapshot.operations(null, Window.ALL, control)).hasSize(2);
            assertThat(snapshot.operations("nobody", Window.ALL, control)).isEmpty();
        }
    }

    @Test
    void whatIsDeletedIsGoneAndMayComeAnew() throws IOException {
        send(id(1), 1, "a", T);
        send(id(2), 2, "b", T);
        store.flush();
        send(id(1), 3, "c", T);
        assertThat(store.delete(List.of(id(1), id(9))).traces()).isEqualTo(1);
        try (Snapshot snapshot = store.snapshot()) {
            assertThat(snapshot.trace(id(1), control)).isEmpty();
            assertThat(all(snapshot, Window.ALL, null)).hasSize(1);
            assertThat(snapshot.operations(null, Window.ALL, control)).containsExactly(new Snapshot.Operation("b", 0));
        }
        assertThat(store.stats().spansStored()).isEqualTo(1);
        assertThat(store.stats().tracesStored()).isEqualTo(1);
        reopen();
        store.maintain();
        assertThat(send(id(1), 1, "a", T)).isEqualTo(List.of(1, 0));
        assertThat(trace(id(1)).spans().spanCount()).isEqualTo(1);
        assertThat(store.stats().tracesStored()).isEqualTo(2);
    }

    @Test
    void theFirstResourceMayHaveManyAttributes() throws IOException {
        SpanBatch batch = store.newBatch();
        int resource = batch.beginResource();
        for (int i = 0; i < 40; i++) {
            int word = batch.dictionary().intern("k" + i);
            batch.resourceAttributes().add(word, ValueType.STRING, word);
        }
        int row = batch.beginSpan(resource, batch.beginScope(), T, SourceProtocol.NONE);
        batch.setTraceId(row, id(1).high(), id(1).low());
        append(batch, store);
        store.flush();
        SpanBatch read = trace(id(1)).spans();
        assertThat(read.resourceAttributes().count(read.resource(0))).isEqualTo(40);
    }

    @Test
    void whatAConditionFindsCanBeDeleted() throws IOException {
        for (int i = 0; i < 20; i++) {
            send(id(i), i + 1, i % 3 == 0 ? "personal" : "other", T + i);
            if (i % 8 == 7) {
                store.flush();
            }
        }
        SpanCondition personal = new SpanCondition.Test(
                SpanCondition.Intrinsic.NAME, SpanCondition.Operator.EQUAL, new SpanCondition.Text("personal"));
        List<TraceId> found = new ArrayList<>();
        try (Snapshot snapshot = store.snapshot()) {
            Snapshot.TraceCursor traces = snapshot.search(personal, Window.ALL, null, control);
            for (Trace trace = traces.next(); trace != null; trace = traces.next()) {
                if (NaiveCondition.holds(personal, trace.spans(), 0)) {
                    found.add(trace.id());
                }
            }
        }
        assertThat(found).hasSize(7);
        assertThat(store.delete(found).traces()).isEqualTo(7);
        for (boolean reopened : new boolean[] {false, true}) {
            try (Snapshot snapshot = store.snapshot()) {
                assertThat(all(snapshot, Window.ALL, null))
                        .as("traces left, reopened: %s", reopened)
                        .hasSize(13);
                assertThat(snapshot.operations(null, Window.ALL, control))
                        .containsExactly(new Snapshot.Operation("other", 0));
            }
            assertThat(store.stats().tracesStored()).isEqualTo(13);
            reopen();
        }
    }

    @Test
    void aMarkIsKeptAndGoesWithItsTrace() throws IOException {
        send(id(1), 1, "a", T);
        send(id(2), 2, "b", T);
        assertThat(store.keep(id(1), true)).isEqualTo(TraceStore.Keeping.DONE);
        store.flush();
        assertThat(store.keep(id(2), true)).isEqualTo(TraceStore.Keeping.DONE);
        assertThat(store.keep(id(2), true)).isEqualTo(TraceStore.Keeping.DONE);
        assertThat(store.keep(id(3), true)).isEqualTo(TraceStore.Keeping.NO_SUCH_TRACE);
        reopen();
        store.maintain();
        assertThat(store.kept()).containsExactlyInAnyOrder(id(1), id(2)).isSorted();
        assertThat(store.keep(id(1), false)).isEqualTo(TraceStore.Keeping.DONE);
        assertThat(store.kept()).containsExactly(id(2));
        store.delete(List.of(id(2)));
        assertThat(store.kept()).isEmpty();
        send(id(2), 2, "b", T);
        reopen();
        assertThat(store.kept()).isEmpty();
    }

    @Test
    void concurrentAppendsAreAllKeptOnce() {
        List<CompletableFuture<AppendResult>> outcomes = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            int number = i;
            outcomes.add(CompletableFuture.supplyAsync(() -> new Spans(store.newBatch(), "s")
                            .add(id(number % 20), number % 100, 0, "op", T, T + 1)
                            .batch())
                    .thenCompose(batch -> store.append(batch, null, DecodeLimits.DEFAULT, new Refusals())));
        }
        long stored = outcomes.stream()
                .map(CompletableFuture::join)
                .mapToLong(outcome -> ((AppendResult.Stored) outcome).stored())
                .sum();
        assertThat(stored).isEqualTo(100);
        assertThat(store.stats().spansStored()).isEqualTo(100);
        assertThat(store.stats().tracesStored()).isEqualTo(20);
    }

    @Test
    void aStoppedReadEnds() {
        send(id(1), 1, "a", T);
        AtomicBoolean cancelled = new AtomicBoolean(true);
        try (Snapshot snapshot = store.snapshot()) {
            ReadControl stopped = new ReadControl(System.nanoTime() + 1_000_000_000_000L, cancelled::get);
            Assertions.assertThatThrownBy(() -> snapshot.search(new SpanCondition.Any(), Window.ALL, null, stopped)
                            .next())
                    .isInstanceOf(ReadStoppedException.class);
        }
    }

    private void reopen() throws IOException {
        if (isDurable()) {
            store.close();
            store = open();
        }
    }

    private Trace trace(TraceId id) {
        try (Snapshot snapshot = store.snapshot()) {
            return snapshot.trace(id, control).orElseThrow();
        }
    }

    /** Sends one span of 100 ns; answers how many spans were stored and repeated. */
    private List<Integer> send(TraceId trace, long spanId, String name, long start) {
        return append(
                new Spans(store.newBatch(), "s")
                        .add(trace, spanId, 0, name, start, start + 100)
                        .batch(),
                store);
    }

    private static List<Integer> append(SpanBatch batch, TraceStore store) {
        AppendResult outcome =
                store.append(batch, null, DecodeLimits.DEFAULT, new Refusals()).join();
        assertThat(outcome).isInstanceOf(AppendResult.Stored.class);
        AppendResult.Stored stored = (AppendResult.Stored) outcome;
        return List.of(stored.stored(), stored.repeated());
    }

    private static SpanBatch copy(SpanBatch from, SpanBatch to) {
        SpanCopier copier = new SpanCopier().bind(from, to);
        for (int row = 0; row < from.spanCount(); row++) {
            copier.copy(row);
        }
        return to;
    }

    private List<Trace> all(Snapshot snapshot, Window window, @Nullable Position after) {
        List<Trace> traces = new ArrayList<>();
        Snapshot.TraceCursor cursor = snapshot.search(new SpanCondition.Any(), window, after, control);
        for (Trace trace = cursor.next(); trace != null; trace = cursor.next()) {
            traces.add(trace);
        }
        return traces;
    }

    private static TraceId id(long number) {
        return new TraceId(number * 31 + 5, number + 1);
    }
}
