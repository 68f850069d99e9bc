package io.clew.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.clew.model.DecodeLimits;
import io.clew.model.Refusals;
import io.clew.model.SpanBatch;
import io.clew.model.StatusCode;
import io.clew.model.TraceId;
import io.clew.model.ValueType;
import io.clew.store.AppendResult;
import io.clew.store.ReadControl;
import io.clew.store.RetentionRules;
import io.clew.store.Snapshot;
import io.clew.store.TraceStore;
import io.clew.store.Window;
import io.clew.store.block.BlockPages;
import io.clew.store.files.DiskFiles;
import io.clew.store.files.FaultyFiles;
import io.clew.store.kit.NaiveTraceStore;
import io.clew.store.kit.SetClock;
import io.clew.store.kit.Spans;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which traces go, and when. Traces are numbered; time is in hours after the beginning. */
class RetentionTest {
    /** The beginning of a day. */
    private static final long T = 1_699_920_000_000_000_000L;

    private static final long HOUR = Duration.ofHours(1).toNanos();

    @TempDir
    Path directory;

    private final SetClock clock = new SetClock(T);
    private int fanIn = 4;
    private TraceStore store = new NaiveTraceStore();
    private final Random random = new Random(7);

    private void open(RetentionRules rules) throws IOException {
        open(rules, new FaultyFiles(new DiskFiles()));
    }

    private void open(RetentionRules rules, FaultyFiles files) throws IOException {
        store = EmbeddedStore.open(StoreSettings.of(files, directory, List.of())
                .withClock(clock)
                .withRetention(rules)
                .withChunk(64 << 20, Duration.ofHours(1))
                .withMerging(fanIn, 1_000_000));
    }

    @AfterEach
    void close() throws IOException {
        store.close();
    }

    private static RetentionRules hours(int age) {
        return RetentionRules.NONE.withAge(Duration.ofHours(age));
    }

    @Test
    void aTraceGoesWholeWhenItsLastSpanIsDue() throws IOException {
        open(hours(10));
        send(0, 1, "s");
        send(0, 2, "s");
        store.flush();
        send(4, 1, "s");
        store.flush();
        at(10);
        assertThat(there()).containsExactly(1);
        assertThat(spansOf(1)).isEqualTo(2);
        at(14);
        assertThat(there()).isEmpty();
        assertThat(store.stats().spansStored()).isZero();
        assertThat(store.stats().tracesStored()).isZero();
        assertThat(store.stats().blocks()).isZero();
    }

    @Test
    void whatIsDueDoesNotWaitForAllMerges() throws IOException {
        fanIn = 100;
        open(hours(10));
        for (int trace = 1; trace <= 16; trace++) {
            send(0, trace, "s");
            store.flush();
        }
        store.close();
        fanIn = 2;
        FaultyFiles files = new FaultyFiles(new DiskFiles());
        AtomicInteger merges = new AtomicInteger();
        // The first takes hours.
        files.whenCreated("block-", () -> {
            merges.incrementAndGet();
            clock.set(T + 10 * HOUR);
        });
        open(hours(10), files);
        store.maintain();
        assertThat(there()).isEmpty();
        assertThat(merges).hasValue(1);
    }

    @Test
    void spansInTheHeadHoldTheirTraceBack() throws IOException {
        open(hours(10));
        send(0, 1, "s");
        send(0, 2, "s");
        store.flush();
        send(9, 1, "s");
        at(10);
        assertThat(there()).containsExactly(1);
        store.flush();
        at(18);
        assertThat(there()).containsExactly(1);
        at(19);
        assertThat(there()).isEmpty();
    }

    @Test
    void aRepeatIsNoRepeatOfWhatIsGone() throws IOException {
        open(hours(10));
        send(0, 1, "s");
        store.flush();
        assertThat(send(0, 1, "s").repeated()).isEqualTo(1);
        at(10);
        boolean there = !there().isEmpty();
        assertThat(send(0, 1, "s").stored()).isEqualTo(there ? 0 : 1);
        store.flush();
        store.maintain();
        assertThat(there()).isEmpty();
        assertThat(send(10, 1, "s").stored()).isEqualTo(1);
    }

