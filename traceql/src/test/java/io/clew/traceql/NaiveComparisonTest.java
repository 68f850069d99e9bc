package io.clew.traceql;

import static org.assertj.core.api.Assertions.assertThat;

import io.clew.model.RandomSpans;
import io.clew.model.Trace;
import io.clew.traceql.ast.QueryPrinter;
import io.clew.traceql.ast.Spansets;
import io.clew.traceql.eval.TraceMatcher;
import io.clew.traceql.kit.NaiveEngine;
import io.clew.traceql.kit.PlainTrace;
import io.clew.traceql.kit.PushedDown;
import io.clew.traceql.kit.RandomQueries;
import io.clew.traceql.kit.Traces;
import io.clew.traceql.plan.Plan;
import io.clew.traceql.plan.Planner;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The evaluator gives the spans that the naive engine gives, and the plan misses none of them, on random traces and queries. */
class NaiveComparisonTest {
    private static final int SEEDS = 300;
    private static final int QUERIES = 40;

    private int queries;
    private int matching;
    private int telling;
    private int pushed;

    @Test
    void sameSpansAsTheNaiveEngine() {
        for (long seed = 1; seed <= SEEDS; seed++) {
            RandomSpans spans = new RandomSpans(seed).oddities(seed % 3 == 0 ? 0.4 : 0.15);
            List<Trace> traces = Traces.of(spans.batch(60));
            List<PlainTrace> plain = traces.stream().map(PlainTrace::of).toList();
            boolean asText = seed % 4 != 0;
            RandomQueries generator = new RandomQueries(spans.random(), plain, !asText);
            for (int i = 0; i < QUERIES; i++) {
                compare(generator.next(), asText, traces, plain, seed);
            }
        }
        System.out.printf(
                "%d queries (seeds 1 to %d): %d match something, %d of those not everything, %d pushed down%n",
                queries, SEEDS, matching, telling, pushed);
        assertThat(matching).as("queries that match something").isGreaterThan(queries * 3 / 10);
        assertThat(telling).as("queries that match some traces but not all").isGreaterThan(queries * 3 / 10);
        assertThat(pushed).as("queries of which the store gets something").isGreaterThan(queries * 3 / 10);
    }

    private void compare(Spansets query, boolean asText, List<Trace> traces, List<PlainTrace> plain, long seed) {
        String text = QueryPrinter.print(query);
        Spansets run = asText ? Traceql.parse(text) : query;
        TraceMatcher matcher = TraceMatcher.of(run);
        Plan plan = Planner.plan(run);
        int matched = 0;
        for (int t = 0; t < traces.size(); t++) {
            Trace trace = traces.get(t);
            Set<Integer> expected = NaiveEngine.match(query, plain.get(t));
            int count = matcher.match(trace);
            Set<Integer> rows = new TreeSet<>();
            for (int row = 0; row < trace.spans().spanCount(); row++) {
                if (matcher.matched(row)) {
                    rows.add(row);
                }
            }
            assertThat(rows)
                    .as("seed %d, trace %s, query %s", seed, trace.id(), text)
                    .isEqualTo(new TreeSet<>(expected));
            assertThat(count).isEqualTo(rows.size());
            matched += count > 0 ? 1 : 0;
            if (count > 0) {
                assertThat(plan.never()).as("seed %d, query %s", seed, text).isFalse();
                assertThat(plain.get(t).spans())
                        .as("seed %d, trace %s, query %s pushed down as %s", seed, trace.id(), text, plan.condition())
                        .anyMatch(span -> PushedDown.holds(plan.condition(), span));
                assertThat(plan.onlyTrace() == null || plan.onlyTrace().equals(trace.id()))
                        .as("seed %d, trace %s, query %s", seed, trace.id(), text)
                        .isTrue();
            }
        }
        queries++;
        matching += matched > 0 ? 1 : 0;
        telling += matched > 0 && matched < traces.size() ? 1 : 0;
        pushed += plan.condition() instanceof io.clew.store.SpanCondition.Any ? 0 : 1;
    }
}
