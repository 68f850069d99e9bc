package io.clew.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import io.clew.analysis.cell.Cell;
import io.clew.analysis.cell.CellFormat;
import io.clew.model.DecodeLimits;
import io.clew.model.RandomSpans;
import io.clew.model.Refusals;
import io.clew.model.SpanBatch;
import io.clew.model.SpanCopier;
import io.clew.model.TraceId;
import io.clew.store.ReadControl;
import io.clew.store.Snapshot;
import io.clew.store.TraceStore;
import io.clew.store.Window;
import io.clew.store.embedded.EmbeddedStore;
import io.clew.store.embedded.StoreSettings;
import io.clew.store.files.DiskFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
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

    @Property(tries = 4, shrinking = ShrinkingMode.OFF)
    void equalsOfflineAtEveryMoment(@ForAll long seed) throws IOException {
        try (Run run = new Run(seed, Long.MAX_VALUE)) {
            run.steps(45);
            assertThat(run.answersWithSettledCells)
                    .as("answers with settled cells in them")
                    .isGreaterThan(10);
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

    /** A store, its live cells, a clock that only the test moves. */
    private static final class Run implements AutoCloseable {
        private final Path directory = Files.createTempDirectory("clew-live");
        private final RandomSpans spans;
        private final Random random;
        private final long bytes;
        private final Set<TraceId> known = new LinkedHashSet<>();
        private final List<SpanBatch> sent = new ArrayList<>();
        private TraceStore store;
        private LiveCells live;
        private long clock;
        private int answersWithSettledCells;

        private Run(long seed, long bytes) throws IOException {
            this.spans = new RandomSpans(seed);
            this.random = spans.random();
            this.bytes = bytes;
            this.store = open();
            this.live = begin();
        }

        private TraceStore open() throws IOException {
            return EmbeddedStore.open(StoreSettings.of(new DiskFiles(), directory, List.of())
                    .withChunk(150_000, Duration.ofMillis(300))
                    .withMerging(3, 1_000_000));
        }

        private LiveCells begin() {
            return new LiveCells(
                    () -> store.snapshot(), new LiveCells.Limits(REST, bytes, 600), () -> clock, () -> NOW);
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
                case 2 -> {
                    store.close();
                    store = open();
                    live = begin();
                }
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
                Runnable deleted;
                try (Snapshot before = store.snapshot()) {
                    deleted = live.deleting(before, some);
                }
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
            SpanBatch copy = store.newBatch();
            SpanCopier copier = new SpanCopier().bind(batch, copy);
            for (int row = 0; row < batch.spanCount(); row++) {
                copier.copy(row);
            }
            Runnable arrival = live.arriving(copy);
            store.append(copy, null, DecodeLimits.DEFAULT, new Refusals()).join();
            arrival.run();
        }

        private void work() {
            boolean _ = live.work(ReadControl.unbounded());
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
            Cell offline = new Cell(Analyses.SHAPES, 0);
            offline.seal();
            try (Snapshot snapshot = store.snapshot()) {
                Window window = new Window(first * Cell.MINUTE, last * Cell.MINUTE + Cell.MINUTE - 1);
                Offline.run(snapshot, window, 1, ReadControl.unbounded(), (_, _) -> {}, cell -> {
                    cell.seal();
                    offline.merge(cell);
                });
            }
            answersWithSettledCells += live.state().settled() > 0 ? 1 : 0;
            assertThat(HexFormat.of().formatHex(CellFormat.write(live.sum(first, last, 1, ReadControl.unbounded()))))
                    .as("minutes %d to %d, %s", first, last, live.state())
                    .isEqualTo(HexFormat.of().formatHex(CellFormat.write(offline)));
            assertThat(live.state().bytes()).isLessThanOrEqualTo(bytes);
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
