package io.clew.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The generator gives the same spans for a seed, and copies of them equal them. */
class RandomSpansTest {
    @Test
    void sameSeedSameSpans() {
        SpanBatch first = new RandomSpans(7).batch(500);
        SpanBatch second = new RandomSpans(7).batch(500);
        for (int row = 0; row < 500; row++) {
            assertThat(SpanEquality.equal(first, row, second, row)).isTrue();
        }
    }

    @Test
    void copiesEqualTheirOriginals() {
        SpanBatch source = new RandomSpans(8).batch(500);
        SpanBatch target = new SpanBatch();
        SpanCopier copier = new SpanCopier().bind(source, target);
        for (int row = 499; row >= 0; row--) {
            int copy = copier.copy(row);
            assertThat(SpanEquality.equal(source, row, target, copy)).isTrue();
            assertThat(target.receiveTime(copy)).isEqualTo(source.receiveTime(row));
        }
    }

    @Test
    void holdsWhatItPromises() {
        RandomSpans random = new RandomSpans(9);
        List<TraceId> traces = random.traceIds(20);
        SpanBatch batch = random.batch(2_000, traces);
        boolean[] types = new boolean[8];
        for (int i = 0; i < batch.spanAttributes().size(); i++) {
            types[batch.spanAttributes().type(i)] = true;
        }
        assertThat(types).containsOnly(true);
        assertThat(batch.eventCount()).isPositive();
        assertThat(batch.linkCount()).isPositive();
        int unset = 0;
        int beyond = 0;
        int backwards = 0;
        for (int row = 0; row < 2_000; row++) {
            assertThat(traces).contains(batch.traceId(row));
            unset += batch.hasStart(row) ? 0 : 1;
            beyond += batch.start(row) < 0 ? 1 : 0;
            backwards += batch.validStart(row) && batch.validEnd(row) && batch.end(row) < batch.start(row) ? 1 : 0;
        }
        assertThat(unset).isPositive();
        assertThat(beyond).isPositive();
        assertThat(backwards).isPositive();
    }
}
