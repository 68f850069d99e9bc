package io.clew.analysis;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clew.analysis.cell.Cell;
import io.clew.analysis.cell.CellFormat;
import io.clew.analysis.red.Red;
import io.clew.model.RandomSpans;
import io.clew.model.SpanBatch;
import io.clew.model.TraceId;
import io.clew.store.DamagedException;
import io.clew.store.KeptCells;
import io.clew.store.ReadControl;
import io.clew.store.ReadStoppedException;
import io.clew.store.RetentionRules;
import io.clew.store.Snapshot;
import io.clew.store.TraceStore;
import io.clew.store.Window;
import io.clew.store.embedded.EmbeddedStore;
import io.clew.store.embedded.StoreSettings;
import io.clew.store.files.DiskFiles;
import io.clew.store.files.FaultyFiles;
import io.clew.store.kit.OnlySender;
import io.clew.store.kit.SetClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;

/**
 * Live equals offline on the same spans, whatever happens in between: new traces, late pieces that move a trace to another
 * minute, repeats, deletions, flushes, merges, restarts, settling at any moment, and limits on what is kept.
 */
class LiveCellsTest {
    private static final long REST = 10_000;
    private static final long FIRST = Cell.minuteOf(RandomSpans.EPOCH) - 30;
    private static final long NOW = FIRST + 120;
    private static final long MINUTES = 600;

    @Property(tries = 4, shrinking = ShrinkingMode.OFF)
    void equalsOfflineAtEveryMoment(@ForAll long seed) throws IOException {
        try (Run run = new Run(seed, Long.MAX_VALUE)) {
            run.steps(45);
            assertThat(run.answersWithSettledCells)
                    .as("answers with settled cells in them")
                    .isGreaterThan(10);
        }
    }

    /** As above, on a disk that forgets at each restart what was not forced, with power gone at any operation. */
    @Property(tries = 3, shrinking = ShrinkingMode.OFF)
    void alsoAfterPowerWasLost(@ForAll long seed) throws IOException {
        try (Run run = new Run(seed, Long.MAX_VALUE)) {
            run.workAll();
            for (int i = 0; i < 4; i++) {
                run.steps(7);
                run.losePower();
                run.compareAll();
            }
            run.settle();
            run.compareAll();
        }
    }

    @Test
    void aRestartComputesNothingAgain() throws IOException {
        try (Run run = new Run(16, Long.MAX_VALUE)) {
            run.sendAndSettle(5);
            // What arrived is accounted one turn after the next.
            run.settle();
            run.send(run.spans.batch(1));
            run.settle();
            run.settle();
            int settled = run.live.state().settled();
            run.restart();
            run.work();
            LiveCells.State state = run.live.state();
            assertThat(state.settled() + state.open())
                    .as("known or open: %s", state)
                    .isGreaterThanOrEqualTo(settled);
            assertThat(state.open()).as("opened by what came last").isLessThan(settled / 2);
            run.compareAll();
        }
    }

    @Test
    void aDeletionHoldsThoughTheServerDiesAtOnce() throws IOException {
        try (Run run = new Run(19, Long.MAX_VALUE)) {
            run.sendAndSettle(5);
            run.settle();
            run.send(run.spans.batch(1));
            run.settle();
            List<TraceId> some = run.some();
            Runnable _ = run.live.deleting(some);
            run.store.delete(some);
            run.restart();
            run.workAll();
            run.compareAll();
        }
    }

    @Test
    void figuresOutliveTheirSpans() throws IOException {
        try (Run run = new Run(17, Long.MAX_VALUE)) {
            run.sendAndSettle(6);
            Cell before = run.live.sum(FIRST - 100_000, FIRST + 100_000, 1, ReadControl.unbounded());
            long calls = Run.calls(before);
            run.retention = true;
            run.restart();
            run.workAll();
            run.store.flush();
            run.storeClock.set(RandomSpans.EPOCH + Duration.ofDays(3).toNanos());
            run.store.maintain();
            assertThat(run.store.stats().spansStored()).isZero();
            run.work();
            assertThat(Run.calls(run.live.sum(FIRST - 100_000, FIRST + 100_000, 1, ReadControl.unbounded())))
                    .as("spans counted once they are gone")
                    .isEqualTo(calls);
            // A span that comes late for a minute that cannot be computed any more changes nothing.
            List.copyOf(run.sent).forEach(run::send);
            assertThat(Run.calls(run.live.sum(FIRST - 100_000, FIRST + 100_000, 1, ReadControl.unbounded())))
                    .isGreaterThanOrEqualTo(calls);
            run.settle();
            assertThat(Run.calls(run.live.sum(FIRST - 100_000, FIRST + 100_000, 1, ReadControl.unbounded())))
                    .isGreaterThanOrEqualTo(calls);
            run.restart();
            run.workAll();
            run.settle();
            assertThat(Run.calls(run.live.sum(FIRST - 100_000, FIRST + 100_000, 1, ReadControl.unbounded())))
                    .as("after another start")
                    .isGreaterThanOrEqualTo(calls);
        }
    }

