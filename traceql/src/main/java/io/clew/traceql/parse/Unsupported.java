package io.clew.traceql.parse;

import java.util.Set;

/** The parts of TraceQL that this version recognises but does not run. */
final class Unsupported {
    private static final Set<String> STRUCTURAL =
            Set.of(">", ">>", "<", "<<", "~", "!>", "!>>", "!<", "!<<", "!~", "&>", "&>>", "&<", "&<<", "&~");
    private static final Set<String> STAGES = Set.of("by", "select", "coalesce");
    private static final Set<String> AGGREGATES = Set.of("count", "min", "max", "avg", "sum");
    private static final Set<String> METRICS = Set.of(
            "rate",
            "count_over_time",
            "min_over_time",
            "max_over_time",
            "avg_over_time",
            "sum_over_time",
            "quantile_over_time",
            "histogram_over_time",
            "compare",
            "topk",
            "bottomk");
    private static final Set<String> NESTED_SET = Set.of("nestedSetLeft", "nestedSetRight", "nestedSetParent");

    private Unsupported() {}

    /** Whether the token, between filters, relates spans by their place in the trace. */
    static boolean isStructural(Token token) {
        return token.kind() == Token.Kind.SYMBOL && STRUCTURAL.contains(token.text());
    }

    /** Refuses a query that begins with a stage or an aggregate. */
    static void checkStart(QueryText query, Token token) {
        if (token.kind() != Token.Kind.WORD) {
            return;
        }
        if (STAGES.contains(token.text())) {
            throw query.unsupported(token.at(), "the pipeline stage `" + token.text() + "` is", token.text());
        }
        if (AGGREGATES.contains(token.text())) {
            throw query.unsupported(token.at(), "the aggregate `" + token.text() + "` is", token.text());
        }
    }

    /** Refuses words inside braces that stand for the place of a span in its trace. */
    static void checkWord(QueryText query, Token token) {
        if (NESTED_SET.contains(token.text())) {
            throw query.unsupported(token.at(), "the intrinsic `" + token.text() + "` is", token.text());
        }
        if (token.text().equals("parent")) {
            throw query.unsupported(token.at(), "the intrinsic `parent` is", token.text());
        }
        if (AGGREGATES.contains(token.text()) || METRICS.contains(token.text())) {
            throw query.unexpected(
                    token.at(),
                    token.shown(),
                    "a value or an attribute",
                    "aggregates stand behind a filter: { } | " + token.text() + "(), which is not supported yet");
        }
    }

    /** The error for a pipe and what follows it. */
    static TraceqlException pipeline(QueryText query, Token pipe, Token stage) {
        String what = METRICS.contains(stage.text())
                ? "the metrics function `" + stage.text() + "` is"
                : AGGREGATES.contains(stage.text())
                        ? "the aggregate `" + stage.text() + "` is"
                        : STAGES.contains(stage.text())
                                ? "the pipeline stage `" + stage.text() + "` is"
                                : "pipelines (`|`) are";
        return query.unsupported(pipe.at(), what, pipe.text());
    }
}
