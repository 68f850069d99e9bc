package io.clew.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One small life of a store (appends, a log that rolls, flushes, merges, a deletion, retention, a restart), in which each
 * single operation on the disk fails in turn, once or from then on, in each way it can fail, and in which power fails at
 * each. Whatever was acknowledged is there exactly once, what was deleted stays deleted, and the store goes on by itself
 * when the disk does.
 */
class EmbeddedStoreEveryFaultTest {
    private static final long T = 1_700_000_000_000_000_000L;
    private static final Clock NOW = Clock.fixed(Instant.ofEpochSecond(0, T), ZoneOffset.UTC);
    private static final long OLD = T - Duration.ofDays(3).toNanos();

    @TempDir
    Path directory = Path.of("");

    private int lives;

    @Test
    void theDiskIsFullFromEachWriteOn() throws IOException {
        each(Operation.WRITE, Kind.DISK_FULL, true, 7);
        each(Operation.PREALLOCATE, Kind.DISK_FULL, true, 1);
        each(Operation.CREATE, Kind.DISK_FULL, true, 5);
    }

    @Test
    void eachOperationFailsOnce() throws IOException {
        each(Operation.FORCE, Kind.IO_ERROR, false, 7);
        each(Operation.RENAME, Kind.IO_ERROR, false, 5);
        each(Operation.WRITE, Kind.SHORT_WRITE, false, 11);
        each(Operation.READ, Kind.IO_ERROR, false, 17);
    }

    @Test
    void powerFailsAtEachOperation() throws IOException {
        powerFails(5);
    }

    @Test
    @Tag("long")
    void everyOperationInEveryWay() throws IOException {
        for (boolean forEver : new boolean[] {false, true}) {
            for (Operation operation : Operation.values()) {
                each(operation, Kind.IO_ERROR, forEver, 1);
                if (operation != Operation.READ && operation != Operation.OPEN && operation != Operation.LIST) {
                    each(operation, Kind.DISK_FULL, forEver, 1);
                }
            }
            each(Operation.WRITE, Kind.SHORT_WRITE, forEver, 1);
        }
        powerFails(1);
    }

    /** Lives in which the n-th operation of this kind fails, for every {@code step}-th n there is. */
    private void each(Operation operation, Kind kind, boolean forEver, int step) throws IOException {
        int n = 0;
        for (boolean struck = true; struck; n += step) {
            Life life = new Life();
            FaultyFiles.Fault fault = life.files.fail(operation, "", kind).after(n);
            if (!forEver) {
                fault.times(1);
            }
            String what = operation + " " + n + " fails with " + kind + (forEver ? " from then on" : " once");
            life.tracesAreCounted = operation != Operation.READ;
            life.live();
            struck = fault.struck() > 0;
            life.files.heal();
            life.recovers(what);
            life.files.losePower(n);
            life.check(what + ", then power is lost");
            life.remove();
        }
        assertThat(n).as("%s fails with %s", operation, kind).isGreaterThan(step);
    }

    private void powerFails(int step) throws IOException {
        boolean off = true;
        for (int n = 0; off; n += step) {
            Life life = new Life();
            life.files.cutPowerAfter(n);
            life.live();
            off = life.files.powerIsOff();
            life.files.losePower(n);
            life.check("power fails at operation " + n);
            life.remove();
        }
    }

    /** A store, what was sent to it, and what is known to have become of it. */
    private final class Life {
        private final FaultyFiles files = new FaultyFiles(new DiskFiles());
        private final Path data = directory.resolve("life-" + lives++);
        /** By trace, spans acknowledged and spans that may be there. */
        private final Map<TraceId, TreeSet<Long>> acknowledged = new TreeMap<>();

        private final Map<TraceId, TreeSet<Long>> sent = new TreeMap<>();
        private final TreeSet<TraceId> deleted = new TreeSet<>();
        private final TreeSet<TraceId> perhapsGone = new TreeSet<>();
        private final AtomicLong spanIds = new AtomicLong();
        /** Not after a restart that could not read a block: a trace continued then was taken for a new one. */
        private boolean tracesAreCounted = true;

        private TraceStore open() throws IOException {
            return EmbeddedStore.open(settings().withRetention(RetentionRules.NONE.withAge(Duration.ofDays(2))));
        }