    @Test
    void whatIsDamagedIsComputedAgain() throws IOException {
        try (Run run = new Run(18, Long.MAX_VALUE)) {
            run.sendAndSettle(5);
            run.settle();
            run.send(run.spans.batch(1));
            run.settle();
            run.settle();
            run.store.close();
            List<Path> hours = new ArrayList<>();
            try (var files = Files.list(run.directory.resolve("cells"))) {
                files.filter(file -> file.toString().endsWith(".cells")).forEach(hours::add);
            }
            assertThat(hours).isNotEmpty();
            for (Path hour : hours) {
                byte[] bytes = Files.readAllBytes(hour);
                // In its head, or in the last cell.
                bytes[run.random.nextBoolean() ? run.random.nextInt(500) : bytes.length - 1] ^= 0x20;
                Files.write(hour, bytes);
            }
            run.store = run.open();
            run.live = run.begin();
            run.workAll();
            run.compareAll();
            assertThat(run.store.stats().damage()).hasSameSizeAs(hours);
            run.settle();
            run.compareAll();
            for (Path hour : hours) {
                assertThat(run.directory.resolve("damaged").resolve(hour.getFileName()))
                        .exists();
                assertThat(hour).as("written anew").exists();
            }
        }
    }

    @Property(tries = 3, shrinking = ShrinkingMode.OFF)
    void alsoWhenHoursAreMadeOne(@ForAll long seed) throws IOException {
        try (Run run = new Run(seed, 250_000)) {
            run.minuteNow += 60;
            run.steps(25);
            run.sendAndSettle(8);
            assertThat(run.live.state().hours()).isPositive();
            for (int i = 0; i < 10; i++) {
                run.compare();
            }
            run.steps(15);
            run.settle();
            run.compareAll();
        }
    }

    @Property(tries = 2, shrinking = ShrinkingMode.OFF)
    void alsoWhenItMayKeepLittle(@ForAll long seed) throws IOException {
        try (Run run = new Run(seed, 60_000)) {
            run.steps(40);
        }
    }

    @Test
    void everythingSettlesOnceNothingArrives() throws IOException {
        try (Run run = new Run(5, Long.MAX_VALUE)) {
            for (int i = 0; i < 5; i++) {
                run.send(run.spans.batch(50));
            }
            run.workAll();
            assertThat(run.live.state().open())
                    .as("nothing was noted before it began")
                    .isZero();
            assertThat(run.live.state().settled()).isPositive();
            run.send(run.spans.batch(50));
            run.work();
            assertThat(run.live.state().open()).isPositive();
            run.clock += REST - 1;
            run.work();
            assertThat(run.live.state().open()).as("just before it has rested").isPositive();
            run.clock += 1;
            run.work();
            assertThat(run.live.state().open()).isZero();
            run.compare();
        }
    }

    @Test
    void whatArrivesWhileNotesAreReadIsNotLost() throws IOException {
        try (Run run = new Run(6, Long.MAX_VALUE)) {
            run.sendAndSettle(5);
            run.afterSnapshot = () -> run.send(run.spans.batch(50, run.some()));
            run.work();
            run.compareAll();
            run.settle();
            run.afterSnapshot = () -> run.send(run.spans.batch(50, run.some()));
            Cell _ = run.live.sum(FIRST, FIRST + 200, 1, ReadControl.unbounded());
            run.compareAll();
        }
    }

