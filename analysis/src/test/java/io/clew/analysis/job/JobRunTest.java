package io.clew.analysis.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clew.analysis.ParallelScan;
import io.clew.analysis.job.shipped.FanOut;
import io.clew.analysis.job.shipped.SlowSql;
import io.clew.model.RandomSpans;
import io.clew.model.SpanBatch;
import io.clew.model.Trace;
import io.clew.model.TraceId;
import io.clew.store.ReadControl;
import io.clew.store.ReadStoppedException;
import io.clew.store.Snapshot;
import io.clew.store.TraceStore;
import io.clew.store.Window;
import io.clew.store.embedded.EmbeddedStore;
import io.clew.store.embedded.StoreSettings;
import io.clew.store.files.DiskFiles;
import io.clew.store.kit.NaiveTraceStore;
import io.clew.store.kit.OnlySender;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random spans, odd ones among them, in a real store in many states: the rows are those of a plain store read by one thread. */
class JobRunTest {
    private static final long SEED = 21;
    private static final ParallelScan.Progress NOTHING = (_, _) -> {};

    @TempDir
    Path directory;

    private final RandomSpans spans = new RandomSpans(SEED);
    private final Random random = spans.random();
    private final Set<TraceId> known = new TreeSet<>();

    /** A row a span. */
    private static final class EverySpan implements TraceJob.PerTrace {
        @Override
        public List<Column> columns() {
            return List.of(
                    Column.text("trace"),
                    Column.text("span"),
                    Column.text("name"),
                    Column.text("parent"),
                    Column.whole("children"),
                    Column.real("ms"),
                    Column.truth("error"),
                    Column.time("start"));
        }

        @Override
        public void visit(WholeTrace trace, Rows rows) {
            for (Span span : trace.spans()) {
                Span parent = span.parent();
                rows.add(
                        trace.id(),
                        span.idText(),
                        span.name(),
                        parent == null ? null : parent.idText(),
                        span.children().size(),
                        span.duration() / 1e6,
                        span.isError(),
                        span.start());
            }
        }
    }

    @Test
    void theBytesDependOnNeitherThreadsNorLayout() throws IOException {
        TraceStore model = new NaiveTraceStore();
        int longest = 0;
        try (TraceStore store = open()) {
            for (int round = 0; round < 16; round++) {
                change(store, model);
                Window window = round % 3 == 0 ? Window.ALL : window();
                for (TraceJob job : List.of(new EverySpan(), new FanOut(), new SlowSql())) {
                    String expected = rows(model, job, window, 1, Long.MAX_VALUE);
                    longest = Math.max(longest, expected.length());
                    for (int threads : new int[] {1, 2, 5}) {
                        long memory = random.nextBoolean() ? 2000 : 1 << 20;
                        assertThat(rows(store, job, window, threads, memory))
                                .as("seed %d, round %d, %s, %d threads", SEED, round, job.name(), threads)
                                .isEqualTo(expected);
                    }
                }
            }
        }
        assertThat(longest).isGreaterThan(20_000);
    }

    @Test
    void rowsOfTracesComeByStartAndId() throws IOException {
        try (TraceStore store = open()) {
            for (int i = 0; i < 5; i++) {
                change(store, new NaiveTraceStore());
            }
            List<TraceId> order = new ArrayList<>();
            rows(store, new EverySpan(), Window.ALL, 3, 500).lines().skip(1).forEach(line -> {
                TraceId id = TraceId.parse(line.substring(0, line.indexOf('|')));
                if (order.isEmpty() || !order.getLast().equals(id)) {
                    order.add(id);
                }
            });
            assertThat(order).doesNotHaveDuplicates().hasSizeGreaterThan(20);
            try (Snapshot snapshot = store.snapshot()) {
                List<Long> starts = order.stream()
                        .map(id -> snapshot.trace(id, ReadControl.unbounded()).orElseThrow())
                        .map(Trace::start)
                        .toList();
                assertThat(starts).isSorted();
            }
        }
    }