        private StoreSettings settings() {
            return StoreSettings.of(files, data, List.of())
                    .withClock(NOW)
                    .withChunk(16 << 20, Duration.ofHours(1))
                    .withMerging(2, 1_000_000);
        }

        /** Stops early where a failure leaves nothing to go on with. */
        private void live() throws IOException {
            try (TraceStore store = open()) {
                for (int i = 0; i < 3; i++) {
                    append(store, i, T, 1 << 17);
                }
                tolerant(store::flush);
                append(store, 1, T, 10);
                append(store, 20, OLD, 10);
                tolerant(store::flush);
                tolerant(store::maintain);
                append(store, 3, T, 10);
                delete(store, 2);
                perhapsGone.add(trace(20));
                tolerant(store::maintain);
                append(store, 4, T, 10);
            } catch (IOException failed) {
                // The store could not be opened, or said on closing that what the log holds is not in blocks.
                return;
            }
            try (TraceStore store = open()) {
                append(store, 0, T, 10);
                tolerant(store::maintain);
            } catch (IOException failed) {
                return;
            }
        }

        private interface Step {
            void run() throws IOException;
        }

        private static void tolerant(Step step) {
            try {
                step.run();
            } catch (IOException failed) {
                // What it was to do is tried again later.
                return;
            }
        }

        private static TraceId trace(long number) {
            return new TraceId(7, number + 1);
        }

        private AppendResult append(TraceStore store, long trace, long time, int size) {
            long span = spanIds.incrementAndGet();
            SpanBatch batch = new Spans(store.newBatch(), "s")
                    .add(trace(trace), span, 0, "op", time, time + 5)
                    .with("text", "x".repeat(size))
                    .batch();
            sent.computeIfAbsent(trace(trace), _ -> new TreeSet<>()).add(span);
            AppendResult result = store.append(batch, null, DecodeLimits.DEFAULT, new Refusals())
                    .join();
            if (result instanceof AppendResult.Stored) {
                acknowledged.computeIfAbsent(trace(trace), _ -> new TreeSet<>()).add(span);
            }
            return result;
        }

        private void delete(TraceStore store, long number) {
            perhapsGone.add(trace(number));
            try {
                store.delete(List.of(trace(number)));
                deleted.add(trace(number));
            } catch (IOException failed) {
                // It may have been deleted or not.
                return;
            }
        }

        /** With the disk well again, a store that is open, or opened, takes spans and flushes them. */
        private void recovers(String what) throws IOException {
            try (TraceStore store = open()) {
                assertThat(append(store, 5, T, 10)).as(what).isInstanceOf(AppendResult.Stored.class);
                store.flush();
                store.maintain();
                assertThat(store.stats().trouble()).as(what).isNull();
            }
            check(what);
        }

        private void remove() throws IOException {
            try (Stream<Path> all = Files.walk(data)) {
                for (Path file : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }

        /** Without retention, which would go on while it is looked. */
        private void check(String what) throws IOException {
            try (TraceStore store = EmbeddedStore.open(settings());
                    Snapshot snapshot = store.snapshot()) {
                long spans = 0;
                List<TraceId> there = new ArrayList<>();
                for (TraceId id : sent.keySet()) {
                    List<Long> found = new ArrayList<>();
                    snapshot.trace(id, ReadControl.unbounded()).ifPresent(trace -> {
                        there.add(id);
                        for (int row = 0; row < trace.spans().spanCount(); row++) {
                            found.add(trace.spans().spanId(row));
                        }
                    });
                    spans += found.size();
                    assertThat(found)
                            .as("%s: trace %s, each span once", what, id)
                            .doesNotHaveDuplicates();
                    assertThat(sent.get(id)).as("%s: trace %s", what, id).containsAll(found);
                    if (deleted.contains(id)) {
                        assertThat(found).as("%s: deleted trace %s", what, id).isEmpty();
                    } else if (!perhapsGone.contains(id)) {
                        assertThat(found)
                                .as("%s: trace %s", what, id)
                                .containsAll(acknowledged.getOrDefault(id, new TreeSet<>()));
                    }
                }
                assertThat(store.stats().spansStored()).as(what).isEqualTo(spans);
                if (tracesAreCounted) {
                    assertThat(store.stats().tracesStored()).as(what).isEqualTo(there.size());
                }
                assertThat(store.stats().damage()).as(what).isEmpty();
            }
        }
    }
}