    @Test
    void aStopLosesNothing() throws IOException {
        try (Run run = new Run(7, Long.MAX_VALUE)) {
            run.sendAndSettle(5);
            LiveCells.State before = run.live.state();
            ReadControl stopped = new ReadControl(System.nanoTime() + Long.MAX_VALUE / 2, () -> true);
            run.send(run.spans.batch(20, run.some()));
            assertThatThrownBy(() -> run.live.sum(FIRST, FIRST + 200, 1, stopped))
                    .isInstanceOf(ReadStoppedException.class);
            assertThatThrownBy(() -> run.live.total(1, stopped)).isInstanceOf(ReadStoppedException.class);
            assertThatThrownBy(() -> run.live.work(stopped)).isInstanceOf(ReadStoppedException.class);
            assertThat(run.live.state()).isEqualTo(before);
            run.compareAll();
        }
    }

    @Test
    void aStopWhileWorkingBackLosesWhatItWasAtOnly() throws IOException {
        try (Run run = new Run(8, Long.MAX_VALUE)) {
            for (int i = 0; i < 5; i++) {
                run.send(run.spans.batch(50));
            }
            run.work();
            long from = run.live.state().from();
            AtomicBoolean cancelled = new AtomicBoolean();
            run.afterSnapshot = () -> run.afterSnapshot = () -> cancelled.set(true);
            ReadControl control = new ReadControl(System.nanoTime() + Long.MAX_VALUE / 2, cancelled::get);
            assertThatThrownBy(() -> run.live.work(control)).isInstanceOf(ReadStoppedException.class);
            assertThat(run.live.state().from()).isEqualTo(from);
            run.send(run.spans.batch(50, run.some()));
            run.compareAll();
            run.workAll();
            run.compareAll();
        }
    }

    @Test
    void totalsDoNotGoBackWhenAnOpenMinuteAgesOut() throws IOException {
        try (Run run = new Run(9, Long.MAX_VALUE)) {
            run.sendAndSettle(5);
            run.send(run.spans.batch(50, run.some()));
            long before = run.total();
            assertThat(run.live.state().open()).isPositive();
            run.minuteNow += 10 * MINUTES;
            run.work();
            assertThat(run.live.state().settled()).isZero();
            assertThat(run.total()).isEqualTo(before);
            run.clock += REST;
            run.work();
            assertThat(run.live.state().open()).isZero();
            assertThat(run.total()).isEqualTo(before);
        }
    }

    @Test
    void totalsDoNotGoBackWhenAllIsCountedAnew() throws IOException {
        long all;
        try (Run run = new Run(10, Long.MAX_VALUE)) {
            run.sendAndSettle(6);
            // Makes sums of hours, which count.
            assertThat(run.total()).isPositive();
            all = run.live.state().bytes();
        }
        // All fits, half of what is allowed does not hold it; then all fits no longer.
        for (long bytes : new long[] {all * 3 / 2, all * 11 / 10}) {
            try (Run run = new Run(10, bytes)) {
                run.sendAndSettle(6);
                long before = run.total();
                assertThat(before).isEqualTo(run.stored(NOW - MINUTES));
                run.noteTooMuch();
                assertThat(run.live.total(1, ReadControl.unbounded()))
                        .as("while it is counted anew")
                        .isNull();
                run.send(run.spans.batch(400));
                run.minuteNow += 5;
                run.workAll();
                long after = run.total();
                assertThat(after).isGreaterThan(before).isEqualTo(run.stored(NOW - MINUTES));
                run.noteTooMuch();
                run.minuteNow += 10 * MINUTES;
                run.workAll();
                assertThat(run.total()).as("when all has aged out meanwhile").isEqualTo(after);
            }
        }
    }

    @Test
    void aDeletionReadsNothingWhenNothingIsKept() throws IOException {
        try (Run run = new Run(11, Long.MAX_VALUE)) {
            run.send(run.spans.batch(50));
            run.delete();
            assertThat(run.snapshots).isZero();
        }
    }

    @Test
    void nothingSettlesWithATraceThatIsBeingDeleted() throws IOException {
        for (int seed = 12; seed < 16; seed++) {
            try (Run run = new Run(seed, Long.MAX_VALUE)) {
                run.sendAndSettle(3);
                List<TraceId> some = run.some();
                run.afterSnapshot = () -> run.send(run.spans.batch(50, some));
                Runnable deleted = run.live.deleting(some);
                run.settle();
                run.store.delete(some);
                deleted.run();
                run.compareAll();
            }
        }
    }

