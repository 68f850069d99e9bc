package io.clew.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.clew.model.DecodeLimits;
import io.clew.model.Refusals;
import io.clew.model.SpanBatch;
import io.clew.model.Trace;
import io.clew.model.TraceId;
import io.clew.store.AppendResult;
import io.clew.store.ReadControl;
import io.clew.store.Snapshot;
import io.clew.store.SpanCondition;
import io.clew.store.TraceStore;
import io.clew.store.Window;
import io.clew.store.files.DiskFiles;
import io.clew.store.kit.NaiveCondition;
import io.clew.store.kit.NaiveTraceStore;
import io.clew.store.kit.SetClock;
import io.clew.store.kit.SpanText;
import io.clew.store.kit.Spans;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Traces that begin before midnight UTC and end after it, whose spans come over minutes, shuffled, in pieces between which
 * the store is flushed, merged and restarted at random: in whatever order, they are answered as if each had come at once.
 */
class TraceInPiecesTest {
    private static final int ORDERS = Integer.getInteger("clew.pieces.orders", 8);
    private static final int TRACES = 5;
    private static final int SPANS = 24;
    private static final long MIDNIGHT = Instant.parse("2026-03-01T00:00:00Z").getEpochSecond() * 1_000_000_000L;
    private static final long SECOND = 1_000_000_000L;
    private static final long MINUTE = 60 * SECOND;

    private static final List<SpanCondition> CONDITIONS = List.of(
            new SpanCondition.Any(),
            test(SpanCondition.Intrinsic.NAME, SpanCondition.Operator.EQUAL, new SpanCondition.Text("step 7")),
            test(SpanCondition.Intrinsic.DURATION, SpanCondition.Operator.GREATER, new SpanCondition.Int(9 * MINUTE)),
            test(
                    new SpanCondition.Attribute(SpanCondition.Scope.SPAN, "step"),
                    SpanCondition.Operator.EQUAL,
                    new SpanCondition.Text("1/24")));

    private static final List<Window> WINDOWS = List.of(
            Window.ALL,
            new Window(MIDNIGHT - 20 * MINUTE, MIDNIGHT - 1),
            new Window(MIDNIGHT, MIDNIGHT + 20 * MINUTE),
            new Window(MIDNIGHT - SECOND, MIDNIGHT + SECOND));

    /** A span of a trace. */
    private record Piece(int trace, int number) {
        TraceId id() {
            return new TraceId(9, trace + 1L);
        }

        /** A tree over twenty minutes, the root the longest; each span half a minute after the one before. */
        void addTo(Spans spans) {
            long start = MIDNIGHT - 6 * MINUTE - trace * SECOND + number * 30L * SECOND;
            spans.add(id(), number, number / 2, "step " + number, start, start + 10 * MINUTE / number)
                    .with("step", trace + "/" + number);
        }
    }

    private static SpanCondition test(
            SpanCondition.Field field, SpanCondition.Operator operator, SpanCondition.Operand value) {
        return new SpanCondition.Test(field, operator, value);
    }

    @TempDir
    Path directory = Path.of("");

    @Test
    void inWhateverOrderTheyComeTheyAreAnsweredAsIfTheyHadComeAtOnce() throws IOException {
        List<Piece> pieces = new ArrayList<>();
        for (int trace = 0; trace < TRACES; trace++) {
            for (int number = 1; number <= SPANS; number++) {
                pieces.add(new Piece(trace, number));
            }
        }
        List<String> expected;
        try (TraceStore store = new NaiveTraceStore()) {
            append(store, pieces);
            expected = answers(store);
        }
        assertThat(expected).hasSizeGreaterThan(CONDITIONS.size() * WINDOWS.size());
        Map<String, Integer> done = new TreeMap<>();
        for (int order = 0; order < ORDERS; order++) {
            Random random = new Random(20260301 + order);
            Collections.shuffle(pieces, random);
            inPieces(pieces, random, expected, done, "order " + order);
        }
        System.out.println("traces in pieces: " + ORDERS + " orders, between the pieces " + done);
        assertThat(done).containsOnlyKeys("flush", "merge", "nothing", "restart");
    }

