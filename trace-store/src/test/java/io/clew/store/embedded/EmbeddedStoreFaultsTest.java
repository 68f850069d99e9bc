package io.clew.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.clew.model.DecodeLimits;
import io.clew.model.Refusals;
import io.clew.model.SpanBatch;
import io.clew.model.TraceId;
import io.clew.store.AppendResult;
import io.clew.store.ReadControl;
import io.clew.store.RetentionRules;
import io.clew.store.Snapshot;
import io.clew.store.TraceStore;
import io.clew.store.files.DiskFiles;
import io.clew.store.files.FaultyFiles;
import io.clew.store.files.FaultyFiles.Kind;
import io.clew.store.files.FaultyFiles.Operation;
import io.clew.store.kit.Spans;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the embedded store does when the disk does not do as it should, and at its limits. */
class EmbeddedStoreFaultsTest {
    private static final long T = 1_700_000_000_000_000_000L;

    @TempDir
    Path directory;

    private final FaultyFiles files = new FaultyFiles(new DiskFiles());
    private final ReadControl control = ReadControl.unbounded();

    private StoreSettings settings() {
        return StoreSettings.of(files, directory.resolve("store"), List.of()).withChunk(1 << 20, Duration.ofHours(1));
    }

    @Test
    void nothingIsAcknowledgedBeforeForceReturns() throws Exception {
        try (TraceStore store = EmbeddedStore.open(settings())) {
            assertThat(send(store, 1).join()).isInstanceOf(AppendResult.Stored.class);
            FaultyFiles.HeldForce held = files.holdForce();
            CompletableFuture<AppendResult> outcome = send(store, 2);
            held.awaitHeld();
            assertThat(outcome).isNotDone();
            assertThat(isThere(store, 2)).as("visible before it is durable").isFalse();
            held.release();
            assertThat(outcome.join()).isInstanceOf(AppendResult.Stored.class);
            assertThat(isThere(store, 2)).isTrue();
        }
    }

    @Test
    void aFailingForceIsNoAcknowledgement() throws IOException {
        try (TraceStore store = EmbeddedStore.open(settings())) {
            files.fail(Operation.FORCE, ".log", Kind.IO_ERROR).times(1);
            assertThat(send(store, 1).join()).isInstanceOf(AppendResult.Failed.class);
            assertThat(isThere(store, 1)).isFalse();
            assertThat(send(store, 1).join()).isEqualTo(new AppendResult.Stored(1, 1, 0));
        }
        files.losePower(1);
        try (TraceStore store = EmbeddedStore.open(settings())) {
            assertThat(isThere(store, 1)).isTrue();
            assertThat(store.stats().spansStored()).isEqualTo(1);
        }
    }

    /** The one thread that owns the log must survive what nobody expected, or every later append waits for ever. */
    @Test
    void aDefectInTheLogIsAnAnswerAndNoSilence() throws IOException {
        try (TraceStore store = EmbeddedStore.open(settings())) {
            for (Operation operation : List.of(Operation.WRITE, Operation.FORCE)) {
                files.fail(operation, ".log", Kind.DEFECT).times(1);
                AppendResult result =
                        send(store, 1).orTimeout(60, TimeUnit.SECONDS).join();
                assertThat(result)
                        .isInstanceOf(AppendResult.Failed.class)
                        .asString()
                        .contains("injected");
                assertThat(store.stats().trouble()).contains("injected");
            }
            assertThat(send(store, 1).orTimeout(60, TimeUnit.SECONDS).join())
                    .isEqualTo(new AppendResult.Stored(1, 1, 0));
            assertThat(store.stats().trouble()).isNull();
        }
    }

    @Test
    void aFullDiskRefusesWritesKeepsReadsAndRecovers() throws IOException {
        try (TraceStore store = EmbeddedStore.open(settings())) {
            send(store, 1).join();
            files.fail(Operation.WRITE, ".log", Kind.DISK_FULL);
            assertThat(send(store, 2).join()).isInstanceOf(AppendResult.DiskFull.class);
            assertThat(isThere(store, 1)).isTrue();
            assertThat(isThere(store, 2)).isFalse();
            files.heal();
            assertThat(send(store, 2).join()).isInstanceOf(AppendResult.Stored.class);
        }
    }

