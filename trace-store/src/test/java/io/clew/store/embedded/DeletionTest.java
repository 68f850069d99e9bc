package io.clew.store.embedded;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clew.model.DecodeLimits;
import io.clew.model.Refusals;
import io.clew.model.SpanBatch;
import io.clew.model.TraceId;
import io.clew.store.AppendResult;
import io.clew.store.DamagedException;
import io.clew.store.ReadControl;
import io.clew.store.Snapshot;
import io.clew.store.TraceStore;
import io.clew.store.block.Block;
import io.clew.store.block.PageCache;
import io.clew.store.files.DiskFiles;
import io.clew.store.files.FaultyFiles;
import io.clew.store.kit.Spans;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is deleted on request leaves every file, whatever happens meanwhile, and nothing else does. */
class DeletionTest {
    private static final long T = 1_700_000_000_000_000_000L;
    private static final int OTHERS = 20;

    @TempDir
    Path directory;

    private Path home = Path.of("store");
    private final FaultyFiles files = new FaultyFiles(new DiskFiles());
    private final ReadControl control = ReadControl.unbounded();
    /** Stands in the deleted trace and nowhere else. */
    private final String marker = UUID.randomUUID().toString();

    private final byte[] markerBytes = marker.getBytes(StandardCharsets.UTF_8);

    /** Where the spans are when they are deleted. */
    enum Place {
        HEAD,
        BLOCK,
        /** Some in a block, some in the head. */
        BOTH,
        /** In the head again after a restart without a flush. */
        REPLAYED,
        /** In a block that merging made. */
        MERGED
    }

    @BeforeEach
    void first() {
        home = directory.resolve("store");
    }

    private TraceStore open() throws IOException {
        return EmbeddedStore.open(StoreSettings.of(files, home, List.of())
                .withChunk(64 << 20, Duration.ofHours(1))
                .withMerging(3, 1_000_000));
    }

    @ParameterizedTest
    @EnumSource
    void noByteOfItStaysInAnyFile(Place place) throws IOException {
        TraceStore store = open();
        try {
            fill(store, 1, place == Place.BLOCK || place == Place.BOTH || place == Place.MERGED);
            if (place == Place.BOTH) {
                fill(store, 2, false);
            }
            if (place == Place.REPLAYED) {
                files.cutPowerAfter(0);
                closeQuietly(store);
                files.losePower(1);
                store = open();
            }
            if (place == Place.MERGED) {
                fill(store, 2, true);
                fill(store, 3, true);
                store.maintain();
            }
            assertThat(filesWithMarker()).as("before").isNotEmpty();
            List<Path> blocksBefore = blocks();

            assertThat(store.delete(List.of(id(0))).traces()).isEqualTo(1);
            assertThat(filesInLogWithMarker()).as("in the log").isEmpty();
            assertThat(isThere(store, 0)).isFalse();
            if (!store.stats().maintenanceDue()) {
                // Then the store has done it by itself.
                await().atMost(Duration.ofMinutes(2))
                        .until(() -> filesWithMarker().isEmpty());
            }

            store.maintain();
            assertThat(filesWithMarker()).as("after").isEmpty();
            assertThat(blocks()).noneMatch(blocksBefore::contains);
            assertThat(store.stats().maintenanceDue()).isFalse();
            store = reopen(store);
            assertThat(isThere(store, 0)).isFalse();
            for (int i = 1; i < OTHERS; i++) {
                assertThat(isThere(store, i)).as("trace %d", i).isTrue();
            }
            assertThat(store.stats().tracesStored()).isEqualTo(OTHERS - 1);
        } finally {
            store.close();
        }
    }

    @Test
    void itLeavesTheFilesByItself() throws IOException {
        try (TraceStore store = open()) {
            fill(store, 1, true);
            store.delete(List.of(id(0)));
            await().atMost(Duration.ofMinutes(2)).until(() -> filesWithMarker().isEmpty());
            assertThat(store.stats().tracesStored()).isEqualTo(OTHERS - 1);
        }
    }

