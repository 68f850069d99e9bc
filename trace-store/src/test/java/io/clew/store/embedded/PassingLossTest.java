package io.clew.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.clew.model.DecodeLimits;
import io.clew.model.Refusals;
import io.clew.model.SpanBatch;
import io.clew.model.TraceId;
import io.clew.store.AppendResult;
import io.clew.store.DeleteResult;
import io.clew.store.ReadControl;
import io.clew.store.Snapshot;
import io.clew.store.TraceStore;
import io.clew.store.block.BlockPages;
import io.clew.store.files.DiskFiles;
import io.clew.store.files.FaultyFiles;
import io.clew.store.kit.SetClock;
import io.clew.store.kit.Spans;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store whose disk does not give a block's directory for a while: nothing is said that is not known, and then all is there. */
class PassingLossTest {
    private static final long T = 1_700_000_000_000_000_000L;
    private static final int TRACES = 2_000;

    @TempDir
    Path directory = Path.of("");

    private final FaultyFiles files = new FaultyFiles(new DiskFiles());
    private final SetClock clock = new SetClock(T);

    private static TraceId id(int number) {
        return new TraceId(1, number + 1);
    }

    private TraceStore open() throws IOException {
        return EmbeddedStore.open(StoreSettings.of(files, directory, List.of())
                .withClock(clock)
                .withChunk(16 << 20, Duration.ofHours(1)));
    }

    private static void append(TraceStore store, int first, int end) {
        Spans spans = new Spans(store.newBatch(), "s");
        for (int i = first; i < end; i++) {
            spans.add(id(i), 1, 0, "op", T + i, T + i + 5);
        }
        SpanBatch batch = spans.batch();
        assertThat(store.append(batch, null, DecodeLimits.DEFAULT, new Refusals())
                        .join())
                .isInstanceOf(AppendResult.Stored.class);
    }

    @Test
    void whileTheDiskFailsItIsSaidAndThenAllIsFoundAndCanBeDeleted() throws IOException {
        try (TraceStore store = open()) {
            append(store, 0, TRACES);
        }
        try (TraceStore store = open()) {
            FaultyFiles.Fault fault = directoryFails();
            for (int i = 0; i < TRACES; i++) {
                try (Snapshot snapshot = store.snapshot()) {
                    ReadControl control = ReadControl.unbounded();
                    assertThat(snapshot.trace(id(i), control)).isEmpty();
                    assertThat(control.missed()).as("trace %d", i).isNotEmpty();
                }
            }
            DeleteResult unsure = store.delete(List.of(id(7)));
            assertThat(unsure.traces()).isZero();
            assertThat(unsure.left()).as("where it may be left").hasSize(1);
            // Each of these is looked for in the block.
            append(store, TRACES - 50, TRACES + 50);
            store.flush();
            assertThat(fault.struck()).as("reads of four pages that failed").isLessThan(10);
            files.heal();
            clock.set(clock.nanos() + Duration.ofSeconds(1).toNanos());
            try (Snapshot snapshot = store.snapshot()) {
                for (int i = 0; i < TRACES + 50; i++) {
                    assertThat(snapshot.trace(id(i), ReadControl.unbounded()))
                            .as("trace %d", i)
                            .isPresent();
                }
            }
            assertThat(store.delete(List.of(id(7), id(TRACES - 1))).traces()).isEqualTo(2);
            try (Snapshot snapshot = store.snapshot()) {
                assertThat(snapshot.trace(id(7), ReadControl.unbounded())).isEmpty();
                assertThat(snapshot.trace(id(TRACES - 1), ReadControl.unbounded()))
                        .isEmpty();
            }
        }
    }

    private FaultyFiles.Fault directoryFails() throws IOException {
        Path block = BlockFiles.list(files, directory).getFirst();
        List<BlockPages.Page> pages = BlockPages.of(block).stream()
                .filter(page -> page.holds().equals("directory"))
                .toList();
        assertThat(pages).hasSize(4);
        return files.fail(FaultyFiles.Operation.READ, block.getFileName().toString(), FaultyFiles.Kind.IO_ERROR)
                .between(
                        pages.getFirst().offset(),
                        pages.getLast().offset() + pages.getLast().length());
    }
}