    @Test
    void aFlushThatFindsTheDiskFullIsTriedAgain() throws IOException {
        StoreSettings quick = settings().withChunk(1 << 20, Duration.ofMillis(1));
        try (TraceStore store = EmbeddedStore.open(quick)) {
            files.fail(Operation.WRITE, "block-", Kind.DISK_FULL);
            send(store, 1).join();
            await().atMost(Duration.ofMinutes(2))
                    .untilAsserted(() -> assertThat(store.stats().trouble()).contains("no space left"));
            assertThat(isThere(store, 1)).isTrue();
            assertThat(store.stats().blocks()).isZero();
            files.heal();
            await().atMost(Duration.ofMinutes(2))
                    .untilAsserted(() -> assertThat(store.stats().blocks()).isEqualTo(1));
            await().atMost(Duration.ofMinutes(2)).until(() -> store.stats().trouble() == null);
            assertThat(store.stats().spansStored()).isEqualTo(1);
        }
    }

    @Test
    void troubleOfMergingIsToldAsLongAsItLastsThoughFlushingGoesOn() throws IOException {
        try (TraceStore store = EmbeddedStore.open(settings().withMerging(2, 1_000_000))) {
            files.fail(Operation.OPEN, "block-0000000000000001", Kind.IO_ERROR).after(1);
            for (int i = 0; i < 2; i++) {
                send(store, i).join();
                store.flush();
            }
            await().atMost(Duration.ofMinutes(2)).until(() -> store.stats().trouble() != null);
            await().during(Duration.ofSeconds(1))
                    .atMost(Duration.ofMinutes(2))
                    .until(() -> store.stats().trouble() != null);
            files.heal();
            await().atMost(Duration.ofMinutes(2)).until(() -> store.stats().trouble() == null);
            assertThat(store.stats().blocks()).isEqualTo(1);
        }
    }

