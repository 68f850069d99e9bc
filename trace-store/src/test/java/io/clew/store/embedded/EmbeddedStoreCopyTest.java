package io.clew.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.clew.model.DecodeLimits;
import io.clew.model.RandomSpans;
import io.clew.model.Refusals;
import io.clew.model.SpanBatch;
import io.clew.model.SpanCopier;
import io.clew.model.TraceId;
import io.clew.store.AppendResult;
import io.clew.store.ReadControl;
import io.clew.store.RetentionRules;
import io.clew.store.Snapshot;
import io.clew.store.StoreCopy;
import io.clew.store.StoreLayout;
import io.clew.store.TraceStore;
import io.clew.store.files.DiskFiles;
import io.clew.store.files.FaultyFiles;
import io.clew.store.files.FaultyFiles.Kind;
import io.clew.store.files.FaultyFiles.Operation;
import io.clew.store.kit.SpanText;
import io.clew.store.kit.Spans;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A copy of a store holds what was acknowledged before, whatever the store does meanwhile and afterwards. */
class EmbeddedStoreCopyTest {
    private static final long T = 1_700_000_000_000_000_000L;

    @TempDir
    Path directory;

    private final ReadControl control = ReadControl.unbounded();

    private StoreSettings settings(io.clew.store.files.Files files, String name) {
        return StoreSettings.of(files, directory.resolve(name), List.of()).withChunk(64 << 20, Duration.ofHours(1));
    }

    @Test
    void underLoadEverythingAcknowledgedBeforeIsInTheCopy() throws Exception {
        AtomicLong acknowledged = new AtomicLong();
        AtomicBoolean enough = new AtomicBoolean();
        StoreSettings busy = settings(new DiskFiles(), "store")
                .withChunk(64 << 10, Duration.ofMillis(20))
                .withMerging(2, 1_000_000);
        try (EmbeddedStore store = EmbeddedStore.open(busy)) {
            Thread sender = Thread.ofPlatform().start(() -> {
                while (!enough.get()) {
                    // Busy, while flushing does not keep up with the tiny chunks, is no acknowledgement.
                    if (send(store, acknowledged.get() + 1) instanceof AppendResult.Stored) {
                        acknowledged.incrementAndGet();
                    }
                }
            });
            try {
                for (int copy = 0; copy < 4; copy++) {
                    long wanted = acknowledged.get() + 200;
                    await().atMost(Duration.ofMinutes(2)).until(() -> acknowledged.get() >= wanted);
                    long before = acknowledged.get();
                    StoreCopy made = store.copyTo(directory.resolve("copy" + copy));
                    assertThat(made.blocks()).isPositive();
                    assertThat(made.copiedBytes()).as("bytes not linked").isZero();
                    try (TraceStore opened = EmbeddedStore.open(settings(new DiskFiles(), "copy" + copy))) {
                        assertThat(opened.stats().spansStored())
                                .isEqualTo(made.spans())
                                .isGreaterThanOrEqualTo(before);
                        try (Snapshot snapshot = opened.snapshot()) {
                            for (long id = 1; id <= before; id++) {
                                assertThat(snapshot.trace(new TraceId(id, id), control))
                                        .as("trace %d of %d", id, before)
                                        .isPresent();
                            }
                        }
                    }
                }
            } finally {
                enough.set(true);
                sender.join();
            }
            assertThat(store.stats().spansStored()).isEqualTo(acknowledged.get());
        }
        try (TraceStore again = EmbeddedStore.open(busy)) {
            assertThat(again.stats().spansStored()).isEqualTo(acknowledged.get());
        }
    }

    @Test
    void theCopyAndTheStoreGoTheirOwnWays() throws IOException {
        SpanBatch sent = new RandomSpans(5).oddities(0.3).batch(500);
        try (EmbeddedStore store = EmbeddedStore.open(settings(new DiskFiles(), "store"))) {
            append(store, sent);
            store.delete(List.of(sent.traceId(0)));
            store.copyTo(directory.resolve("copy"));
        }
        // One byte is allowed, so every trace goes.
        try (EmbeddedStore store = EmbeddedStore.open(
                settings(new DiskFiles(), "store").withRetention(RetentionRules.NONE.withBytes(1)))) {
            store.maintain();
            assertThat(store.stats().spansStored()).isZero();
            try (EmbeddedStore copy = EmbeddedStore.open(settings(new DiskFiles(), "copy"));
                    EmbeddedStore model = EmbeddedStore.open(settings(new DiskFiles(), "model"))) {
                append(model, sent);
                model.delete(List.of(sent.traceId(0)));
                try (Snapshot real = copy.snapshot();
                        Snapshot wanted = model.snapshot()) {
                    for (int row = 0; row < sent.spanCount(); row++) {
                        assertThat(real.trace(sent.traceId(row), control).map(SpanText::of))
                                .isEqualTo(
                                        wanted.trace(sent.traceId(row), control).map(SpanText::of));
                    }
                }
                assertThat(copy.stats().spansStored()).isEqualTo(model.stats().spansStored());
                assertThat(copy.stats().tracesStored()).isEqualTo(model.stats().tracesStored());
                assertThat(send(copy, 77)).isEqualTo(send(store, 77));
            }
        }
    }

