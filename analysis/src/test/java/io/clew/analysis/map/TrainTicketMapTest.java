package io.clew.analysis.map;

import static org.assertj.core.api.Assertions.assertThat;

import io.clew.analysis.Fold;
import io.clew.analysis.TestTraces;
import io.clew.analysis.cell.Cell;
import io.clew.analysis.cell.Row;
import io.clew.analysis.cell.Table;
import io.clew.analysis.red.Red;
import io.clew.ingest.ByteBudget;
import io.clew.ingest.TrainTicket;
import io.clew.ingest.otlp.OtlpProtobufDecoder;
import io.clew.model.DecodeLimits;
import io.clew.model.Refusals;
import io.clew.model.SourceRequest;
import io.clew.model.SpanBatch;
import io.clew.model.SpanCopier;
import io.clew.model.SpanEquality;
import io.clew.model.TraceId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The recorded Train-Ticket traces, which have no kinds: the map equals an independent count, and RED counts every span. */
class TrainTicketMapTest {
    private static Cell all;

    @BeforeAll
    static void fold() throws Exception {
        OtlpProtobufDecoder decoder = new OtlpProtobufDecoder(new ByteBudget(64 << 20));
        Map<TraceId, SpanBatch> traces = new HashMap<>();
        SpanBatch batch = new SpanBatch();
        for (SourceRequest request : TrainTicket.requests()) {
            batch.clear();
            decoder.decode(request, DecodeLimits.DEFAULT, batch, new Refusals());
            Map<TraceId, SpanCopier> copiers = new HashMap<>();
            for (int row = 0; row < batch.spanCount(); row++) {
                SpanBatch trace = traces.computeIfAbsent(batch.traceId(row), _ -> new SpanBatch());
                if (!contains(trace, batch, row)) {
                    copiers.computeIfAbsent(batch.traceId(row), _ -> new SpanCopier().bind(batch, trace))
                            .copy(row);
                }
            }
        }
        Fold fold = new Fold();
        traces.values().forEach(trace -> fold.add(trace, TestTraces.rows(trace), 0, trace.spanCount()));
        List<Cell> cells = new ArrayList<>(fold.cells().values());
        cells.forEach(Cell::seal);
        all = cells.removeFirst();
        cells.forEach(all::merge);
    }

    private static boolean contains(SpanBatch trace, SpanBatch batch, int row) {
        for (int other = 0; other < trace.spanCount(); other++) {
            if (trace.spanId(other) == batch.spanId(row) && SpanEquality.equal(trace, other, batch, row)) {
                return true;
            }
        }
        return false;
    }

    @Test
    void edgesEqualThoseOfAnIndependentCount() {
        EdgesFromBytes independent = new EdgesFromBytes();
        for (String file : TrainTicket.FILES) {
            independent.add(TrainTicket.protobuf(file));
        }
        assertThat(independent.spans()).isEqualTo(TrainTicket.SPANS);
        Map<String, List<Long>> expected = independent.edges();
        assertThat(expected.size()).as("edges").isGreaterThan(30);
        Map<String, List<Long>> found = new TreeMap<>();
        Table edges = all.table(ServiceMap.EDGES);
        for (int i = 0; i < edges.size(); i++) {
            Row row = edges.row(i);
            found.put(
                    edges.text(i, 2) + " " + edges.text(i, 5),
                    List.of(
                            row.sum(ServiceMap.EDGE_CALLS),
                            row.sum(ServiceMap.CALLEE_ERRORS),
                            row.sketch(ServiceMap.CALLEE).sum()));
        }
        assertThat(found).isEqualTo(expected);
    }

    @Test
    void everySpanIsCountedOnceByItsService() {
        Map<String, Integer> counted = new TreeMap<>();
        TestTraces.rows(all.table(Red.SERVICES))
                .forEach((key, sums) -> counted.merge(
                        key.substring(0, key.indexOf('|')), Math.toIntExact(sums.getFirst()), Integer::sum));
        assertThat(counted).isEqualTo(TrainTicket.spansByService());
    }

    @Test
    void requestsOfAllEntryPointsAreTheTracesOrMore() {
        long requests = TestTraces.rows(all.table(ServiceMap.ENTRIES)).values().stream()
                .mapToLong(List::getFirst)
                .sum();
        assertThat(requests).isGreaterThanOrEqualTo(TrainTicket.TRACES);
    }
}
