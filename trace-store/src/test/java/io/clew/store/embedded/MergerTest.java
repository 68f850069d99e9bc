package io.clew.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.clew.model.DecodeLimits;
import io.clew.model.Refusals;
import io.clew.model.TraceId;
import io.clew.store.ReadControl;
import io.clew.store.Snapshot;
import io.clew.store.TraceStore;
import io.clew.store.block.Block;
import io.clew.store.block.BlockSettings;
import io.clew.store.block.PageCache;
import io.clew.store.files.DiskFiles;
import io.clew.store.kit.Spans;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which blocks are united. */
class MergerTest {
    private static final long T = 1_700_000_000_000_000_000L;
    private static final BlockSettings SMALL = new BlockSettings(100, 50, 1 << 20, 1 << 20, 20);
    private static final int FAN_IN = 3;

    @TempDir
    Path directory = Path.of("");

    /** A trace is not cut, so without a bound the memory to unite it would grow as long as its id is used. */
    @Test
    void aTraceIdUsedForEverDoesNotGrowARowGroupForEver() throws IOException {
        int flushes = 60;
        int piece = 40;
        TraceId endless = new TraceId(1, 1);
        try (TraceStore store = EmbeddedStore.open(StoreSettings.of(new DiskFiles(), directory, List.of())
                .withBlockSettings(SMALL)
                .withChunk(16 << 20, Duration.ofHours(1))
                .withMerging(FAN_IN, 1_000_000))) {
            for (int flush = 0; flush < flushes; flush++) {
                Spans spans = new Spans(store.newBatch(), "s");
                for (int i = 0; i < piece; i++) {
                    long number = (long) flush * piece + i;
                    spans.add(endless, 1 + number, 0, "op", T + number, T + number + 5);
                    spans.add(new TraceId(2, 1 + number), 1, 0, "op", T + number, T + number + 5);
                }
                store.append(spans.batch(), null, DecodeLimits.DEFAULT, new Refusals())
                        .join();
                store.flush();
                store.maintain();
                assertThat(store.stats().maintenanceDue()).isFalse();
            }
            List<Path> blocks = BlockFiles.list(new DiskFiles(), directory);
            assertThat(blocks).as("still united while there is room").hasSizeLessThan(flushes / FAN_IN);
            long largest = 0;
            for (Path file : blocks) {
                try (PageCache cache = new PageCache(1 << 20);
                        Block block = Block.open(new DiskFiles(), file, cache)) {
                    largest = Math.max(largest, block.largestRowGroup());
                }
            }
            assertThat(largest).isLessThanOrEqualTo(FAN_IN * SMALL.mostSpansOfTraces());
            try (Snapshot snapshot = store.snapshot()) {
                assertThat(snapshot.trace(endless, ReadControl.unbounded())
                                .orElseThrow()
                                .spans()
                                .spanCount())
                        .isEqualTo(flushes * piece);
            }
        }
    }
}