    /** Throws at some traces, having given a row of each. */
    private static final class Throwing implements TraceJob.PerTrace {
        private final Set<TraceId> at;

        Throwing(Set<TraceId> at) {
            this.at = at;
        }

        @Override
        public List<Column> columns() {
            return List.of(Column.text("trace"));
        }

        @Override
        public void visit(WholeTrace trace, Rows rows) throws IOException {
            rows.add(trace.id());
            if (at.contains(trace.id())) {
                throw new IOException("cannot be");
            }
        }
    }

    @Test
    void aTraceAtWhichTheJobFailsEndsTheRunOrIsCounted() throws IOException {
        try (TraceStore store = open()) {
            for (int i = 0; i < 5; i++) {
                change(store, new NaiveTraceStore());
            }
            Set<TraceId> all = new TreeSet<>();
            rows(store, new Throwing(Set.of()), Window.ALL, 2, 1000)
                    .lines()
                    .skip(1)
                    .forEach(line -> all.add(TraceId.parse(line)));
            TreeSet<TraceId> bad = new TreeSet<>(List.copyOf(all).subList(3, 16));
            assertThatThrownBy(() -> rows(store, new Throwing(Set.of(bad.first())), Window.ALL, 2, 1000))
                    .isInstanceOfSatisfying(
                            JobFailedException.class, e -> assertThat(e.trace()).isEqualTo(bad.first()))
                    .hasMessage("job throwing failed at trace " + bad.first() + ": java.io.IOException: cannot be");
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try (Snapshot snapshot = store.snapshot()) {
                JobRun.Outcome outcome = new JobRun(new Throwing(bad), new Lines(), true, directory)
                        .run(snapshot, Window.ALL, 3, ReadControl.unbounded(), NOTHING, out);
                assertThat(outcome.traces()).isEqualTo(all.size());
                assertThat(outcome.rows()).isEqualTo(all.size() - 13L);
                assertThat(outcome.failed()).isEqualTo(13);
                assertThat(outcome.failures().stream().map(JobRun.Failure::trace))
                        .containsExactlyElementsOf(List.copyOf(bad).subList(0, 10));
            }
            all.removeAll(bad);
            assertThat(out.toString(StandardCharsets.UTF_8).lines().skip(1).sorted())
                    .containsExactlyElementsOf(
                            all.stream().map(TraceId::toString).sorted().toList());
        }
    }

    /** Adds rows of all the wrong sorts. */
    private record Wrong(@Nullable Object... values) implements TraceJob.PerTrace {
        @Override
        public List<Column> columns() {
            return List.of(Column.text("a"), Column.whole("b"));
        }

        @Override
        public void visit(WholeTrace trace, Rows rows) {
            rows.add(values);
        }
    }

    @Test
    void aRowThatDoesNotFitIsToldByItsColumn() throws IOException {
        try (TraceStore store = open()) {
            change(store, new NaiveTraceStore());
            assertThatThrownBy(() -> rows(store, new Wrong("x", "five"), Window.ALL, 1, 1000))
                    .hasMessageContaining("column 'b' takes whole, not String 'five'");
            assertThatThrownBy(() -> rows(store, new Wrong("x"), Window.ALL, 1, 1000))
                    .hasMessageContaining("a row of 1 values, but the job has 2 columns");
            assertThatThrownBy(() -> rows(store, new Wrong(5, 5), Window.ALL, 1, 1000))
                    .hasMessageContaining("column 'a' takes text, not Integer '5'");
            assertThat(rows(store, new Wrong(null, (short) 5), Window.ALL, 1, 1000))
                    .contains("null|5\n");
        }
    }