    @Test
    void inOneBlockEachTraceGoesAtItsTime() throws IOException {
        open(hours(10));
        for (int i = 0; i < 8; i++) {
            send(i, i, i == 0 ? "old" : "new");
            if (i % 2 == 1) {
                store.flush();
            }
        }
        at(8);
        assertThat(store.stats().blocks()).as("merged into").isEqualTo(1);
        for (int hour = 10; hour < 18; hour++) {
            at(hour);
            assertThat(there()).as("hour %d", hour).hasSize(17 - hour);
            assertThat(store.stats().tracesStored()).isEqualTo(17 - hour);
            try (Snapshot snapshot = store.snapshot()) {
                assertThat(snapshot.services(Window.ALL, ReadControl.unbounded()))
                        .isEqualTo(hour == 17 ? new TreeSet<String>() : new TreeSet<>(List.of("new")));
            }
            if (hour == 12) {
                store.close();
                open(hours(10));
            }
        }
        assertThat(store.stats().bytesOnDisk()).isLessThan(17 << 20);
    }

    @Test
    void theLongestPeriodOfServicesAndRulesCounts() throws IOException {
        open(new RetentionRules(
                Duration.ofHours(10),
                Map.of("short", Duration.ofHours(5), "long", Duration.ofHours(20)),
                Duration.ofHours(30),
                Duration.ofHours(40),
                Duration.ofHours(1),
                Duration.ofHours(50),
                0));
        send(0, 1, "short");
        send(0, 2, "any");
        send(0, 3, "short");
        store.flush();
        send(0, 3, "long", spans -> {});
        send(0, 4, "short", spans -> error(spans.batch()));
        send(0, 5, "any", spans -> spans.batch().setEnd(0, spans.batch().start(0) + HOUR));
        send(0, 6, "any", spans -> mark(spans.batch()));
        send(0, 7, "any");
        store.flush();
        assertThat(store.keep(id(7), true)).isEqualTo(TraceStore.Keeping.DONE);
        List<Integer> left = new ArrayList<>(List.of(1, 2, 3, 4, 5, 6, 7));
        int[] hours = {5, 10, 20, 30, 40};
        for (int i = 0; i < hours.length; i++) {
            at(hours[i] - 1);
            assertThat(there()).as("before hour %d", hours[i]).isEqualTo(left);
            at(hours[i]);
            left.removeFirst();
            assertThat(there()).as("hour %d", hours[i]).isEqualTo(left);
        }
        store.keep(id(7), false);
        store.maintain();
        assertThat(there()).containsExactly(6);
        at(50);
        assertThat(there()).isEmpty();
    }

    @Test
    void byBytesTheOldestGoFirstAndWhole() throws IOException {
        // So that the blocks are of like size, one trace each.
        fanIn = 64;
        open(RetentionRules.NONE);
        for (int i = 0; i < 12; i++) {
            send(i, i, "s", spans -> spans.with("payload", random(2000)));
            if (i == 5) {
                // The oldest trace gets a span, so that it is not the oldest any more.
                send(5, 0, "s", spans -> spans.with("payload", random(2000)));
            }
            store.flush();
        }
        store.maintain();
        long all = 0;
        try (var files = Files.list(directory)) {
            for (Path block : files.filter(file -> file.getFileName().toString().startsWith("block-"))
                    .toList()) {
                all += Files.size(block);
            }
        }
        store.keep(id(1), true);
        store.close();
        open(RetentionRules.NONE.withBytes(all * 85 / 100));
        store.maintain();
        List<Integer> left = there();
        assertThat(left).contains(0, 1, 11).doesNotContain(2);
        assertThat(spansOf(0)).isEqualTo(2);
        assertThat(left.stream().filter(trace -> trace > 1).toList())
                .as("all that are newer than those gone")
                .isEqualTo(List.of(3, 4, 5, 6, 7, 8, 9, 10, 11).subList(11 - left.size(), 9));
        assertThat(store.stats().tracesStored()).isEqualTo(left.size());

        store.close();
        open(RetentionRules.NONE.withBytes(1));
        store.maintain();
        assertThat(there()).as("marked ones go too when nothing else is left").isEmpty();
    }

