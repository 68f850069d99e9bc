package io.clew.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clew.model.DecodeLimits;
import io.clew.model.RandomSpans;
import io.clew.model.Refusals;
import io.clew.model.SpanBatch;
import io.clew.model.SpanCopier;
import io.clew.model.Trace;
import io.clew.model.TraceId;
import io.clew.store.Position;
import io.clew.store.ReadControl;
import io.clew.store.ReadStoppedException;
import io.clew.store.Snapshot.TraceCursor;
import io.clew.store.SpanCondition;
import io.clew.store.Window;
import io.clew.store.block.BlockSettings;
import io.clew.store.files.DiskFiles;
import io.clew.store.kit.RandomConditions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A search with helpers finds what one without them finds, in the same order, and ends when it must. */
class ReadAheadTest {
    private static final int SEARCHES = 150;

    @TempDir
    Path directory;

    private final SearchThreads none = new SearchThreads(0);
    private final SearchThreads three = new SearchThreads(3);

    @AfterEach
    void close() {
        none.close();
        three.close();
    }

    private EmbeddedStore open(RandomSpans random) throws IOException {
        EmbeddedStore store = EmbeddedStore.open(StoreSettings.of(new DiskFiles(), directory, List.of())
                .withChunk(64 << 20, Duration.ofHours(1))
                .withBlockSettings(new BlockSettings(60, 15, 1 << 20, 1 << 20, 16))
                .withMerging(100, 1_000_000));
        List<TraceId> ids = random.traceIds(300);
        for (int i = 0; i < 6; i++) {
            SpanBatch sent = random.batch(200, ids);
            SpanBatch batch = store.newBatch();
            SpanCopier copier = new SpanCopier();
            copier.bind(sent, batch);
            for (int row = 0; row < sent.spanCount(); row++) {
                copier.copy(row);
            }
            store.append(batch, null, DecodeLimits.DEFAULT, new Refusals()).join();
            if (i < 5) {
                store.flush();
            }
        }
        assertThat(store.stats().blocks()).as("blocks").isGreaterThan(3);
        return store;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void findsTheSameInTheSameOrder(long seed) throws IOException {
        RandomSpans spans = new RandomSpans(seed);
        Random random = spans.random();
        RandomConditions conditions = new RandomConditions(random);
        int found = 0;
        try (EmbeddedStore store = open(spans);
                EmbeddedSnapshot snapshot = (EmbeddedSnapshot) store.snapshot()) {
            for (int i = 0; i < SEARCHES; i++) {
                SpanCondition condition = conditions.next();
                Window window = window(random, store);
                List<Position> alone = all(snapshot, condition, window, null, new ReadAhead(none, 0));
                int after = random.nextInt(20);
                assertThat(all(snapshot, condition, window, null, new ReadAhead(three, after)))
                        .as("seed %d, search %d: %s in %s", seed, i, condition, window)
                        .isEqualTo(alone);
                if (!alone.isEmpty()) {
                    found++;
                    int cut = random.nextInt(alone.size());
                    assertThat(all(snapshot, condition, window, alone.get(cut), new ReadAhead(three, 0)))
                            .as("seed %d, search %d: %s in %s after %s", seed, i, condition, window, alone.get(cut))
                            .isEqualTo(all(snapshot, condition, window, alone.get(cut), new ReadAhead(none, 0)));
                }
            }
        }
        assertThat(found).as("searches that find something").isGreaterThan(SEARCHES / 3);
    }

    private static Window window(Random random, EmbeddedStore store) {
        if (random.nextInt(3) == 0) {
            return Window.ALL;
        }
        long first = store.stats().firstTime();
        long length = Math.max(1, store.stats().lastTime() - first);
        long from = first + random.nextLong(length);
        return new Window(from, from + random.nextLong(length));
    }

    private static List<Position> all(
            EmbeddedSnapshot snapshot,
            SpanCondition condition,
            Window window,
            @Nullable Position after,
            ReadAhead ahead) {
        List<Position> all = new ArrayList<>();
        TraceCursor cursor = snapshot.search(condition, window, after, ReadControl.unbounded(), ahead);
        for (Trace trace = cursor.next(); trace != null; trace = cursor.next()) {
            all.add(Position.of(trace));
        }
        return all;
    }

    /** Matches nothing; the search itself goes on once a helper was here. */
    private static final class Meeting implements SpanCondition.Pattern {
        private final Thread search = Thread.currentThread();
        private final CountDownLatch helperWasHere = new CountDownLatch(1);
        private final AtomicBoolean cancelled = new AtomicBoolean();
        /** False while the head is searched, which nobody helps with. */
        private boolean waits;

        @Override
        public boolean matches(byte[] utf8, int offset, int length) {
            if (Thread.currentThread().equals(search)) {
                if (waits) {
                    await(helperWasHere);
                }
            } else {
                cancelled.set(true);
                helperWasHere.countDown();
            }
            return false;
        }

        @Override
        public @Nullable String literal() {
            return null;
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aCancelledSearchEnds() throws IOException {
        try (EmbeddedStore store = open(new RandomSpans(4));
                EmbeddedSnapshot snapshot = (EmbeddedSnapshot) store.snapshot()) {
            Meeting meeting = new Meeting();
            TraceCursor cursor = snapshot.search(
                    new SpanCondition.Test(SpanCondition.Intrinsic.NAME, SpanCondition.Operator.MATCH, meeting),
                    Window.ALL,
                    null,
                    ReadControl.until(meeting.cancelled::get),
                    new ReadAhead(three, 0));
            meeting.waits = true;
            assertThatThrownBy(cursor::next).isInstanceOf(ReadStoppedException.class);
            assertThat(store.stats().damage()).isEmpty();
        }
    }

    @Test
    void whatFailsIsLeftToTheSearch() {
        ReadAhead ahead = new ReadAhead(three, 0);
        assertThat(ahead.finish(ahead.begin(() -> {
                    throw new IllegalStateException("on purpose");
                })))
                .isEqualTo(ReadAhead.Found.UNKNOWN);
    }

    /** A snapshot that is closed lets go of files that a helper may be reading. */
    @Test
    void stoppingWaitsForHelpers() throws InterruptedException {
        ReadAhead ahead = new ReadAhead(three, 0);
        CountDownLatch in = new CountDownLatch(1);
        CountDownLatch out = new CountDownLatch(1);
        AtomicBoolean left = new AtomicBoolean();
        FutureTask<ReadAhead.Found> helping = ahead.begin(() -> {
            in.countDown();
            await(out);
            left.set(true);
            return ReadAhead.Found.UNKNOWN;
        });
        await(in);
        AtomicBoolean leftBefore = new AtomicBoolean();
        Thread closing = Thread.ofPlatform().start(() -> {
            ahead.stop();
            leftBefore.set(left.get());
        });
        while (closing.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        assertThat(ahead.isStopped()).isTrue();
        out.countDown();
        closing.join();
        assertThat(leftBefore).isTrue();
        assertThat(ahead.finish(helping)).isEqualTo(ReadAhead.Found.UNKNOWN);
        AtomicBoolean scanned = new AtomicBoolean();
        ahead.finish(ahead.begin(() -> {
            scanned.set(true);
            return ReadAhead.Found.UNKNOWN;
        }));
        assertThat(scanned).isFalse();
    }
}
