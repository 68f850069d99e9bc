package io.clew.store.kit;

import static org.assertj.core.api.Assertions.assertThat;

import io.clew.model.DecodeLimits;
import io.clew.model.RandomSpans;
import io.clew.model.Refusals;
import io.clew.model.SpanBatch;
import io.clew.model.SpanCopier;
import io.clew.model.TraceId;
import io.clew.store.AppendResult;
import io.clew.store.TraceStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Random operations, the same on a store and on the naive model, with every answer compared after each step: appends of
 * new, late and repeated spans, flush, maintenance, restart, delete. One seed gives one run.
 */
public final class StoreModel {
    /** Opens the store under test on the same data as before. */
    public interface Opening {
        TraceStore open() throws IOException;
    }

    private final Opening opening;
    private final RandomSpans spans;
    private final Random random;
    private final NaiveTraceStore model = new NaiveTraceStore();
    private final Set<TraceId> known = new LinkedHashSet<>();
    private final List<SpanBatch> sent = new ArrayList<>();
    private int searches;
    private int matching;

    public StoreModel(long seed, Opening opening) {
        this.opening = opening;
        this.spans = new RandomSpans(seed);
        this.random = spans.random();
    }

    /** Runs so many operations, comparing after each. */
    public void run(int operations, int searchesEach) throws IOException {
        TraceStore store = opening.open();
        try {
            for (int i = 0; i < operations; i++) {
                switch (random.nextInt(12)) {
                    case 0, 1 -> store.flush();
                    case 2 -> store.maintain();
                    case 3 -> {
                        store.close();
                        store = opening.open();
                    }
                    case 4 -> delete(store);
                    case 5, 6 -> sendAgain(store);
                    case 7, 8 -> sendLate(store);
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
        }
        send(store, again);
    }

    private void delete(TraceStore store) throws IOException {
        if (!known.isEmpty()) {
            List<TraceId> some = some();
            assertThat(store.delete(some)).as("traces deleted").isEqualTo(model.delete(some));
        }
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
        AppendResult wanted = append(model, batch);
        AppendResult answer = append(store, batch);
        assertThat(answer).isInstanceOf(AppendResult.Stored.class);
        AppendResult.Stored real = (AppendResult.Stored) answer;
        AppendResult.Stored naive = (AppendResult.Stored) wanted;
        assertThat(List.of(real.stored(), real.repeated()))
                .as("spans stored and repeated")
                .isEqualTo(List.of(naive.stored(), naive.repeated()));
    }

    private static AppendResult append(TraceStore store, SpanBatch batch) {
        SpanBatch copy = store.newBatch();
        SpanCopier copier = new SpanCopier().bind(batch, copy);
        for (int row = 0; row < batch.spanCount(); row++) {
            copier.copy(row);
        }
        return store.append(copy, null, DecodeLimits.DEFAULT, new Refusals()).join();
    }
}
