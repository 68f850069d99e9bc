package io.clew.analysis.trace;

import static org.assertj.core.api.Assertions.assertThat;

import io.clew.analysis.TestTraces;
import io.clew.model.SourceProtocol;
import io.clew.model.SpanBatch;
import io.clew.model.SpanKind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

/** Which span becomes whose parent where ids are shared, and that no trace takes more than its size to work out. */
class TraceViewTest {
    private static final int MANY = 100_000;

    private final SpanBatch spans = new SpanBatch();

    private void add(long id, long parent, SpanKind kind, long start) {
        if (spans.resourceCount() == 0) {
            spans.beginResource();
            spans.beginScope();
        }
        int row = spans.beginSpan(0, 0, 1, SourceProtocol.NONE);
        spans.setTraceId(row, 1, 1);
        spans.setSpanId(row, id);
        spans.setParentSpanId(row, parent);
        spans.setKind(row, kind.code());
        spans.setStart(row, TestTraces.T0 + start);
    }

    private TraceView bind() {
        return new TraceView().bind(spans, TestTraces.rows(spans), 0, spans.spanCount());
    }

    @Test
    void manySpansOfOneIdThatNameIt() {
        SpanKind[] kinds = SpanKind.values();
        for (int i = 0; i < MANY; i++) {
            add(7, 7, kinds[i % kinds.length], i);
        }
        assertThat(bind().steps()).isLessThan(20L * MANY);
    }

    @Test
    void manyIdsChosenToMeetInOneSlot() {
        // Times the usual multiplier these are small numbers, whose upper halves are all 0.
        long inverse = 0x9E3779B97F4A7C15L;
        for (int i = 0; i < 6; i++) {
            inverse *= 2 - 0x9E3779B97F4A7C15L * inverse;
        }
        assertThat(inverse * 0x9E3779B97F4A7C15L).isEqualTo(1);
        for (int i = 1; i <= MANY; i++) {
            add(i * inverse, (i - 1) * inverse, SpanKind.INTERNAL, i);
        }
        assertThat(bind().steps()).isLessThan(20L * MANY);
    }

    @Test
    void theParentIsTheBestOfThoseThatShareTheId() {
        Random random = new Random(31);
        SpanKind[] kinds = SpanKind.values();
        for (int round = 0; round < 300; round++) {
            spans.clear();
            int shared = 1 + random.nextInt(6);
            for (int i = 0; i < shared + random.nextInt(6); i++) {
                boolean parent = i < shared;
                add(parent ? 1 : 2, parent ? 0 : 1, kinds[random.nextInt(kinds.length)], random.nextInt(1_000_000));
            }
            TraceView trace = bind();
            for (int i = 0; i < trace.size(); i++) {
                assertThat(trace.parent(i)).as("round %d, span %d", round, i).isEqualTo(naiveParent(i));
            }
        }
    }

    private int naiveParent(int child) {
        boolean receives = receives(child);
        if (receives) {
            int sharing = best(i -> spans.spanId(i) == spans.spanId(child) && sends(i), true);
            if (sharing >= 0) {
                return sharing;
            }
        }
        return best(i -> i != child && spans.spanId(i) == spans.parentSpanId(child), receives);
    }

    private int best(Predicate<Integer> candidate, boolean wantSender) {
        List<Integer> rows = new ArrayList<>();
        for (int row : TestTraces.rows(spans)) {
            rows.add(row);
        }
        return rows.stream()
                .filter(candidate)
                .min(Comparator.comparing((Integer row) -> !(wantSender ? sends(row) : receives(row)))
                        .thenComparingLong(spans::start))
                .orElse(-1);
    }

    private boolean sends(int row) {
        return spans.kind(row) == SpanKind.CLIENT.code() || spans.kind(row) == SpanKind.PRODUCER.code();
    }

    private boolean receives(int row) {
        return spans.kind(row) == SpanKind.SERVER.code() || spans.kind(row) == SpanKind.CONSUMER.code();
    }
}