    @Test
    void nothingButItsOwnSpansComeAgain() throws IOException {
        TraceStore store = open();
        fill(store, 1, true);
        store.delete(List.of(id(0)));
        assertThat(send(store, 0, 7)).isInstanceOf(AppendResult.Stored.class);
        store = reopen(store);
        store.maintain();
        try (Snapshot snapshot = store.snapshot()) {
            assertThat(snapshot.trace(id(0), control).orElseThrow().spans().spanCount())
                    .isEqualTo(1);
        }
        store.close();
    }

    /** Power fails at every operation on the disk in turn, until the deletion and its rewriting get through. */
    @Test
    void powerLostAtAnyStepLeavesAllOfItOrNothing() throws IOException {
        int cut = 0;
        boolean through = false;
        for (int step = 0; !through; step++) {
            home = directory.resolve("store" + step);
            try (TraceStore store = open()) {
                fill(store, 1, step % 2 == 0);
            }
            boolean deleted = false;
            TraceStore store = open();
            try {
                files.cutPowerAfter(step);
                deleted = store.delete(List.of(id(0))).traces() == 1;
                store.maintain();
                through = true;
            } catch (IOException | DamagedException | UncheckedIOException powerFailed) {
                assertThat(files.powerIsOff())
                        .as("step %d: %s", step, powerFailed)
                        .isTrue();
                cut++;
            } finally {
                closeQuietly(store);
            }
            files.losePower(step);
            try (TraceStore after = open()) {
                boolean there = isThere(after, 0);
                assertThat(deleted && there)
                        .as("deleted and there, step %d", step)
                        .isFalse();
                for (int i = 1; i < OTHERS; i++) {
                    assertThat(isThere(after, i))
                            .as("trace %d, step %d", i, step)
                            .isTrue();
                }
                assertThat(after.stats().tracesStored()).isEqualTo(there ? OTHERS : OTHERS - 1);
                after.maintain();
                assertThat(filesWithMarker().isEmpty())
                        .as("marker, step %d", step)
                        .isEqualTo(!there);
                assertThat(after.stats().damage()).isEmpty();
            }
        }
        assertThat(cut).as("steps at which power failed").isGreaterThan(10);
    }

