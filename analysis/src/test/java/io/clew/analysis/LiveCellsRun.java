package io.clew.analysis;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.clew.analysis.cell.Cell;
import io.clew.analysis.cell.CellFormat;
import io.clew.analysis.red.Red;
import io.clew.model.RandomSpans;
import io.clew.model.SpanBatch;
import io.clew.model.TraceId;
import io.clew.store.DamagedException;
import io.clew.store.KeptCells;
import io.clew.store.ReadControl;
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

/** A store, its live cells, a clock that only the test moves. */
final class LiveCellsRun implements LiveCells.Source, AutoCloseable {
    static final long REST = 10_000;
    static final long FIRST = Cell.minuteOf(RandomSpans.EPOCH) - 30;
    static final long NOW = FIRST + 120;
    static final long MINUTES = 600;

    final Path directory = Files.createTempDirectory("clew-live");
    final FaultyFiles files = new FaultyFiles(new DiskFiles());
    boolean retention;
    final SetClock storeClock = new SetClock(RandomSpans.EPOCH);
    final RandomSpans spans;
    final Random random;
    final long bytes;
    final Set<TraceId> known = new LinkedHashSet<>();
    final List<SpanBatch> sent = new ArrayList<>();
    TraceStore store;
    LiveCells live;
    long clock;
    long minuteNow = NOW;
    int snapshots;
    /** Runs once, when the live cells have taken their next snapshot. */
    Runnable afterSnapshot = () -> {};

    int answersWithSettledCells;

    LiveCellsRun(long seed, long bytes) throws IOException {
        this.spans = new RandomSpans(seed);
        this.random = spans.random();
        this.bytes = bytes;
        this.store = open();
        this.live = begin();
    }

    TraceStore open() throws IOException {
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

    void restart() throws IOException {
        store.close();
        store = open();
        live = begin();
    }

    /** Everything that is not durable is forgotten, at an operation on the disk that nobody foresees. */
    void losePower() throws IOException {
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

    LiveCells begin() {
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

    void steps(int count) throws IOException {
        for (int i = 0; i < count; i++) {
            step();
            clock += random.nextLong(REST);
            if (random.nextBoolean()) {
                work();
            }
            compare();
        }
    }

    void step() throws IOException {
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

    List<TraceId> some() {
        List<TraceId> all = new ArrayList<>(known);
        Collections.shuffle(all, random);
        return all.subList(0, 1 + random.nextInt(Math.min(4, all.size())));
    }

    void delete() throws IOException {
        if (!known.isEmpty()) {
            List<TraceId> some = some();
            Runnable deleted = live.deleting(some);
            store.delete(some);
            deleted.run();
        }
    }

    void sendAgain() {
        if (!sent.isEmpty()) {
            send(sent.get(random.nextInt(sent.size())));
        }
    }

    void send(SpanBatch batch) {
        for (int row = 0; row < batch.spanCount(); row++) {
            known.add(batch.traceId(row));
        }
        sent.add(batch);
        LiveCells.Arrival arrival = live.arriving(batch);
        OnlySender.send(store, batch);
        arrival.ended(true);
    }

    void work() {
        boolean _ = live.work(ReadControl.unbounded());
    }

    void settle() {
        work();
        clock += REST;
        work();
    }

    void sendAndSettle(int batches) {
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
    void noteTooMuch() {
        SpanBatch batch = spans.batch(50);
        for (int i = 0; i < 1 << 20; i++) {
            live.arriving(batch).ended(true);
        }
    }

    long total() {
        return calls(requireNonNull(live.total(1, ReadControl.unbounded())));
    }

    /** Spans of all traces that begin in this minute or later. */
    long stored(long first) {
        return calls(offline(new Window(first * Cell.MINUTE, Long.MAX_VALUE)));
    }

    static long calls(Cell cell) {
        return TestTraces.rows(cell.table(Red.SERVICES)).values().stream()
                .mapToLong(sums -> sums.get(Red.CALLS))
                .sum();
    }

    void compareAll() {
        compare(FIRST - 10_000_000, FIRST + 10_000_000);
    }

    void workAll() {
        while (live.work(ReadControl.unbounded())) {
            // Works back to the limit.
        }
    }

    void compare() {
        long a = FIRST + random.nextInt(100);
        long b = FIRST + random.nextInt(100);
        compare(random.nextInt(3) == 0 ? FIRST - 10_000_000 : Math.min(a, b), Math.max(a, b) + 60);
    }

    void compare(long first, long last) {
        Cell offline = offline(new Window(first * Cell.MINUTE, last * Cell.MINUTE + Cell.MINUTE - 1));
        answersWithSettledCells += live.state().settled() > 0 ? 1 : 0;
        assertThat(hex(live.sum(first, last, 1, ReadControl.unbounded())))
                .as("minutes %d to %d, %s", first, last, live.state())
                .isEqualTo(hex(offline));
        compareSteps(first, last, offline);
        assertThat(live.state().bytes()).isLessThanOrEqualTo(bytes);
    }

    /** Together the steps are the whole, and one of them is what its minutes add up to. */
    void compareSteps(long first, long last, Cell offline) {
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

    static String hex(Cell cell) {
        return HexFormat.of().formatHex(CellFormat.write(cell));
    }

    Cell offline(Window window) {
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
