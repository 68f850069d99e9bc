package io.clew.store.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clew.model.RandomSpans;
import io.clew.model.SpanBatch;
import io.clew.model.SpanEquality;
import io.clew.store.DamageRegister;
import io.clew.store.DamagedException;
import io.clew.store.ReadControl;
import io.clew.store.files.DiskFiles;
import io.clew.store.files.DiskFullException;
import io.clew.store.files.FaultyFiles;
import io.clew.store.kit.SetClock;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Blocks on disks that fail or fill up, and read by many threads through a cache that is too small. */
class BlockFilesTest {
    private static final BlockSettings SMALL = new BlockSettings(300, 60, 1 << 20, 1 << 20, 512);

    private final FaultyFiles files = new FaultyFiles(new DiskFiles());
    private final List<Blocks.Entry> traces =
            Blocks.traces(List.of(new RandomSpans(31).batch(600), new RandomSpans(32).batch(600)));

    @TempDir
    Path directory = Path.of("");

    @Test
    void failingWritesAndForcesReachTheWriter() {
        Path file = directory.resolve("block");
        files.fail(FaultyFiles.Operation.FORCE, "block", FaultyFiles.Kind.IO_ERROR);
        assertThatThrownBy(() -> Blocks.write(files, file, SMALL, traces)).isExactlyInstanceOf(IOException.class);
        files.heal();
        assertThatThrownBy(() -> Blocks.write(files, file, SMALL, traces))
                .isInstanceOf(FileAlreadyExistsException.class);
        files.freeSpace(1000);
        assertThatThrownBy(() -> Blocks.write(files, directory.resolve("full"), SMALL, traces))
                .isInstanceOf(DiskFullException.class);
    }

    @Test
    void whatIsWrittenSurvivesPowerLossOnceFinished() throws IOException {
        Path file = directory.resolve("block");
        Blocks.write(files, file, SMALL, traces);
        files.forceDirectory(directory);
        files.losePower(7);
        try (PageCache cache = new PageCache(1 << 20);
                Block block = Block.open(files, file, cache)) {
            Blocks.check(block);
        }
    }

    @Test
    void aFailingReadIsDamageThatNamesThePlaceAndPasses() throws IOException {
        Path file = directory.resolve("block");
        Blocks.write(files, file, SMALL, traces);
        SetClock clock = new SetClock(0);
        try (PageCache cache = new PageCache(1 << 20, new DamageRegister(), clock);
                Block block = Block.open(files, file, cache)) {
            files.fail(FaultyFiles.Operation.READ, "block", FaultyFiles.Kind.IO_ERROR);
            assertThatThrownBy(() -> block.read(0, new SpanBatch(), ReadControl.unbounded()))
                    .isInstanceOfSatisfying(
                            DamagedException.class,
                            damage -> assertThat(damage.file()).isEqualTo(file.toString()));
            files.heal();
            clock.set(Loss.PAUSE * 1_000_000);
            block.read(0, new SpanBatch(), ReadControl.unbounded());
        }
        assertThatThrownBy(() -> Block.open(files, directory.resolve("none"), new PageCache(1)))
                .isInstanceOf(DamagedException.class)
                .hasMessageContaining("not there");
    }

    @Test
    void manyThreadsReadThroughASmallCache() throws Exception {
        Path file = directory.resolve("block");
        Blocks.write(files, file, SMALL, traces);
        try (PageCache cache = new PageCache(20_000);
                Block block = Block.open(files, file, cache);
                ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<?>> readers = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                int first = thread;
                readers.add(threads.submit(() -> {
                    for (int i = 0; i < block.traces(); i++) {
                        int ordinal = (i * 7 + first * 31) % block.traces();
                        SpanBatch read = new SpanBatch();
                        block.read(block.find(traces.get(ordinal).id()), read, ReadControl.unbounded());
                        Blocks.Span only = traces.get(ordinal).spans().getFirst();
                        boolean there = false;
                        for (int row = 0; row < read.spanCount(); row++) {
                            there |= SpanEquality.equal(only.batch(), only.row(), read, row);
                        }
                        assertThat(there).isTrue();
                    }
                }));
            }
            for (Future<?> reader : readers) {
                reader.get();
            }
            assertThat(cache.heapBytes()).isLessThanOrEqualTo(20_000);
        }
    }
}
