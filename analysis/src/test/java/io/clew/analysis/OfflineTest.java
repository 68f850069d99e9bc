package io.clew.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clew.analysis.cell.Cell;
import io.clew.analysis.cell.CellFormat;
import io.clew.model.RandomSpans;
import io.clew.model.SpanBatch;
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
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The cells of a store are those of its traces added one by one, however the store keeps them and however many threads read. */
class OfflineTest {
    private static final long SEED = 11;

    @TempDir
    Path directory;

    private final RandomSpans spans = new RandomSpans(SEED);
    private final Random random = spans.random();
    private final Set<TraceId> known = new LinkedHashSet<>();

    @Test
    void cellsAreThoseOfTheTracesOneByOne() throws IOException {
        TraceStore model = new NaiveTraceStore();
        try (TraceStore store = open()) {
            for (int round = 0; round < 25; round++) {
                change(store, model);
                Window window = round % 3 == 0 ? Window.ALL : window();
                Map<Long, String> expected = cells(model, window, 1);
                assertThat(cells(store, window, 1 + round % 3))
                        .as("round " + round)
                        .isEqualTo(expected);
            }
            assertThat(cells(store, Window.ALL, 2)).hasSizeGreaterThan(2);
        }
    }

    @Test
    void stopsWhenCancelledAndTellsHowFarItIs() throws IOException {
        try (TraceStore store = open()) {
            TraceStore model = new NaiveTraceStore();
            for (int round = 0; round < 12; round++) {
                change(store, model);
                store.flush();
            }
            AtomicInteger told = new AtomicInteger();
            try (Snapshot snapshot = store.snapshot()) {
                ReadControl control = new ReadControl(System.nanoTime() + 60_000_000_000L, () -> told.get() >= 2);
                assertThatThrownBy(() -> Offline.run(
                                snapshot,
                                Window.ALL,
                                2,
                                control,
                                (finished, total) -> {
                                    assertThat(total).isGreaterThan(3);
                                    assertThat(finished).isEqualTo(told.incrementAndGet());
                                },
                                _ -> {}))
                        .isInstanceOf(ReadStoppedException.class);
                assertThat(control.spans()).isPositive();
            }
            assertThat(told.get()).isLessThan(12);
        }
    }

    private TraceStore open() throws IOException {
        return EmbeddedStore.open(StoreSettings.of(new DiskFiles(), directory, List.of())
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
        switch (random.nextInt(5)) {
            case 0 -> store.flush();
            case 1 -> {
                store.flush();
                store.maintain();
            }
            case 2 -> {
                List<TraceId> gone = late.subList(0, Math.min(3, late.size()));
                store.delete(gone);
                model.delete(gone);
            }
            default -> {}
        }
    }

    private Window window() {
        long from = RandomSpans.EPOCH + random.nextLong(3_600_000_000_000L);
        return new Window(from, from + random.nextLong(3_600_000_000_000L));
    }

    private static Map<Long, String> cells(TraceStore store, Window window, int threads) {
        Map<Long, String> cells = new TreeMap<>();
        List<Long> order = new ArrayList<>();
        try (Snapshot snapshot = store.snapshot()) {
            Offline.run(snapshot, window, threads, ReadControl.unbounded(), (_, _) -> {}, (Cell cell) -> {
                order.add(cell.minute());
                cells.put(cell.minute(), HexFormat.of().formatHex(CellFormat.write(cell)));
            });
        }
        assertThat(order).isSorted().doesNotHaveDuplicates();
        return cells;
    }
}
