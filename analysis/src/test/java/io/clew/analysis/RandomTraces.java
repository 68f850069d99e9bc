package io.clew.analysis;

import io.clew.model.RandomSpans;
import io.clew.model.SpanBatch;
import io.clew.model.SpanCopier;
import io.clew.model.TraceId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Whole traces of random spans, odd ones among them, as lists of places in batches, to be laid out in any order. */
final class RandomTraces {
    /** A span where it was generated. */
    record Place(SpanBatch batch, int row) {}

    private final Map<TraceId, List<Place>> traces = new LinkedHashMap<>();
    private final Random random;

    RandomTraces(long seed, int batches) {
        RandomSpans spans = new RandomSpans(seed);
        this.random = spans.random();
        for (int i = 0; i < batches; i++) {
            SpanBatch batch = spans.batch(1 + random.nextInt(80));
            for (int row = 0; row < batch.spanCount(); row++) {
                traces.computeIfAbsent(batch.traceId(row), _ -> new ArrayList<>())
                        .add(new Place(batch, row));
            }
        }
    }

    Random random() {
        return random;
    }

    List<TraceId> ids() {
        return new ArrayList<>(traces.keySet());
    }

    /** Adds these traces to a fold, in this order, all from one batch or each from its own, spans of a trace in any order. */
    void addTo(Fold fold, List<TraceId> ids) {
        boolean oneBatch = random.nextBoolean();
        SpanBatch shared = new SpanBatch();
        List<int[]> ranges = new ArrayList<>();
        for (TraceId id : ids) {
            SpanBatch batch = oneBatch ? shared : new SpanBatch();
            int from = batch.spanCount();
            List<Place> places = new ArrayList<>(traces.get(id));
            Collections.shuffle(places, random);
            for (Place place : places) {
                new SpanCopier().bind(place.batch(), batch).copy(place.row());
            }
            if (oneBatch) {
                ranges.add(new int[] {from, batch.spanCount()});
            } else {
                fold.add(batch, TestTraces.rows(batch), from, batch.spanCount());
            }
        }
        for (int[] range : ranges) {
            fold.add(shared, TestTraces.rows(shared), range[0], range[1]);
        }
    }
}
