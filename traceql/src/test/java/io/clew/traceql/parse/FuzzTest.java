package io.clew.traceql.parse;

import static org.assertj.core.api.Assertions.assertThat;

import io.clew.model.Trace;
import io.clew.model.TraceId;
import io.clew.traceql.Traceql;
import io.clew.traceql.ast.QueryPrinter;
import io.clew.traceql.ast.Spansets;
import io.clew.traceql.eval.TraceMatcher;
import io.clew.traceql.kit.TraceBuilder;
import io.clew.traceql.plan.Planner;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Mutated queries are either understood or refused with a {@link TraceqlException}, in bounded time; nothing else is
 * thrown. What is understood can be planned and run, and prints to a text that is understood the same way.
 */
class FuzzTest {
    private static final long SEED = 20_240_117;
    private static final int MUTANTS = 150_000;
    private static final long SLOWEST_NANOS = 2_000_000_000L;

    private static final List<String> QUERIES = List.of(
            "{}",
            "{ .http.status_code >= 400 && resource.service.name = \"cart\" }",
            "{ span.http.method =~ \"GET|POST\" || !(.db.statement !~ `SELECT .* FROM [a-z]+`) }",
            "{ duration > 1h30m && status = error && kind != server } && { event:name = \"exception\" }",
            "({ name = \"x\\n\\u4f60\\x41\" } || { .\"a b\".c = nil }) && { link:traceID != \"00ab\" }",
            "{ -(.a + 2) * 3 ^ 2 % 5 < 1.5e3 / 0.5 } // the end",
            "{ trace:duration > 2d && rootServiceName = \"线索\" /* note */ && traceDuration < maxInt }",
            "{ span:childCount > 0 && span:parentID = \"\" && instrumentation:version =~ \"1\\\\..*\" }",
            "{ .a = true } >> { .b = false } | count() > 2 | by(resource.service.name) | rate()",
            "{ nestedSetParent < 0 && parent.a = 1 } with (most_recent=true)",
            "{ event:timeSinceStart > 20us && 5 = 5 && \"a\" < \"b\" && ok != unset }");
    private static final List<String> PIECES = List.of(
            "{",
            "}",
            "(",
            ")",
            "&&",
            "||",
            "!",
            "=",
            "!=",
            "=~",
            "!~",
            "<",
            "<=",
            ">>",
            "&>>",
            "~",
            "|",
            "+",
            "-",
            "*",
            "/",
            "%",
            "^",
            ",",
            ".",
            "\"",
            "`",
            "'",
            "\\",
            "//",
            "/*",
            "*/",
            "nil",
            "true",
            "span.",
            "event:",
            "parent.",
            "trace:id",
            "1d",
            "1.5s",
            "9999999999999999999",
            "0x1",
            "1e",
            "e5",
            ".5",
            "minInt",
            "{1000}",
            "[",
            "(?i)",
            "\n",
            "\t",
            "\0",
            "\uD83D\uDE00",
            "\uD83D",
            "线",
            "\u00A0",
            "\uFEFF",
            "count()",
            "with",
            "error");

    @Test
    void mutantsAreUnderstoodOrRefused() {
        // The thread's own time: what else runs on the machine does not count.
        ThreadMXBean clock = ManagementFactory.getThreadMXBean();
        Random random = new Random(SEED);
        Trace trace = trace();
        int understood = 0;
        long slowest = 0;
        String slowestQuery = "";
        for (int i = 0; i < MUTANTS; i++) {
            String query = mutate(random);
            long begin = clock.getCurrentThreadCpuTime();
            try {
                Spansets spansets = Traceql.parse(query);
                Planner.plan(spansets);
                TraceMatcher.of(spansets).match(trace);
                understood++;
                String printed = QueryPrinter.print(spansets);
                if (!printed.contains("Infinity") && !printed.contains("NaN") && !query.contains("\uD83D")) {
                    assertThat(QueryPrinter.print(Traceql.parse(printed)))
                            .as("seed %d, mutant %d: %s", SEED, i, query)
                            .isEqualTo(printed);
                }
            } catch (TraceqlException refused) {
                assertThat(refused.line()).isPositive();
                assertThat(refused.column()).isPositive();
                assertThat(refused.caret().split("\n", -1))
                        .as("seed %d, mutant %d: %s", SEED, i, query)
                        .hasSize(2);
            } catch (RuntimeException | StackOverflowError | OutOfMemoryError wrong) {
                throw new AssertionError("seed " + SEED + ", mutant " + i + ": " + query, wrong);
            }
            long took = clock.getCurrentThreadCpuTime() - begin;
            if (took > SLOWEST_NANOS) {
                // The JVM may have been about to compile something: what is slow is slow again.
                took = again(clock, query, trace);
            }
            if (took > slowest) {
                slowest = took;
                slowestQuery = query;
            }
        }
        System.out.printf(
                "%d mutants (seed %d): %d understood, slowest %d ms%n", MUTANTS, SEED, understood, slowest / 1_000_000);
        assertThat(understood).as("mutants that are still queries").isBetween(MUTANTS / 100, MUTANTS / 2);
        assertThat(slowest).as(slowestQuery).isLessThan(SLOWEST_NANOS);
    }

    private static long again(ThreadMXBean clock, String query, Trace trace) {
        long begin = clock.getCurrentThreadCpuTime();
        try {
            Spansets spansets = Traceql.parse(query);
            Planner.plan(spansets);
            TraceMatcher.of(spansets).match(trace);
            QueryPrinter.print(Traceql.parse(QueryPrinter.print(spansets)));
        } catch (TraceqlException refused) {
            return clock.getCurrentThreadCpuTime() - begin;
        }
        return clock.getCurrentThreadCpuTime() - begin;
    }

    private static Trace trace() {
        return TraceBuilder.trace(1)
                .span(1, 0, "x", 10, 20)
                .service("cart")
                .with("a", 2)
                .with("http.status_code", 500)
                .with("db.statement", "SELECT 1 FROM t")
                .event("exception", 15)
                .link(new TraceId(1, 2), 3)
                .build();
    }

    private static String mutate(Random random) {
        StringBuilder query = new StringBuilder(QUERIES.get(random.nextInt(QUERIES.size())));
        for (int edits = 1 + random.nextInt(4); edits > 0; edits--) {
            int at = random.nextInt(query.length() + 1);
            int to = Math.min(query.length(), at + 1 + random.nextInt(6));
            switch (random.nextInt(7)) {
                case 0 -> query.delete(at, to);
                case 1 -> query.insert(at, PIECES.get(random.nextInt(PIECES.size())));
                case 2 -> query.replace(at, to, PIECES.get(random.nextInt(PIECES.size())));
                case 3 -> query.insert(at, query.substring(at, to));
                case 4 -> query.insert(at, (char) random.nextInt(random.nextBoolean() ? 128 : 65_536));
                case 5 -> query.append(' ').append(QUERIES.get(random.nextInt(QUERIES.size())));
                default -> {
                    String piece = PIECES.get(random.nextInt(PIECES.size()));
                    query.insert(at, piece.repeat(random.nextInt(200) == 0 ? 3_000 : random.nextInt(5)));
                }
            }
        }
        return query.toString();
    }
}
