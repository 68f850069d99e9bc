package io.clew.store;

import io.clew.model.SpanBatch;
import io.clew.model.Trace;
import io.clew.model.TraceId;
import io.clew.model.TraceIds;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Everything stored at one moment. Reads may be called from any thread, several at once. Each takes a
 * {@link ReadControl} and throws {@link ReadStoppedException} soon after it says stop. What stands in a
 * damaged page is missing from answers, and {@link ReadControl#missed} says so; only a trace of which nothing at all can
 * be read is a {@link DamagedException}.
 */
public interface Snapshot extends AutoCloseable {
    /** The whole trace, or empty when no span of it is stored. */
    Optional<Trace> trace(TraceId id, ReadControl control);

    /** All traces whose low 64 id bits are these, in order of id. */
    List<Trace> tracesByLow64(long low, ReadControl control);

    /**
     * Whole traces that may satisfy a condition, each once, in the order of {@link Position}. Every trace in which
     * some span satisfies the condition and which is in the window comes; others may come too, so the caller evaluates.
     *
     * @param after only traces after this position; null = from the newest on
     */
    TraceCursor search(SpanCondition condition, Window window, @Nullable Position after, ReadControl control);

    /**
     * Every whole trace that {@linkplain Window#begins begins} in the window, once; for what adds up over all traces. Unlike
     * a search it gives them in no order and in place, many to a batch.
     */
    default TraceScan scan(Window window, SpanColumns columns, ReadControl control) {
        return new SearchScan(this, window);
    }

    /**
     * Gives every span with a valid start of these traces, in any order: what tells where a trace is and was anchored. Passes
     * over what is damaged, even when that is a whole trace, and notes that; blocks that cannot be opened it does not note, for
     * nothing of them was anchored.
     */
    default void starts(TraceIds ids, StartVisitor visitor, ReadControl control) {
        for (int i = 0; i < ids.size(); i++) {
            int number = i;
            try {
                trace(ids.id(i), control).ifPresent(trace -> StartVisitor.visit(number, trace.spans(), visitor));
            } catch (DamagedException found) {
                control.missed(Damage.of(found));
            }
        }
    }

    /**
     * Gives periods in which all spans with a valid start of these traces start, one for each place where a part of a trace is
     * kept. Wider than need be, and much cheaper to tell than {@link #starts}.
     */
    default void startPeriods(TraceIds ids, PeriodVisitor visitor, ReadControl control) {
        starts(ids, (number, start, _) -> visitor.period(number, start, start), control);
    }

    /** The moment it is of; null where arrivals cannot be told apart by moments. */
    default @Nullable Moment moment() {
        return null;
    }

    /**
     * Gives the traces of which spans may have come after a moment, some perhaps more than once, and others too.
     *
     * @return false when that cannot be told: it was no moment of this store, say
     */
    default boolean arrivedSince(Moment moment, TraceVisitor visitor, ReadControl control) {
        return false;
    }

    /**
     * Values of resource attribute {@code service.name} (text only) among the traces in the window; others may slip in. Of
     * very many the first in order.
     */
    FirstNames<String> services(Window window, ReadControl control);

    /** Distinct (name, kind) of the spans of one service, or of all when null; window and number as for services. */
    FirstNames<Operation> operations(@Nullable String service, Window window, ReadControl control);

    @Override
    void close();

    /**
     * One way a service is called or calls.
     *
     * @param kind the OTLP number
     */
    record Operation(String name, int kind) implements Comparable<Operation> {
        @Override
        public int compareTo(Operation other) {
            int byName = name.compareTo(other.name);
            return byName != 0 ? byName : Integer.compare(kind, other.kind);
        }
    }

    /** Takes the starts of spans. */
    interface StartVisitor {
        /** A span of the trace of this number: its start, and when it was received; epoch nanoseconds. */
        void start(int trace, long start, long receivedAt);

        /** Gives all spans of a batch that holds one trace. */
        static void visit(int trace, SpanBatch spans, StartVisitor to) {
            for (int row = 0; row < spans.spanCount(); row++) {
                if (spans.validStart(row)) {
                    to.start(trace, spans.start(row), spans.receiveTime(row));
                }
            }
        }
    }

    /** Takes ids of traces. */
    interface TraceVisitor {
        void trace(long high, long low);
    }

    /** Takes periods in which spans start. */
    interface PeriodVisitor {
        /** Some spans of the trace of this number start from {@code first} to {@code last}, epoch nanoseconds. */
        void period(int trace, long first, long last);
    }

    /** Traces one after the other; for one thread; valid while its snapshot is open. */
    interface TraceCursor {
        /** The next trace, or null at the end. */
        @Nullable
        Trace next();

        /**
         * As {@link #next()}, for those who are done with a trace before they ask for the next: its spans may stand in
         * {@code batch}, which is cleared and used again, so that many traces need the room of one.
         */
        default @Nullable Trace next(SpanBatch batch) {
            return next();
        }
    }
}