    @Test
    void stopsWhenCancelledAndLeavesNoFile() throws IOException {
        try (TraceStore store = open();
                Snapshot snapshot = filled(store).snapshot()) {
            AtomicInteger told = new AtomicInteger();
            ReadControl control = new ReadControl(System.nanoTime() + 60_000_000_000L, () -> told.get() >= 2);
            Path scratch = Files.createDirectory(directory.resolve("scratch"));
            assertThatThrownBy(() -> new JobRun(new EverySpan(), new Lines(), false, scratch, 500)
                            .run(
                                    snapshot,
                                    Window.ALL,
                                    2,
                                    control,
                                    (_, _) -> told.incrementAndGet(),
                                    new ByteArrayOutputStream()))
                    .isInstanceOf(ReadStoppedException.class);
            try (Stream<Path> left = Files.list(scratch)) {
                assertThat(left).isEmpty();
            }
        }
    }

    /** Lists the traces it sees, in order. */
    private static final class Listing implements TraceJob.Combining<List<TraceId>> {
        @Override
        public List<Column> columns() {
            return List.of(Column.text("trace"));
        }

        @Override
        public List<TraceId> start() {
            return new ArrayList<>();
        }

        @Override
        public void observe(List<TraceId> sum, WholeTrace trace) {
            sum.add(trace.id());
        }

        @Override
        public void merge(List<TraceId> sum, List<TraceId> other) {
            sum.addAll(other);
        }

        @Override
        public void finish(List<TraceId> sum, Rows rows) {
            sum.forEach(rows::add);
        }
    }

    /** A list depends on the order of merging, which is that of the store's parts. */
    @Test
    void evenASumThatDependsOnOrderDoesNotDependOnThreads() throws IOException {
        try (TraceStore store = filled(open());
                Snapshot snapshot = store.snapshot()) {
            String one = rows(snapshot, new Listing(), Window.ALL, 1, 1000);
            assertThat(one.lines().skip(1)).doesNotHaveDuplicates().hasSizeGreaterThan(50);
            for (int threads = 2; threads < 7; threads++) {
                assertThat(rows(snapshot, new Listing(), Window.ALL, threads, 1000))
                        .isEqualTo(one);
            }
        }
    }

    @Test
    void aNameComesFromTheClass() {
        assertThat(new EverySpan().name()).isEqualTo("every-span");
        assertThat(new SlowSql().name()).isEqualTo("slow-sql");
        assertThat(new FanOut().name()).isEqualTo("fan-out");
    }

    private TraceStore filled(TraceStore store) throws IOException {
        for (int i = 0; i < 12; i++) {
            change(store, new NaiveTraceStore());
            store.flush();
        }
        return store;
    }

    private TraceStore open() throws IOException {
        return EmbeddedStore.open(StoreSettings.of(new DiskFiles(), directory.resolve("store"), List.of())
                .withChunk(200_000, Duration.ofMillis(300))
                .withMerging(4, 1_000_000));
    }

    private void change(TraceStore store, TraceStore model) throws IOException {
        List<TraceId> late = new ArrayList<>(known);
        java.util.Collections.shuffle(late, random);
        SpanBatch batch = late.isEmpty() || random.nextBoolean()
                ? spans.batch(100)
                : spans.batch(40, late.subList(0, Math.min(5, late.size())));
        for (int row = 0; row < batch.spanCount(); row++) {
            known.add(batch.traceId(row));
        }
        OnlySender.send(store, batch);
        OnlySender.send(model, batch);
        if (random.nextInt(3) == 0) {
            store.flush();
            store.maintain();
        }
    }

    private Window window() {
        long from = RandomSpans.EPOCH + random.nextLong(3_600_000_000_000L);
        return new Window(from, from + random.nextLong(3_600_000_000_000L));
    }

    private String rows(TraceStore store, TraceJob job, Window window, int threads, long memory) throws IOException {
        try (Snapshot snapshot = store.snapshot()) {
            return rows(snapshot, job, window, threads, memory);
        }
    }

    private String rows(Snapshot snapshot, TraceJob job, Window window, int threads, long memory) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        JobRun.Outcome outcome = new JobRun(job, new Lines(), false, directory, memory)
                .run(snapshot, window, threads, ReadControl.unbounded(), NOTHING, out);
        String text = out.toString(StandardCharsets.UTF_8);
        assertThat(text.lines().count()).isEqualTo(outcome.rows() + 1);
        return text;
    }
}