    private void inPieces(
            List<Piece> pieces, Random random, List<String> expected, Map<String, Integer> done, String what)
            throws IOException {
        Path data = Files.createTempDirectory(directory, "store");
        SetClock clock = new SetClock(MIDNIGHT - 5 * MINUTE);
        TraceStore store = open(data, clock);
        try {
            for (int from = 0, to; from < pieces.size(); from = to) {
                to = Math.min(pieces.size(), from + 1 + random.nextInt(20));
                append(store, pieces.subList(from, to));
                clock.set(clock.nanos() + random.nextInt(90) * SECOND);
                switch (random.nextInt(5)) {
                    case 0 -> {
                        store.close();
                        store = open(data, clock);
                        done.merge("restart", 1, Integer::sum);
                    }
                    case 1 -> {
                        store.flush();
                        store.maintain();
                        done.merge("merge", 1, Integer::sum);
                    }
                    case 2, 3 -> {
                        store.flush();
                        done.merge("flush", 1, Integer::sum);
                    }
                    default -> done.merge("nothing", 1, Integer::sum);
                }
            }
            assertThat(answers(store)).as("%s, as it came", what).isEqualTo(expected);
            // Everything again: repeats change nothing.
            append(store, pieces);
            assertThat(answers(store)).as("%s, and again", what).isEqualTo(expected);
            store.flush();
            store.maintain();
            assertThat(answers(store)).as("%s, merged", what).isEqualTo(expected);
            store.close();
            store = open(data, clock);
            assertThat(answers(store)).as("%s, opened anew", what).isEqualTo(expected);
        } finally {
            store.close();
        }
    }

    private static TraceStore open(Path data, SetClock clock) throws IOException {
        return EmbeddedStore.open(StoreSettings.of(new DiskFiles(), data, List.of())
                .withClock(clock)
                .withChunk(16 << 20, Duration.ofHours(1))
                .withMerging(3, 1_000_000));
    }

    private static void append(TraceStore store, List<Piece> pieces) {
        Spans spans = new Spans(store.newBatch(), "shop");
        pieces.forEach(piece -> piece.addTo(spans));
        SpanBatch batch = spans.batch();
        assertThat(store.append(batch, null, DecodeLimits.DEFAULT, new Refusals())
                        .join())
                .isInstanceOf(AppendResult.Stored.class);
    }

    /** Totals, names, each trace, and what each search finds, in its order. */
    private static List<String> answers(TraceStore store) {
        List<String> answers = new ArrayList<>();
        answers.add(store.stats().spansStored() + " spans of " + store.stats().tracesStored() + " traces");
        try (Snapshot snapshot = store.snapshot()) {
            ReadControl control = ReadControl.unbounded();
            for (int trace = 0; trace < TRACES; trace++) {
                answers.add(
                        whole(snapshot.trace(new Piece(trace, 1).id(), control).orElseThrow()));
            }
            answers.add("services " + snapshot.services(Window.ALL, control));
            answers.add("operations " + snapshot.operations("shop", Window.ALL, control));
            for (Window window : WINDOWS) {
                for (SpanCondition condition : CONDITIONS) {
                    Snapshot.TraceCursor cursor = snapshot.search(condition, window, null, control);
                    for (Trace trace; (trace = cursor.next()) != null; ) {
                        // Others may be given as well.
                        if (matches(condition, trace) && window.overlaps(trace.start(), trace.end())) {
                            answers.add(condition + " in " + window + ": " + whole(trace));
                        }
                    }
                }
            }
            assertThat(control.missed()).isEmpty();
        }
        return answers;
    }

    private static boolean matches(SpanCondition condition, Trace trace) {
        for (int row = 0; row < trace.spans().spanCount(); row++) {
            if (NaiveCondition.holds(condition, trace.spans(), row)) {
                return true;
            }
        }
        return false;
    }

    private static String whole(Trace trace) {
        return trace.id() + " "
                + SpanText.of(trace).stream()
                        .map(line -> line.replaceAll(" received \\S+ by \\S+", ""))
                        .sorted()
                        .toList();
    }
}
