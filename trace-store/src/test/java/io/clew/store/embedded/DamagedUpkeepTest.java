package io.clew.store.embedded;

import static io.clew.store.embedded.EmbeddedStoreDamageTest.append;
import static io.clew.store.embedded.EmbeddedStoreDamageTest.open;
import static io.clew.store.embedded.EmbeddedStoreDamageTest.settings;
import static org.assertj.core.api.Assertions.assertThat;

import io.clew.model.SpanBatch;
import io.clew.model.TraceId;
import io.clew.store.DeleteResult;
import io.clew.store.ReadControl;
import io.clew.store.RetentionRules;
import io.clew.store.Snapshot;
import io.clew.store.SpanColumns;
import io.clew.store.TraceStore;
import io.clew.store.Window;
import io.clew.store.block.BlockPages;
import io.clew.store.files.DiskFiles;
import io.clew.store.files.FaultyFiles;
import io.clew.store.kit.SetClock;
import io.clew.store.kit.Spans;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Counts, deletion, retention and scans of small stores with a damaged or missing block: nothing is counted twice, nothing
 * goes of which it is not known that it is due, and a deletion names the block that may still hold what is to go.
 */
class DamagedUpkeepTest {
    private static final RetentionRules ALL_IS_DUE = RetentionRules.NONE.withAge(Duration.ofNanos(1));

    @TempDir
    Path directory = Path.of("");

    @Test
    void whatAMissingBlockMayHoldIsNotSaidToBeDeleted() throws IOException {
        Path data = directory.resolve("missing");
        try (TraceStore store = open(data)) {
            append(store, traces(0, 20));
            store.flush();
            append(store, traces(20, 30));
        }
        Path file = BlockFiles.list(new DiskFiles(), data).getFirst();
        BlockPages.flip(file, Files.size(file) - 2);
        try (TraceStore store = open(data)) {
            DeleteResult hidden = store.delete(List.of(new TraceId(1, 1)));
            assertThat(hidden.traces()).isZero();
            assertThat(hidden.left())
                    .singleElement()
                    .satisfies(place -> assertThat(place.file()).isEqualTo(file));
            DeleteResult seen = store.delete(List.of(new TraceId(1, 25)));
            assertThat(seen.traces()).isEqualTo(1);
            assertThat(seen.left()).hasSize(1);
            assertThat(store.delete(List.of()).left()).isEmpty();
        }
        BlockPages.flip(file, Files.size(file) - 2);
        try (TraceStore store = open(data)) {
            assertThat(store.delete(List.of(new TraceId(1, 1)))).isEqualTo(new DeleteResult(1, List.of()));
        }
    }

    @Test
    void aDamagedBlockThatKeepsTheBytesOfADeletedTraceIsNamed() throws IOException {
        Path data = directory.resolve("kept");
        try (TraceStore store = open(data)) {
            append(store, traces(0, 20));
        }
        Path file = BlockFiles.list(new DiskFiles(), data).getFirst();
        BlockPages.flip(file, BlockPages.first(file, "summary"));
        FaultyFiles files = new FaultyFiles(new DiskFiles());
        noBlockIsWritten(files);
        try (TraceStore store = EmbeddedStore.open(settings(files, data))) {
            assertThat(store.delete(List.of(new TraceId(1, 1))).left())
                    .as("before it is known to be damaged")
                    .isEmpty();
            try (Snapshot snapshot = store.snapshot()) {
                snapshot.operations(null, new Window(0, Long.MAX_VALUE), ReadControl.unbounded());
            }
            assertThat(store.stats().damage()).isNotEmpty();
            assertThat(store.delete(List.of(new TraceId(1, 2))).left())
                    .singleElement()
                    .satisfies(place -> assertThat(place.file()).isEqualTo(file));
        }
    }

    @Test
    void retentionLeavesABlockThatCannotBeOpened() throws IOException {
        Path data = directory.resolve("retained");
        try (TraceStore store = open(data)) {
            append(store, traces(0, 20));
            store.flush();
            append(store, traces(20, 30));
        }
        Path file = BlockFiles.list(new DiskFiles(), data).getFirst();
        BlockPages.flip(file, Files.size(file) - 2);
        try (TraceStore store = EmbeddedStore.open(settings(data).withRetention(ALL_IS_DUE))) {
            assertThat(store.stats().spansMissing()).isEqualTo(20);
            store.maintain();
            assertThat(store.stats().spansStored()).isZero();
        }
        try (TraceStore store = open(data)) {
            assertThat(store.stats().spansMissing()).isEqualTo(20);
            assertThat(file).exists();
        }
    }

