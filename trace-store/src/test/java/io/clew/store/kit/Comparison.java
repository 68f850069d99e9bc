package io.clew.store.kit;

import static org.assertj.core.api.Assertions.assertThat;

import io.clew.model.RandomSpans;
import io.clew.model.SpanBatch;
import io.clew.model.SpanCopier;
import io.clew.model.Trace;
import io.clew.model.TraceId;
import io.clew.store.Position;
import io.clew.store.ReadControl;
import io.clew.store.Snapshot;
import io.clew.store.SpanColumns;
import io.clew.store.SpanCondition;
import io.clew.store.StoreStats;
import io.clew.store.TraceScan;
import io.clew.store.TraceStore;
import io.clew.store.Window;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Asks a store and the model the same questions and compares every answer. Counts how many searches match something. */
public final class Comparison {
    private final TraceStore store;
    private final TraceStore model;
    private final Random random;
    private final RandomConditions conditions;
    private int searches;
    private int matching;

    public Comparison(TraceStore store, TraceStore model, Random random) {
        this.store = store;
        this.model = model;
        this.random = random;
        this.conditions = new RandomConditions(random);
    }

    public int searches() {
        return searches;
    }

    /** Searches in which at least one trace truly matched. */
    public int matching() {
        return matching;
    }

    /** Compares figures, every trace among {@code known}, names, and some searches. */
    public void compareAll(Collection<TraceId> known, int searchCount) {
        compareStats();
        try (Snapshot real = store.snapshot();
                Snapshot naive = model.snapshot()) {
            for (TraceId id : known) {
                compareTrace(real, naive, id);
            }
            compareNames(real, naive, Window.ALL);
            compareScan(real, naive, window(naive));
            for (int i = 0; i < searchCount; i++) {
                compareSearch(real, naive, conditions.next(), window(naive));
            }
        }
    }

    private void compareStats() {
        StoreStats real = store.stats();
        StoreStats naive = model.stats();
        assertThat(List.of(real.spansStored(), real.tracesStored(), real.firstTime(), real.lastTime()))
                .as("spans, traces, first and last time")
                .isEqualTo(List.of(naive.spansStored(), naive.tracesStored(), naive.firstTime(), naive.lastTime()));
    }

    private static void compareTrace(Snapshot real, Snapshot naive, TraceId id) {
        ReadControl control = ReadControl.unbounded();
        assertThat(real.trace(id, control).map(SpanText::of))
                .as("trace %s", id)
                .isEqualTo(naive.trace(id, control).map(SpanText::of));
        assertThat(real.tracesByLow64(id.low(), control).stream().map(Trace::id).toList())
                .as("traces whose low bits are those of %s", id)
                .isEqualTo(naive.tracesByLow64(id.low(), control).stream()
                        .map(Trace::id)
                        .toList());
    }

    private static void compareNames(Snapshot real, Snapshot naive, Window window) {
        ReadControl control = ReadControl.unbounded();
        assertThat(real.services(window, control)).isEqualTo(naive.services(window, control));
        assertThat(real.operations(null, window, control)).isEqualTo(naive.operations(null, window, control));
        for (String service : naive.services(window, control)) {
            assertThat(real.operations(service, window, control))
                    .as("operations of %s", service)
                    .isEqualTo(naive.operations(service, window, control));
        }
    }

    private void compareSearch(Snapshot real, Snapshot naive, SpanCondition condition, Window window) {
        List<Trace> wanted = matching(condition, all(naive, condition, window, null));
        searches++;
        matching += wanted.isEmpty() ? 0 : 1;
        List<Trace> candidates = all(real, condition, window, null);
        assertThat(candidates.stream().map(Position::of).toList())
                .as("order of candidates for %s in %s", condition, window)
                .isSorted()
                .doesNotHaveDuplicates();
        candidates.forEach(
                trace -> assertThat(window.overlaps(trace.start(), trace.end())).isTrue());
        assertThat(lines(matching(condition, candidates)))
                .as("answer to %s in %s", condition, window)
                .isEqualTo(lines(wanted));
        if (!candidates.isEmpty()) {
            int cut = random.nextInt(candidates.size());
            List<Trace> rest = all(real, condition, window, Position.of(candidates.get(cut)));
            assertThat(ids(matching(condition, rest)))
                    .as("page after %s of %s in %s", candidates.get(cut).id(), condition, window)
                    .isEqualTo(ids(matching(condition, candidates.subList(cut + 1, candidates.size()))));
        }
    }