    /** A store, its live cells, a clock that only the test moves. */
    private static final class Run implements LiveCells.Source, AutoCloseable {
        private final Path directory = Files.createTempDirectory("clew-live");
        private final FaultyFiles files = new FaultyFiles(new DiskFiles());
        private boolean retention;
        private final SetClock storeClock = new SetClock(RandomSpans.EPOCH);
        private final RandomSpans spans;
        private final Random random;
        private final long bytes;
        private final Set<TraceId> known = new LinkedHashSet<>();
        private final List<SpanBatch> sent = new ArrayList<>();
        private TraceStore store;
        private LiveCells live;
        private long clock;
        private long minuteNow = NOW;
        private int snapshots;
        /** Runs once, when the live cells have taken their next snapshot. */
        private Runnable afterSnapshot = () -> {};

        private int answersWithSettledCells;

        private Run(long seed, long bytes) throws IOException {
            this.spans = new RandomSpans(seed);
            this.random = spans.random();
            this.bytes = bytes;
            this.store = open();
            this.live = begin();
        }

        private TraceStore open() throws IOException {
            return EmbeddedStore.open(StoreSettings.of(files, directory, List.of())
                    .withClock(storeClock)
                    .withChunk(150_000, Duration.ofMillis(300))
                    .withMerging(3, 1_000_000)
                    .withRetention(
                            retention
                                    ? new RetentionRules(
                                            Duration.ofDays(1),
                                            Map.of(),
                                            Duration.ZERO,
                                            Duration.ZERO,
                                            Duration.ofSeconds(1),
                                            Duration.ZERO,
                                            0)
                                    : RetentionRules.NONE));
        }

        private void restart() throws IOException {
            store.close();
            store = open();
            live = begin();
        }

        /** Everything that is not durable is forgotten, at an operation on the disk that nobody foresees. */
        private void losePower() throws IOException {
            files.cutPowerAfter(random.nextInt(40));
            while (!files.powerIsOff()) {
                try {
                    send(spans.batch(1 + random.nextInt(30)));
                    settle();
                    if (random.nextBoolean()) {
                        delete();
                    }
                } catch (IOException | DamagedException | UncheckedIOException | AssertionError powerFailed) {
                    assertThat(files.powerIsOff()).isTrue();
                }
            }
            try {
                store.close();
            } catch (IOException powerFailed) {
                assertThat(files.powerIsOff()).isTrue();
            }
            files.losePower(random.nextLong());
            store = open();
            live = begin();
        }

        private LiveCells begin() {
            return new LiveCells(this, new LiveCells.Limits(REST, bytes, MINUTES), () -> clock, () -> minuteNow);
        }

        @Override
        public KeptCells cells() {
            return requireNonNull(store.cells());
        }

        @Override
        public Snapshot snapshot() {
            Snapshot snapshot = store.snapshot();
            snapshots++;
            Runnable now = afterSnapshot;
            afterSnapshot = () -> {};
            now.run();
            return snapshot;
        }

        private void steps(int count) throws IOException {
            for (int i = 0; i < count; i++) {
                step();
                clock += random.nextLong(REST);
                if (random.nextBoolean()) {
                    work();
                }
                compare();
            }
        }

        private void step() throws IOException {
            switch (random.nextInt(10)) {
                case 0 -> store.flush();
                case 1 -> store.maintain();
                case 2 -> restart();
                case 3 -> delete();
                case 4, 5 -> send(known.isEmpty() ? spans.batch(20) : spans.batch(1 + random.nextInt(20), some()));
                case 6 -> sendAgain();
                default -> send(spans.batch(1 + random.nextInt(60)));
            }
        }

        private List<TraceId> some() {
            List<TraceId> all = new ArrayList<>(known);
            Collections.shuffle(all, random);
            return all.subList(0, 1 + random.nextInt(Math.min(4, all.size())));
        }

        private void delete() throws IOException {
            if (!known.isEmpty()) {
                List<TraceId> some = some();
                Runnable deleted = live.deleting(some);
                store.delete(some);
                deleted.run();
            }
        }