    @Test
    void aScanLooksIntoNoBlockOutsideOfItsWindow() throws IOException {
        Path data = directory.resolve("scanned");
        try (TraceStore store = open(data)) {
            append(store, traces(0, 700));
        }
        Path block = BlockFiles.list(new DiskFiles(), data).getFirst();
        for (BlockPages.Page page : BlockPages.of(block)) {
            if (page.holds().equals("directory")) {
                BlockPages.flip(block, page);
            }
        }
        try (TraceStore store = open(data);
                Snapshot snapshot = store.snapshot()) {
            assertThat(snapshot.scan(new Window(1, 2), SpanColumns.ALL, ReadControl.unbounded())
                            .parts())
                    .isZero();
            assertThat(store.stats().damage()).isEmpty();
            snapshot.scan(Window.ALL, SpanColumns.ALL, ReadControl.unbounded());
            assertThat(store.stats().damage()).isNotEmpty();
        }
    }

    @Test
    void deletedTracesOfAMissingBlockAreNotSubtractedTwice() throws IOException {
        Path data = directory.resolve("counted");
        FaultyFiles files = new FaultyFiles(new DiskFiles());
        try (TraceStore store = EmbeddedStore.open(settings(files, data))) {
            append(store, traces(0, 20));
            store.flush();
            append(store, traces(20, 30));
            store.flush();
            noBlockIsWritten(files);
            for (int i = 0; i < 5; i++) {
                assertThat(store.delete(List.of(new TraceId(1, 1 + i))).traces())
                        .isEqualTo(1);
            }
        }
        Path file = BlockFiles.list(new DiskFiles(), data).getFirst();
        BlockPages.flip(file, Files.size(file) - 2);
        try (TraceStore store = open(data)) {
            assertThat(store.stats().spansMissing()).isEqualTo(20);
            assertThat(store.stats().tracesStored()).isEqualTo(10);
        }
    }

    @Test
    void retentionCountsTracesThatADamagedDirectoryNames() throws IOException {
        Path data = directory.resolve("retained");
        try (TraceStore store = open(data)) {
            append(store, traces(0, 700));
        }
        Path block = BlockFiles.list(new DiskFiles(), data).getFirst();
        BlockPages.flip(block, BlockPages.first(block, "directory"));
        try (TraceStore store = EmbeddedStore.open(settings(data).withRetention(ALL_IS_DUE))) {
            store.maintain();
            assertThat(store.stats().spansStored()).isZero();
            assertThat(store.stats().tracesStored()).isZero();
        }
    }

    /** Names that stand in the summary and in one row group alone; then neither can be read. */
    @Test
    void retentionDoesNotDropABlockOfWhichItDoesNotKnowTheServices() throws IOException {
        Path data = directory.resolve("named");
        try (TraceStore store = open(data)) {
            append(store, traces(0, 500));
            append(
                    store,
                    new Spans(new SpanBatch(), "kept longer")
                            .add(
                                    new TraceId(1, 1_000),
                                    1,
                                    0,
                                    "op",
                                    1_700_000_001_000_000_000L,
                                    1_700_000_001_000_000_005L)
                            .batch());
        }
        Path block = BlockFiles.list(new DiskFiles(), data).getFirst();
        BlockPages.Page lastHeader = BlockPages.of(block).stream()
                .filter(page -> page.holds().equals("header"))
                .reduce((_, later) -> later)
                .orElseThrow();
        BlockPages.flip(block, BlockPages.first(block, "summary"));
        BlockPages.flip(block, lastHeader);
        RetentionRules rules = new RetentionRules(
                Duration.ofNanos(1),
                Map.of("kept longer", Duration.ofHours(1)),
                Duration.ZERO,
                Duration.ZERO,
                Duration.ofSeconds(1),
                Duration.ZERO,
                0);
        SetClock clock = new SetClock(1_700_000_000_000_000_000L);
        try (TraceStore store =
                EmbeddedStore.open(settings(data).withRetention(rules).withClock(clock))) {
            clock.set(1_700_000_000_000_000_000L + Duration.ofMinutes(30).toNanos());
            store.maintain();
            assertThat(block).exists();
            assertThat(store.stats().blocks()).isEqualTo(1);
            clock.set(1_700_000_000_000_000_000L + Duration.ofMinutes(90).toNanos());
            store.maintain();
            assertThat(store.stats().blocks())
                    .as("when every service's time is over")
                    .isZero();
        }
    }

    /** So that a block with deleted traces stays as it is, however long the test takes. */
    private static void noBlockIsWritten(FaultyFiles files) {
        files.fail(FaultyFiles.Operation.CREATE, "block-", FaultyFiles.Kind.DISK_FULL);
    }

    /** Traces of a span each, of these numbers. */
    private static SpanBatch traces(int from, int to) {
        Spans spans = new Spans(new SpanBatch(), "s");
        for (int i = from; i < to; i++) {
            spans.add(
                    new TraceId(1, 1 + i), 1, 0, "op", 1_700_000_000_000_000_000L + i, 1_700_000_000_000_000_005L + i);
        }
        return spans.batch();
    }
}
