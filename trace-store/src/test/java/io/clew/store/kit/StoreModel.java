package io.clew.store.kit;

import static org.assertj.core.api.Assertions.assertThat;

import io.clew.model.RandomSpans;
import io.clew.model.SpanBatch;
import io.clew.model.SpanCopier;
import io.clew.model.Trace;
import io.clew.model.TraceId;
import io.clew.store.AppendResult;
import io.clew.store.ReadControl;
import io.clew.store.RetentionRules;
import io.clew.store.Snapshot;
import io.clew.store.Snapshot.TraceCursor;
import io.clew.store.SpanCondition;
import io.clew.store.TraceStore;
import io.clew.store.Window;
import java.io.IOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Random operations, the same on a store and on the naive model, with every answer compared after each step: appends of
 * new, late and repeated spans, flush, maintenance, restart, delete by id and by condition, marks, and time that passes for
 * retention. One seed gives one run.
 */
public final class StoreModel {
    /** Opens the store under test on the same data as before. */
    public interface Opening {
        TraceStore open(Clock clock) throws IOException;
    }

    private final Opening opening;
    private final RandomSpans spans;
    private final Random random;
    private final SetClock clock = new SetClock(RandomSpans.EPOCH);
    private final NaiveTraceStore model;
    private final Set<TraceId> known = new LinkedHashSet<>();
    private final List<SpanBatch> sent = new ArrayList<>();
    private int searches;
    private int matching;
    private long retained;

    public StoreModel(long seed, Opening opening) {
        this(seed, RetentionRules.NONE, opening);
    }

    /**
     * A run in which up to a minute passes now and then. The store must have been given the same rules, and the clock.
     *
     * @param rules without a limit in bytes
     */
    public StoreModel(long seed, RetentionRules rules, Opening opening) {
        this.opening = opening;
        this.spans = new RandomSpans(seed).receivedFrom(RandomSpans.EPOCH);
        this.random = spans.random();
        this.model = new NaiveTraceStore(rules, clock);
    }

    /** Runs so many operations, comparing after each. */
    public void run(int operations, int searchesEach) throws IOException {
        TraceStore store = opening.open(clock);
        try {
            for (int i = 0; i < operations; i++) {

                switch (random.nextInt(16)) {
                    case 0, 1 -> store.flush();
                    case 2 -> store.maintain();
                    case 3 -> {
                        store.close();
                        store = opening.open(clock);
                    }
                    case 4 -> delete(store);
                    case 5, 6 -> sendAgain(store);
                    case 7, 8 -> sendLate(store);
                    case 12 -> deleteByCondition(store);
                    case 13 -> keep(store);
                    case 14, 15 -> passTime(store);
                    default -> sendNew(store);
                }
                Comparison comparison = new Comparison(store, model, random);
                comparison.compareAll(known, searchesEach);
                searches += comparison.searches();
                matching += comparison.matching();
            }
        } finally {
            store.close();
        }
    }

    /** Traces that retention removed. */
    public long retained() {
        return retained;
    }

    public int searches() {
        return searches;
    }

    public int matching() {
        return matching;
    }

    private void sendNew(TraceStore store) {
        send(store, spans.batch(1 + random.nextInt(60)));
    }

    private void sendLate(TraceStore store) {
        if (known.isEmpty()) {
            sendNew(store);
        } else {
            List<TraceId> some = some();
            send(store, spans.batch(1 + random.nextInt(20), some));
        }
    }

    /** Sends a part of an earlier batch again, rows in another order and some twice. */
    private void sendAgain(TraceStore store) {
        if (sent.isEmpty()) {
            sendNew(store);
            return;
        }
        SpanBatch before = sent.get(random.nextInt(sent.size()));
        SpanBatch again = new SpanBatch();
        SpanCopier copier = new SpanCopier().bind(before, again);
        int count = 1 + random.nextInt(before.spanCount());
        for (int i = 0; i < count; i++) {
            copier.copy(random.nextInt(before.spanCount()));
            again.setReceiveTime(i, clock.nanos());
        }
        send(store, again);
    }

    private void delete(TraceStore store) throws IOException {
        if (!known.isEmpty()) {
            List<TraceId> some = some();
            assertThat(store.delete(some)).as("traces deleted").isEqualTo(model.delete(some));
        }
    }

    private void deleteByCondition(TraceStore store) throws IOException {
        SpanCondition condition = new RandomConditions(random).next();
        Set<TraceId> matching = new LinkedHashSet<>();
        try (Snapshot snapshot = store.snapshot()) {
            TraceCursor traces = snapshot.search(condition, Window.ALL, null, ReadControl.unbounded());
            for (Trace trace = traces.next(); trace != null; trace = traces.next()) {
                for (int row : trace.order()) {
                    if (NaiveCondition.holds(condition, trace.spans(), row)) {
                        matching.add(trace.id());
                    }
                }
            }
        }
        // Some conditions hold for nearly everything, and with nothing left there is nothing to test.
        List<TraceId> some = matching.stream().limit(5).toList();
        assertThat(store.delete(some)).as("traces deleted").isEqualTo(model.delete(some));
    }

    private void keep(TraceStore store) throws IOException {
        if (!known.isEmpty()) {
            boolean kept = random.nextInt(3) > 0;
            for (TraceId id : kept ? some() : model.kept()) {
                assertThat(store.keep(id, kept)).as("mark of %s", id).isEqualTo(model.keep(id, kept));
            }
            assertThat(store.kept()).isEqualTo(model.kept());
            maintain(store);
        }
    }

    private void passTime(TraceStore store) throws IOException {
        clock.set(clock.nanos() + random.nextLong(60_000_000_000L));
        spans.receivedFrom(clock.nanos());
        maintain(store);
    }

    /** After it both stores have nothing that is due, so that it does not matter when the real one looks. */
    private void maintain(TraceStore store) throws IOException {
        long before = model.stats().tracesStored();
        store.flush();
        store.maintain();
        model.maintain();
        retained += before - model.stats().tracesStored();
        assertThat(store.kept()).isEqualTo(model.kept());
    }

    private List<TraceId> some() {
        List<TraceId> all = new ArrayList<>(known);
        java.util.Collections.shuffle(all, random);
        return all.subList(0, 1 + random.nextInt(Math.min(4, all.size())));
    }

    private void send(TraceStore store, SpanBatch batch) {
        for (int row = 0; row < batch.spanCount(); row++) {
            known.add(batch.traceId(row));
        }
        sent.add(batch);
        AppendResult.Stored naive = OnlySender.send(model, batch);
        AppendResult.Stored real = OnlySender.send(store, batch);
        assertThat(List.of(real.stored(), real.repeated()))
                .as("spans stored and repeated")
                .isEqualTo(List.of(naive.stored(), naive.repeated()));
    }
}