    @Test
    void maintenanceSurvivesWhateverIsThrown() throws IOException {
        AtomicInteger thrown = new AtomicInteger();
        Clock broken = new Clock() {
            @Override
            public Instant instant() {
                if (Thread.currentThread().getName().equals("clew-merger") && thrown.getAndIncrement() == 0) {
                    throw new StackOverflowError("injected");
                }
                return Instant.now();
            }

            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }
        };
        try (TraceStore store = EmbeddedStore.open(settings().withClock(broken))) {
            await().atMost(Duration.ofMinutes(2)).until(() -> thrown.get() > 1);
            assertThat(store.stats().spansStored()).isZero();
        }
    }

    @Test
    void aManifestThatCannotBePublishedIsTriedAgain() throws IOException {
        try (TraceStore store = EmbeddedStore.open(settings())) {
            send(store, 1).join();
            // More than once: the store's own thread may be the first to try.
            files.fail(Operation.RENAME, "MANIFEST", Kind.IO_ERROR);
            assertThatThrownBy(store::flush).isInstanceOf(IOException.class);
            assertThat(isThere(store, 1)).isTrue();
            files.heal();
            store.flush();
            assertThat(store.stats().blocks()).isEqualTo(1);
            assertThat(store.stats().spansStored()).isEqualTo(1);
        }
        try (TraceStore store = EmbeddedStore.open(settings())) {
            assertThat(isThere(store, 1)).isTrue();
        }
    }

    @Test
    void moreUnflushedThanAllowedIsAnsweredBusy() throws IOException {
        try (TraceStore store = EmbeddedStore.open(settings().withLargestUnflushed(2_000))) {
            AppendResult last = new AppendResult.Stored(0, 0, 0);
            for (int i = 0; i < 50 && last instanceof AppendResult.Stored; i++) {
                last = send(store, i).join();
            }
            assertThat(last).isInstanceOf(AppendResult.Busy.class);
            store.flush();
            await().atMost(Duration.ofMinutes(2))
                    .untilAsserted(() -> assertThat(send(store, 1000).join()).isInstanceOf(AppendResult.Stored.class));
        }
    }

    @Test
    void aSecondStoreOnTheDirectoryIsRefused() throws IOException {
        try (TraceStore _ = EmbeddedStore.open(settings())) {
            assertThatThrownBy(() -> EmbeddedStore.open(settings()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(directory.toString())
                    .hasMessageContaining(String.valueOf(ProcessHandle.current().pid()));
        }
    }

    @Test
    void aDamagedBlockIsNamedAndTheRestIsServed() throws IOException {
        try (TraceStore store = EmbeddedStore.open(settings())) {
            send(store, 1).join();
            store.flush();
            send(store, 2).join();
            store.flush();
        }
        Path block = BlockFiles.file(directory.resolve("store"), 1);
        byte[] bytes = Files.readAllBytes(block);
        bytes[bytes.length - 3] ^= 0x40;
        Files.write(block, bytes);
        try (TraceStore store = EmbeddedStore.open(settings())) {
            assertThat(store.stats().damage()).singleElement().asString().contains(block.toString());
            assertThat(isThere(store, 1)).isFalse();
            assertThat(isThere(store, 2)).isTrue();
            assertThat(send(store, 3).join()).isInstanceOf(AppendResult.Stored.class);
        }
    }

    @Test
    void oldBlocksGoByArrival() throws IOException {
        Clock day0 = Clock.fixed(Instant.ofEpochSecond(0, T), ZoneOffset.UTC);
        StoreSettings keep = settings()
                .withRetention(RetentionRules.NONE.withAge(Duration.ofDays(2)))
                .withClock(day0);
        try (TraceStore store = EmbeddedStore.open(keep)) {
            send(store, 1).join();
            store.flush();
            store.maintain();
            assertThat(store.stats().tracesStored()).isEqualTo(1);
        }
        try (TraceStore store = EmbeddedStore.open(keep.withClock(Clock.offset(day0, Duration.ofDays(3))))) {
            store.maintain();
            assertThat(store.stats().tracesStored()).isZero();
            assertThat(store.stats().spansStored()).isZero();
            assertThat(isThere(store, 1)).isFalse();
        }
        try (var left = Files.list(directory.resolve("store"))) {
            assertThat(left.map(path -> path.getFileName().toString())).noneMatch(name -> name.startsWith("block-"));
        }
    }

    @Test
    void theOldestBlocksGoWhenThereAreTooManyBytes() throws IOException {
        long one;
        try (TraceStore store = EmbeddedStore.open(settings())) {
            send(store, 1).join();
            store.flush();
            one = Files.size(BlockFiles.file(directory.resolve("store"), 1));
            for (int i = 2; i < 6; i++) {
                send(store, i).join();
                store.flush();
            }
        }
        try (TraceStore store =
                EmbeddedStore.open(settings().withRetention(RetentionRules.NONE.withBytes(2 * one + one / 2)))) {
            store.maintain();
            assertThat(store.stats().blocks()).isEqualTo(2);
            assertThat(isThere(store, 3)).isFalse();
            assertThat(isThere(store, 4)).isTrue();
            assertThat(isThere(store, 5)).isTrue();
            assertThat(store.stats().tracesStored()).isEqualTo(2);
        }
    }

    private boolean isThere(TraceStore store, long number) {
        try (Snapshot snapshot = store.snapshot()) {
            return snapshot.trace(new TraceId(7, number + 1), control).isPresent();
        }
    }

    private static CompletableFuture<AppendResult> send(TraceStore store, long number) {
        SpanBatch batch = new Spans(store.newBatch(), "s")
                .add(new TraceId(7, number + 1), number + 1, 0, "op", T + number, T + number + 5)
                .batch();
        return store.append(batch, null, DecodeLimits.DEFAULT, new Refusals());
    }
}
