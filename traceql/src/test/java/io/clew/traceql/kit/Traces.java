package io.clew.traceql.kit;

import io.clew.model.SpanBatch;
import io.clew.model.SpanCopier;
import io.clew.model.Trace;
import io.clew.model.TraceId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Puts the spans of a batch together to traces. Stateless. */
public final class Traces {
    private Traces() {}

    /** In order of id. */
    public static List<Trace> of(SpanBatch batch) {
        Map<TraceId, List<Integer>> rows = new TreeMap<>();
        for (int row = 0; row < batch.spanCount(); row++) {
            rows.computeIfAbsent(batch.traceId(row), _ -> new ArrayList<>()).add(row);
        }
        List<Trace> traces = new ArrayList<>();
        rows.forEach((id, own) -> {
            SpanBatch spans = new SpanBatch();
            SpanCopier copier = new SpanCopier().bind(batch, spans);
            own.forEach(copier::copy);
            traces.add(new Trace(id, spans));
        });
        return traces;
    }
}
