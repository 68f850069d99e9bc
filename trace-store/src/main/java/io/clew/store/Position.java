package io.clew.store;

import io.clew.model.Trace;
import io.clew.model.TraceId;

/**
 * A place in the order of traces: newest first by (start, id); ids as unsigned numbers, larger first; traces without a
 * valid start ({@link io.clew.model.SpanBatch#NO_TIME}) last. Natural order = reading order.
 *
 * @param start the trace's start, epoch nanoseconds
 */
public record Position(long start, TraceId id) implements Comparable<Position> {

    public static Position of(Trace trace) {
        return new Position(trace.start(), trace.id());
    }

    @Override
    public int compareTo(Position other) {
        int byStart = Long.compare(other.start, start);
        return byStart != 0 ? byStart : other.id.compareTo(id);
    }
}
