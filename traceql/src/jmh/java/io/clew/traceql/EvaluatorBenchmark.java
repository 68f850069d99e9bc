package io.clew.traceql;

import io.clew.model.AttributeTable;
import io.clew.model.SourceProtocol;
import io.clew.model.SpanBatch;
import io.clew.model.Trace;
import io.clew.model.TraceId;
import io.clew.model.ValueType;
import io.clew.traceql.eval.TraceMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Time per span to evaluate a query over assembled traces of 30 spans with 10 attributes each, over 14 services. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class EvaluatorBenchmark {
    private static final int TRACES = 500;
    private static final int SPANS = 30;

    @Param({
        "{}",
        "{ name = \"op-3\" }",
        "{ resource.service.name = \"service-3\" && duration > 500us }",
        "{ span.key-4 = \"value-2\" }",
        "{ .key-4 = \"value-2\" }",
        "{ span.missing = 1 }",
        "{ span.url =~ \".*/items/1[0-9]+\" }",
        "{ span.http.status_code >= 500 || status = error && !(kind = client) }",
        "{ span.http.status_code + 1 > 500 }",
        "{ name = \"op-3\" } && { name = \"op-4\" }",
    })
    public String query = "{}";

    private List<Trace> traces = List.of();
    private TraceMatcher matcher = TraceMatcher.of(Traceql.parse("{}"));

    @Setup
    public void setup() {
        Random random = new Random(7);
        traces = new ArrayList<>();
        for (int t = 0; t < TRACES; t++) {
            traces.add(trace(random, new TraceId(random.nextLong(), random.nextLong())));
        }
        matcher = TraceMatcher.of(Traceql.parse(query));
    }

    @Benchmark
    @OperationsPerInvocation(TRACES * SPANS)
    public int matchPerSpan() {
        int matched = 0;
        for (Trace trace : traces) {
            matched += matcher.match(trace);
        }
        return matched;
    }

    private static Trace trace(Random random, TraceId id) {
        SpanBatch batch = new SpanBatch();
        for (int service = 0; service < 14; service++) {
            int resource = batch.beginResource();
            text(batch, batch.resourceAttributes(), "service.name", "service-" + service);
            text(batch, batch.resourceAttributes(), "host.name", "host-" + resource);
            text(batch, batch.resourceAttributes(), "telemetry.sdk.language", "java");
        }
        batch.beginScope();
        for (int s = 0; s < SPANS; s++) {
            int row = batch.beginSpan(random.nextInt(14), 0, 1, SourceProtocol.NONE);
            batch.setTraceId(row, id.high(), id.low());
            batch.setSpanId(row, random.nextLong());
            batch.setParentSpanId(row, s == 0 ? 0 : batch.spanId(random.nextInt(s)));
            batch.setStart(row, 1_000_000 + random.nextInt(1_000_000));
            batch.setEnd(row, batch.start(row) + random.nextInt(1_000_000));
            batch.setName(row, batch.dictionary().intern("op-" + random.nextInt(40)));
            batch.setKind(row, random.nextInt(6));
            batch.setStatusCode(row, random.nextInt(50) == 0 ? 2 : 0);
            for (int a = 0; a < 8; a++) {
                text(batch, batch.spanAttributes(), "key-" + a, "value-" + random.nextInt(20));
            }
            text(batch, batch.spanAttributes(), "url", "http://shop/items/" + random.nextInt(1_000_000));
            batch.spanAttributes()
                    .add(batch.dictionary().intern("http.status_code"), ValueType.INT, 200 + random.nextInt(320));
        }
        return new Trace(id, batch);
    }

    private static void text(SpanBatch batch, AttributeTable table, String key, String value) {
        table.add(
                batch.dictionary().intern(key),
                ValueType.STRING,
                batch.dictionary().intern(value));
    }
}