    @Test
    void aSmallLimitDoesNotWriteALargeBlockAnewWithEveryFlush() throws IOException {
        fanIn = 1000;
        open(RetentionRules.NONE);
        for (int i = 0; i < 200; i++) {
            sendRandom(i);
        }
        store.flush();
        long limit;
        try (var files = Files.list(directory)) {
            limit = files.filter(file -> file.getFileName().toString().startsWith("block-"))
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
        store.close();
        open(RetentionRules.NONE.withBytes(limit));
        int flushes = 30;
        for (int i = 0; i < flushes; i++) {
            sendRandom(200 + i);
            store.flush();
            store.maintain();
        }
        assertThat(store.stats().spansStored()).as("kept of 200 and 30").isBetween(130L, 200L);
        assertThat(store.stats().spansRewritten()).as("written anew").isBetween(1L, 400L);
    }

    /** Traces of like size, one after the other. */
    private void sendRandom(int trace) {
        Spans spans = new Spans(store.newBatch(), "s")
                .add(id(trace), 1, 0, "op", T + trace, T + trace + 5)
                .with("payload", random(500));
        store.append(spans.batch(), null, DecodeLimits.DEFAULT, new Refusals()).join();
    }

    @Test
    void aBlockThatCannotBeReadIsNotTriedAgainUntilAllOfItIsDue() throws IOException {
        open(hours(10));
        for (int hour = 0; hour < 8; hour++) {
            send(hour, hour, "s");
        }
        store.close();
        Path block;
        try (var files = Files.list(directory)) {
            block = files.filter(file -> file.getFileName().toString().startsWith("block-"))
                    .findFirst()
                    .orElseThrow();
        }
        BlockPages.flip(block, BlockPages.first(block, "header"));
        open(hours(10));
        at(12);
        assertThat(store.stats().tracesStored()).isEqualTo(8);
        clock.set(T + 13 * HOUR);
        assertThat(store.stats().maintenanceDue()).isFalse();
        at(17);
        assertThat(store.stats().tracesStored()).isZero();
    }

    private void at(int hour) throws IOException {
        clock.set(T + hour * HOUR);
        store.maintain();
    }

    private AppendResult.Stored send(int hour, int trace, String service) {
        return send(hour, trace, service, _ -> {});
    }

    /** Sends a span with the hour for its id. */
    private AppendResult.Stored send(int hour, int trace, String service, Consumer<Spans> more) {
        long now = T + hour * HOUR;
        Spans spans = new Spans(store.newBatch(), service)
                .add(id(trace), hour * 100 + service.hashCode() % 100, 0, "op", now, now + 5);
        more.accept(spans);
        return (AppendResult.Stored) store.append(spans.batch(), null, DecodeLimits.DEFAULT, new Refusals())
                .join();
    }

    /** Text that does not compress, so that the bytes of a block are those of its traces. */
    private String random(int length) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append((char) ('!' + random.nextInt(90)));
        }
        return text.toString();
    }

    private static void error(SpanBatch batch) {
        batch.setStatusCode(0, StatusCode.ERROR.code());
    }

    private static void mark(SpanBatch batch) {
        int key = batch.dictionary().intern(RetentionRules.KEEP_ATTRIBUTE);
        batch.spanAttributes().add(key, ValueType.BOOL, 1);
    }

    private List<Integer> there() {
        List<Integer> there = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            if (spansOf(i) > 0) {
                there.add(i);
            }
        }
        return there;
    }

    private int spansOf(int trace) {
        try (Snapshot snapshot = store.snapshot()) {
            return snapshot.trace(id(trace), ReadControl.unbounded())
                    .map(whole -> whole.spans().spanCount())
                    .orElse(0);
        }
    }

    private static TraceId id(int number) {
        return new TraceId(7, number + 1);
    }
}