    private static void compareScan(Snapshot real, Snapshot naive, Window window) {
        SortedMap<TraceId, List<String>> expected = scanned(naive, window, SpanColumns.ALL, SpanText::of);
        assertThat(scanned(real, window, SpanColumns.ALL, SpanText::of))
                .as("scan of %s", window)
                .isEqualTo(expected);
        SpanColumns some = SpanColumns.withAttributes(
                List.of(RandomSpans.KEYS.get(0), RandomSpans.KEYS.get(2), "rare.7", "rare.70", "absent"));
        assertThat(scanned(real, window, some, trace -> SpanText.of(trace, some)))
                .as("scan of some columns of %s", window)
                .isEqualTo(scanned(naive, window, SpanColumns.ALL, trace -> SpanText.of(trace, some)));
    }

    /** The spans of all traces by id; checks that each comes once and when its part says. */
    private static SortedMap<TraceId, List<String>> scanned(
            Snapshot snapshot, Window window, SpanColumns columns, Function<Trace, List<String>> text) {
        SortedMap<TraceId, List<String>> traces = new TreeMap<>();
        TraceScan scan = snapshot.scan(window, columns, ReadControl.unbounded());
        for (int part = 0; part < scan.parts(); part++) {
            long earliest = scan.earliest(part);
            scan.read(
                    part,
                    (spans, rows, from, to) -> {
                        SpanBatch batch = new SpanBatch();
                        SpanCopier copier = new SpanCopier().bind(spans, batch);
                        for (int i = from; i < to; i++) {
                            copier.copy(rows[i]);
                        }
                        Trace trace = new Trace(batch.traceId(0), batch);
                        for (int row = 0; row < batch.spanCount(); row++) {
                            assertThat(batch.traceId(row)).isEqualTo(trace.id());
                        }
                        assertThat(trace.start()).isGreaterThanOrEqualTo(earliest);
                        assertThat(traces.put(trace.id(), text.apply(trace)))
                                .as("%s before", trace.id())
                                .isNull();
                    },
                    ReadControl.unbounded());
            if (part > 0) {
                assertThat(earliest).isGreaterThanOrEqualTo(scan.earliest(part - 1));
            }
        }
        return traces;
    }

    private static List<Trace> all(
            Snapshot snapshot, SpanCondition condition, Window window, @Nullable Position after) {
        List<Trace> traces = new ArrayList<>();
        Snapshot.TraceCursor cursor = snapshot.search(condition, window, after, ReadControl.unbounded());
        for (Trace trace = cursor.next(); trace != null; trace = cursor.next()) {
            traces.add(trace);
        }
        return traces;
    }

    private static List<Trace> matching(SpanCondition condition, List<Trace> traces) {
        return traces.stream().filter(trace -> holds(condition, trace)).toList();
    }

    private static boolean holds(SpanCondition condition, Trace trace) {
        for (int row : trace.order()) {
            if (NaiveCondition.holds(condition, trace.spans(), row)) {
                return true;
            }
        }
        return false;
    }

    private static List<TraceId> ids(List<Trace> traces) {
        return traces.stream().map(Trace::id).toList();
    }

    private static List<List<String>> lines(List<Trace> traces) {
        return traces.stream().map(SpanText::of).toList();
    }

    /** All time, or a window whose ends lie on, just before or just after times of a stored trace. */
    private Window window(Snapshot naive) {
        if (random.nextInt(3) == 0) {
            return Window.ALL;
        }
        List<Trace> traces = all(naive, new SpanCondition.Any(), Window.ALL, null);
        if (traces.isEmpty()) {
            return new Window(0, random.nextLong(Long.MAX_VALUE));
        }
        long a = edge(traces);
        long b = edge(traces);
        return new Window(Math.min(a, b), Math.max(a, b));
    }

    private long edge(List<Trace> traces) {
        Trace trace = traces.get(random.nextInt(traces.size()));
        long time = random.nextBoolean() ? trace.start() : trace.end();
        return time == SpanBatch.NO_TIME ? 0 : Math.max(0, time - 1 + random.nextInt(3));
    }
}
