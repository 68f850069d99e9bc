package io.clew.traceql;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.clew.model.Trace;
import io.clew.traceql.eval.TraceMatcher;
import io.clew.traceql.kit.TraceBuilder;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Evaluating allocates per trace at most, not per span. */
class AllocationTest {
    private static final int SPANS = 10_000;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{ name = \"op-3\" && span.n > 5 }",
                "{ .key = \"value-7\" || resource.service.name != \"s-1\" }",
                "{ !(span.key =~ \"value-[0-9]\") && duration > 1ms }",
                "{ span.n + 1 > 5 || status = error }",
                "{ event:name = \"e\" && event.k != nil }",
                "{ span:id = \"7\" } || { span:parentID != \"7\" }",
            })
    void nothingPerSpan(String query) {
        TraceBuilder builder = TraceBuilder.trace(1);
        for (int i = 0; i < SPANS; i++) {
            builder.span(i + 1, i, "op-" + i % 10, 10 + i, 2_000_000 + i)
                    .service("s-" + i % 3)
                    .with("key", "value-" + i % 20)
                    .with("n", i % 11)
                    .event("e", 11 + i)
                    .eventAttribute("k", i % 2);
        }
        Trace trace = builder.build();
        TraceMatcher matcher = TraceMatcher.of(Traceql.parse(query));
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        assertThat(matcher.match(trace)).isPositive();
        long perSpan = Long.MAX_VALUE;
        // The first times it makes its scratch memory, and the JVM has not compiled it.
        for (int round = 0; round < 100 && perSpan > 0; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            matcher.match(trace);
            perSpan = (threads.getCurrentThreadAllocatedBytes() - before) / SPANS;
        }
        assertThat(perSpan).as("bytes per span").isZero();
    }
}