    @Test
    void aPlaceThatIsTakenIsRefused() throws IOException {
        try (EmbeddedStore store = EmbeddedStore.open(settings(new DiskFiles(), "store"))) {
            send(store, 1);
            Path file = Files.writeString(directory.resolve("file"), "mine");
            assertThatThrownBy(() -> store.copyTo(file)).isInstanceOf(FileAlreadyExistsException.class);
            Path full = Files.createDirectory(directory.resolve("full"));
            Files.writeString(full.resolve("mine"), "mine");
            assertThatThrownBy(() -> store.copyTo(full)).isInstanceOf(FileAlreadyExistsException.class);
            assertThat(full.resolve("mine")).hasContent("mine");
            Path empty = Files.createDirectory(directory.resolve("empty"));
            assertThat(store.copyTo(empty).spans()).isEqualTo(1);
        }
    }

    @Test
    void whatFailsLeavesNothingAndHarmsNothing() throws IOException {
        FaultyFiles files = new FaultyFiles(new DiskFiles());
        try (EmbeddedStore store = EmbeddedStore.open(settings(files, "store"))) {
            append(store, new RandomSpans(6).batch(200));
            store.flush();
            for (Operation operation : List.of(Operation.CREATE, Operation.WRITE, Operation.FORCE)) {
                files.fail(operation, "block-", Kind.DISK_FULL);
                assertThatThrownBy(() -> store.copyTo(directory.resolve("copy")))
                        .isInstanceOf(IOException.class);
                files.heal();
                files.fail(operation, "MANIFEST", Kind.IO_ERROR);
                assertThatThrownBy(() -> store.copyTo(directory.resolve("copy")))
                        .isInstanceOf(IOException.class);
                files.heal();
                assertThat(directory.resolve("copy")).doesNotExist();
            }
            StoreCopy made = store.copyTo(directory.resolve("copy"));
            assertThat(made.copiedBytes()).as("no links on this disk").isPositive();
            assertThat(store.stats().spansStored()).isEqualTo(made.spans());
        }
        files.losePower(3);
        try (TraceStore copy = EmbeddedStore.open(settings(files, "copy"));
                TraceStore store = EmbeddedStore.open(settings(files, "store"))) {
            assertThat(copy.stats().spansStored())
                    .isEqualTo(store.stats().spansStored())
                    .isPositive();
            assertThat(copy.stats().damage()).isEmpty();
        }
    }

    @Test
    void theLayoutAddsUpToTheFiles() throws IOException {
        StoreLayout open;
        long spans;
        FaultyFiles files = new FaultyFiles(new DiskFiles());
        try (EmbeddedStore store = EmbeddedStore.open(settings(files, "store"))) {
            SpanBatch sent = new RandomSpans(8).batch(400);
            append(store, sent);
            store.flush();
            // So that no block is written anew without the deleted trace before the layout is read.
            files.fail(Operation.CREATE, "block-", Kind.DISK_FULL);
            store.delete(List.of(sent.traceId(3)));
            send(store, 4);
            open = store.layout(control);
            spans = store.stats().spansStored();
            files.heal();
        }
        assertThat(open.headSpans()).isEqualTo(1);
        assertThat(open.blocks().stream()
                        .mapToLong(block -> block.spans() - block.maskedSpans())
                        .sum())
                .isEqualTo(spans - 1);
        assertThat(open.blocks())
                .anySatisfy(block -> assertThat(block.maskedTraces()).isEqualTo(1));
        StoreLayout closed = LayoutReader.ofDirectory(new DiskFiles(), directory.resolve("store"), control);
        long bytes;
        try (Stream<Path> all = Files.list(directory.resolve("store"))) {
            bytes = all.filter(file -> file.getFileName().toString().startsWith("block-"))
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
        assertThat(closed.bytes().values().stream().mapToLong(Long::longValue).sum())
                .isEqualTo(bytes);
        assertThat(closed.parts().values().stream().mapToLong(Long::longValue).sum())
                .isEqualTo(bytes);
        assertThat(closed.parts()).containsKeys("span ids", "times", "span attributes", "directory", "filters");
    }

    private static AppendResult send(TraceStore store, long id) {
        SpanBatch batch = new Spans(store.newBatch(), "s")
                .add(new TraceId(id, id), id, 0, "op", T + id, T + id + 5)
                .batch();
        return store.append(batch, null, DecodeLimits.DEFAULT, new Refusals()).join();
    }

    private static void append(TraceStore store, SpanBatch batch) {
        SpanBatch copy = store.newBatch();
        SpanCopier copier = new SpanCopier().bind(batch, copy);
        for (int row = 0; row < batch.spanCount(); row++) {
            copier.copy(row);
        }
        assertThat(store.append(copy, null, DecodeLimits.DEFAULT, new Refusals())
                        .join())
                .isInstanceOf(AppendResult.Stored.class);
    }
}