        private void sendAgain() {
            if (!sent.isEmpty()) {
                send(sent.get(random.nextInt(sent.size())));
            }
        }

        private void send(SpanBatch batch) {
            for (int row = 0; row < batch.spanCount(); row++) {
                known.add(batch.traceId(row));
            }
            sent.add(batch);
            LiveCells.Arrival arrival = live.arriving(batch);
            OnlySender.send(store, batch);
            arrival.ended(true);
        }

        private void work() {
            boolean _ = live.work(ReadControl.unbounded());
        }

        private void settle() {
            work();
            clock += REST;
            work();
        }

        private void sendAndSettle(int batches) {
            workAll();
            for (int i = 0; i < batches; i++) {
                send(spans.batch(50));
            }
            settle();
            assertThat(live.state().settled()).isPositive();
            assertThat(live.state().open()).isZero();
            assertThat(live.state().caughtUp()).isTrue();
        }

        /** Notes more arrivals than are remembered. */
        private void noteTooMuch() {
            SpanBatch batch = spans.batch(50);
            for (int i = 0; i < 1 << 20; i++) {
                live.arriving(batch).ended(true);
            }
        }

        private long total() {
            return calls(requireNonNull(live.total(1, ReadControl.unbounded())));
        }

        /** Spans of all traces that begin in this minute or later. */
        private long stored(long first) {
            return calls(offline(new Window(first * Cell.MINUTE, Long.MAX_VALUE)));
        }

        private static long calls(Cell cell) {
            return TestTraces.rows(cell.table(Red.SERVICES)).values().stream()
                    .mapToLong(sums -> sums.get(Red.CALLS))
                    .sum();
        }

        private void compareAll() {
            compare(FIRST - 10_000_000, FIRST + 10_000_000);
        }

        private void workAll() {
            while (live.work(ReadControl.unbounded())) {
                // Works back to the limit.
            }
        }

        private void compare() {
            long a = FIRST + random.nextInt(100);
            long b = FIRST + random.nextInt(100);
            compare(random.nextInt(3) == 0 ? FIRST - 10_000_000 : Math.min(a, b), Math.max(a, b) + 60);
        }

        private void compare(long first, long last) {
            Cell offline = offline(new Window(first * Cell.MINUTE, last * Cell.MINUTE + Cell.MINUTE - 1));
            answersWithSettledCells += live.state().settled() > 0 ? 1 : 0;
            assertThat(hex(live.sum(first, last, 1, ReadControl.unbounded())))
                    .as("minutes %d to %d, %s", first, last, live.state())
                    .isEqualTo(hex(offline));
            compareSteps(first, last, offline);
            assertThat(live.state().bytes()).isLessThanOrEqualTo(bytes);
        }

        /** Together the steps are the whole, and one of them is what its minutes add up to. */
        private void compareSteps(long first, long last, Cell offline) {
            long step = Math.max(1, (last - first + 1) / (1 + random.nextInt(9)));
            List<Cell> cells = new ArrayList<>();
            Cell sum = LiveSums.empty();
            live.sums(first, last, step, 1, ReadControl.unbounded(), cell -> {
                cells.add(cell);
                sum.merge(cell);
            });
            assertThat(cells).hasSize((int) Math.ceilDiv(last - first + 1, step));
            assertThat(hex(sum)).isEqualTo(hex(offline));
            int at = random.nextInt(cells.size());
            long begin = first + at * step;
            long end = Math.min(last, begin + step - 1);
            assertThat(hex(cells.get(at)))
                    .isEqualTo(hex(offline(new Window(begin * Cell.MINUTE, end * Cell.MINUTE + Cell.MINUTE - 1))));
        }

        private static String hex(Cell cell) {
            return HexFormat.of().formatHex(CellFormat.write(cell));
        }

        private Cell offline(Window window) {
            Cell offline = new Cell(Analyses.SHAPES, 0);
            offline.seal();
            try (Snapshot snapshot = store.snapshot()) {
                Offline.run(snapshot, window, 1, ReadControl.unbounded(), (_, _) -> {}, cell -> {
                    cell.seal();
                    offline.merge(cell);
                });
            }
            return offline;
        }

        @Override
        public void close() throws IOException {
            store.close();
            try (var files = Files.walk(directory)) {
                for (Path file : files.sorted(Collections.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
