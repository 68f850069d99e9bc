package io.clew.traceql;

import io.clew.model.Trace;
import io.clew.store.Position;
import io.clew.store.ReadControl;
import io.clew.store.Snapshot;
import io.clew.store.Snapshot.TraceCursor;
import io.clew.store.Window;
import io.clew.traceql.ast.Spansets;
import io.clew.traceql.eval.TraceMatcher;
import io.clew.traceql.plan.Plan;
import io.clew.traceql.plan.Planner;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** Every trace that matches a query, whole, newest first: for who wants the spans and not a page of summaries. For one thread. */
public final class MatchingTraces implements TraceCursor {
    private final TraceMatcher matcher;
    private final Window window;
    private final ReadControl control;
    private final TraceCursor candidates;

    /**
     * Starts reading.
     *
     * @param after only traces after this position; null = from the newest on
     */
    public MatchingTraces(
            Snapshot snapshot, Spansets query, Window window, @Nullable Position after, ReadControl control) {
        this.matcher = TraceMatcher.of(query);
        this.window = window;
        this.control = control;
        Plan plan = Planner.plan(query);
        if (plan.never()) {
            candidates = () -> null;
        } else if (plan.onlyTrace() == null) {
            candidates = snapshot.search(plan.condition(), window, after, control);
        } else {
            Iterator<Trace> only = snapshot.trace(plan.onlyTrace(), control).stream()
                    .filter(trace -> after == null || Position.of(trace).compareTo(after) > 0)
                    .toList()
                    .iterator();
            candidates = () -> only.hasNext() ? only.next() : null;
        }
    }

    /** The next trace that matches, or null at the end; valid while the snapshot is open. */
    @Override
    public @Nullable Trace next() {
        while (true) {
            control.check();
            Trace trace = candidates.next();
            if (trace == null) {
                return null;
            }
            if (window.overlaps(trace.start(), trace.end()) && matcher.match(trace, control) > 0) {
                return trace;
            }
        }
    }

    /** Whether the span of this row of the trace that was returned last is one that the query finds. */
    public boolean matched(int row) {
        return matcher.matched(row);
    }
}