    /** The deletion comes when the merge has chosen its blocks and begins to write. */
    @Test
    void aMergeOfABlockThatIsDroppedMeanwhileLeavesNoFile() throws IOException {
        AtomicReference<@Nullable TraceStore> opened = new AtomicReference<>();
        AtomicInteger deletions = new AtomicInteger();
        io.clew.store.files.Files real = new DiskFiles();
        io.clew.store.files.Files hooked = (io.clew.store.files.Files) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {io.clew.store.files.Files.class},
                (_, method, arguments) -> {
                    if (method.getName().equals("open")
                            && String.valueOf(arguments[0]).endsWith("block-0000000000000003.clew")
                            && deletions.getAndIncrement() == 0) {
                        assertThat(requireNonNull(opened.get())
                                        .delete(List.of(id(0)))
                                        .traces())
                                .isEqualTo(1);
                    }
                    try {
                        return method.invoke(real, arguments);
                    } catch (InvocationTargetException failure) {
                        throw failure.getCause();
                    }
                });
        try (TraceStore store = EmbeddedStore.open(StoreSettings.of(hooked, home, List.of())
                .withChunk(64 << 20, Duration.ofHours(1))
                .withMerging(2, 1_000_000))) {
            opened.set(store);
            send(store, 0, 1);
            store.flush();
            send(store, 1, 1);
            store.flush();
            store.maintain();
            assertThat(deletions.get()).isPositive();
            assertThat(blocks())
                    .singleElement()
                    .satisfies(block -> assertThat(block.getFileName()).hasToString("block-0000000000000002.clew"));
            assertThat(filesWithMarker()).isEmpty();
            assertThat(isThere(store, 1)).isTrue();
        }
    }

    private static void closeQuietly(TraceStore store) {
        try {
            store.close();
        } catch (IOException | RuntimeException powerFailed) {
            // What it could not do is what the test is about.
        }
    }

    private TraceStore reopen(TraceStore store) throws IOException {
        store.close();
        return open();
    }

    /** A deletion answers for all there is, and an append that failed may be whole on the disk. */
    @Test
    void whatAFailedAppendLeftInTheLogDoesNotComeBack() throws IOException {
        for (int seed = 0; seed < 20; seed++) {
            home = directory.resolve("failed" + seed);
            TraceStore store = open();
            try {
                assertThat(send(store, 1, 1)).isInstanceOf(AppendResult.Stored.class);
                files.fail(FaultyFiles.Operation.FORCE, ".log", FaultyFiles.Kind.DEFECT)
                        .times(1);
                assertThat(send(store, 0, 1)).isInstanceOf(AppendResult.Failed.class);
                assertThat(store.delete(List.of(id(0))).traces()).isZero();
                files.cutPowerAfter(0);
            } finally {
                closeQuietly(store);
            }
            files.losePower(seed);
            try (TraceStore again = open()) {
                assertThat(isThere(again, 0)).as("seed %d", seed).isFalse();
                assertThat(isThere(again, 1)).as("seed %d", seed).isTrue();
            }
        }
    }

    /** One span each of {@link #OTHERS} traces, the first of them with the marker. */
    private void fill(TraceStore store, int span, boolean flush) throws IOException {
        for (int i = 0; i < OTHERS; i++) {
            assertThat(send(store, i, span)).isInstanceOf(AppendResult.Stored.class);
        }
        if (flush) {
            store.flush();
        }
    }

    private AppendResult send(TraceStore store, int trace, int span) {
        SpanBatch batch = new Spans(store.newBatch(), "s")
                .add(id(trace), span, 0, "op", T + span, T + span + 5)
                .with("user", trace == 0 && span < 7 ? marker : "somebody")
                .batch();
        return store.append(batch, null, DecodeLimits.DEFAULT, new Refusals()).join();
    }

    private boolean isThere(TraceStore store, int trace) {
        try (Snapshot snapshot = store.snapshot()) {
            return snapshot.trace(id(trace), control).isPresent();
        }
    }

    private List<Path> allFiles() throws IOException {
        try (var paths = Files.walk(home)) {
            return paths.filter(Files::isRegularFile).toList();
        }
    }

    private List<Path> blocks() throws IOException {
        return allFiles().stream()
                .filter(path -> path.getFileName().toString().startsWith("block-"))
                .toList();
    }

    private List<Path> filesInLogWithMarker() throws IOException {
        return filesWithMarker().stream()
                .filter(path -> path.getFileName().toString().endsWith(".log"))
                .toList();
    }

    /** Files with the marker's bytes, and blocks whose pages, decompressed, hold it. */
    private List<Path> filesWithMarker() throws IOException {
        return allFiles().stream().filter(this::hasMarker).toList();
    }

    private boolean hasMarker(Path file) {
        try {
            byte[] bytes = Files.readAllBytes(file);
            for (int i = 0; i + markerBytes.length <= bytes.length; i++) {
                if (bytes[i] == markerBytes[0]
                        && Arrays.equals(bytes, i, i + markerBytes.length, markerBytes, 0, markerBytes.length)) {
                    return true;
                }
            }
            return file.getFileName().toString().startsWith("block-") && blockHasMarker(file);
        } catch (NoSuchFileException gone) {
            return false;
        } catch (DamagedException beingWritten) {
            return true;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private boolean blockHasMarker(Path file) throws IOException {
        try (PageCache cache = new PageCache(1 << 20);
                Block block = Block.open(new DiskFiles(), file, cache)) {
            for (int group = 0; group < block.rowGroups(); group++) {
                if (block.readRowGroup(group, control).dictionary().find(markerBytes) >= 0) {
                    return true;
                }
            }
            return false;
        }
    }

    private static TraceId id(int number) {
        return new TraceId(7, number + 1);
    }
}
