package io.clew.traceql.eval;

import io.clew.model.Trace;
import io.clew.store.ReadControl;
import io.clew.traceql.ast.Spansets;
import java.util.BitSet;
import java.util.List;

/**
 * A query made ready to run: decides which spans of a trace it matches. Names and text constants are looked up once a
 * trace; after that nothing is allocated per span but for arrays. For one thread.
 */
public final class TraceMatcher {
    private static final int SPANS_BETWEEN_CHECKS = 1024;

    private final Node root;

    private TraceMatcher(Node root) {
        this.root = root;
    }

    /** Compiles a query that has been checked. */
    public static TraceMatcher of(Spansets spansets) {
        return new TraceMatcher(node(spansets));
    }

    /** How many spans of the trace match; 0 means that the trace does not. */
    public int match(Trace trace) {
        return match(trace, ReadControl.unbounded());
    }

    /**
     * The same under a deadline.
     *
     * @throws io.clew.store.ReadStoppedException when the control says stop in the middle of a large trace
     */
    public int match(Trace trace, ReadControl control) {
        root.run(new TraceBinding(trace), control);
        return root.matched.cardinality();
    }

    /** Whether a row of the trace matched last is among the matches. */
    public boolean matched(int row) {
        return root.matched.get(row);
    }

    private static Node node(Spansets spansets) {
        return switch (spansets) {
            case Spansets.Filter filter -> new FilterNode(ConditionCompiler.isTrue(filter.condition()));
            case Spansets.Both both -> new UnionNode(nodes(both.parts()), true);
            case Spansets.Either either -> new UnionNode(nodes(either.parts()), false);
        };
    }

    private static List<Node> nodes(List<Spansets> parts) {
        return parts.stream().map(TraceMatcher::node).toList();
    }

    private abstract static class Node {
        final BitSet matched = new BitSet();

        /** Fills {@link #matched}. */
        abstract void run(TraceBinding binding, ReadControl control);
    }

    private static final class FilterNode extends Node {
        private final Condition condition;

        FilterNode(Condition condition) {
            this.condition = condition;
        }

        @Override
        void run(TraceBinding binding, ReadControl control) {
            matched.clear();
            condition.bind(binding);
            for (int row = 0, count = binding.spans.spanCount(); row < count; row++) {
                if (row % SPANS_BETWEEN_CHECKS == SPANS_BETWEEN_CHECKS - 1) {
                    control.check();
                }
                if (condition.test(row)) {
                    matched.set(row);
                }
            }
        }
    }

    private static final class UnionNode extends Node {
        private final List<Node> parts;
        private final boolean needsAll;

        UnionNode(List<Node> parts, boolean needsAll) {
            this.parts = parts;
            this.needsAll = needsAll;
        }

        @Override
        void run(TraceBinding binding, ReadControl control) {
            matched.clear();
            for (Node part : parts) {
                part.run(binding, control);
                if (needsAll && part.matched.isEmpty()) {
                    matched.clear();
                    return;
                }
                matched.or(part.matched);
            }
        }
    }
}
