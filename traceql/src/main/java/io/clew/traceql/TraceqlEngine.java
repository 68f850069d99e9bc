package io.clew.traceql;

import io.clew.model.SpanBatch;
import io.clew.model.Trace;
import io.clew.store.Damage;
import io.clew.store.DamagedException;
import io.clew.store.Position;
import io.clew.store.ReadControl;
import io.clew.store.ReadStoppedException;
import io.clew.store.Snapshot;
import io.clew.traceql.ast.Spansets;
import io.clew.traceql.eval.TraceMatcher;
import io.clew.traceql.plan.Plan;
import io.clew.traceql.plan.Planner;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Runs queries over what is stored: the plan goes to the store, what comes back is evaluated as whole traces, newest
 * first. A search ends as soon as its page is full and it is known whether another follows; asked for the total it reads
 * on. Stateless, thread-safe.
 */
public final class TraceqlEngine {
    private TraceqlEngine() {}

    /**
     * Searches with a query in text.
     *
     * @throws io.clew.traceql.parse.TraceqlException when the query cannot be run
     */
    public static SearchResult search(Snapshot snapshot, String query, SearchRequest request, ReadControl control) {
        return search(snapshot, Traceql.parse(query), request, control);
    }

    /** Searches with a tree, as {@link Traceql#parse} or {@link io.clew.traceql.ast.Conditions} give it. */
    public static SearchResult search(Snapshot snapshot, Spansets query, SearchRequest request, ReadControl control) {
        return new Search(TraceMatcher.of(query), request).run(snapshot, Planner.plan(query), control);
    }

    /** One search under way. */
    private static final class Search {
        private final TraceMatcher matcher;
        private final SearchRequest request;
        private final List<TraceSummary> page = new ArrayList<>();
        private @Nullable Position lastOnPage;
        private @Nullable Position lastInspected;
        private boolean another;
        private long total;
        private long inspectedTraces;
        private long inspectedSpans;

        Search(TraceMatcher matcher, SearchRequest request) {
            this.matcher = matcher;
            this.request = request;
            this.lastInspected = request.after();
        }

        SearchResult run(Snapshot snapshot, Plan plan, ReadControl control) {
            boolean complete = true;
            try {
                if (!plan.never()) {
                    read(source(snapshot, plan, control), control);
                }
            } catch (ReadStoppedException stopped) {
                complete = false;
            }
            return new SearchResult(
                    List.copyOf(page),
                    next(complete),
                    request.wantTotal() && complete ? OptionalLong.of(total) : OptionalLong.empty(),
                    complete,
                    inspectedTraces,
                    inspectedSpans,
                    control.missed());
        }

        /** A count of all needs the traces of earlier pages too. */
        private Snapshot.TraceCursor source(Snapshot snapshot, Plan plan, ReadControl control) {
            Position after = request.wantTotal() ? null : request.after();
            if (plan.onlyTrace() == null) {
                return snapshot.search(plan.condition(), request.window(), after, control);
            }
            Trace only;
            try {
                only = snapshot.trace(plan.onlyTrace(), control).orElse(null);
            } catch (DamagedException unreadable) {
                control.missed(Damage.of(unreadable));
                only = null;
            }
            boolean wanted = only != null && (after == null || Position.of(only).compareTo(after) > 0);
            var once = (wanted ? List.of(only) : List.<Trace>of()).iterator();
            return () -> once.hasNext() ? once.next() : null;
        }

        private void read(Snapshot.TraceCursor traces, ReadControl control) {
            SpanBatch batch = new SpanBatch();
            while (request.wantTotal() || !another) {
                control.check();
                Trace trace = traces.next(batch);
                if (trace == null) {
                    return;
                }
                if (request.window().overlaps(trace.start(), trace.end())) {
                    inspect(trace, control);
                }
            }
        }

        private void inspect(Trace trace, ReadControl control) {
            Position position = Position.of(trace);
            boolean earlierPage = request.after() != null && position.compareTo(request.after()) <= 0;
            int matched = matcher.match(trace, control);
            inspectedTraces++;
            inspectedSpans += trace.spans().spanCount();
            if (matched > 0) {
                total++;
                if (!earlierPage && page.size() < request.limit()) {
                    page.add(TraceSummary.of(trace, matcher, matched, request.spansPerTrace()));
                    lastOnPage = position;
                } else if (!earlierPage) {
                    another = true;
                }
            }
            if (!earlierPage) {
                lastInspected = position;
            }
        }

        /** After a full page that is its last trace; a search cut short goes on after the last trace it looked at. */
        private @Nullable String next(boolean complete) {
            Position from = another || !complete && page.size() == request.limit()
                    ? lastOnPage
                    : complete ? null : lastInspected;
            return from == null ? null : PageCursor.encode(from);
        }
    }
}
