package io.clew.store;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;

/** Deadline, cancellation and progress of one read. Shared by the threads that work for it. */
public final class ReadControl {
    private final long deadline;
    private final BooleanSupplier cancelled;
    private final LongAdder traces = new LongAdder();
    private final LongAdder spans = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final Set<Damage> missed = ConcurrentHashMap.newKeySet();

    /**
     * @param deadline on the clock of {@link System#nanoTime}
     * @param cancelled asked often and from several threads
     */
    public ReadControl(long deadline, BooleanSupplier cancelled) {
        this.deadline = deadline;
        this.cancelled = cancelled;
    }

    /** A read that nothing stops. */
    public static ReadControl unbounded() {
        return until(() -> false);
    }

    /** A read that only this stops; asked often and from several threads. */
    public static ReadControl until(BooleanSupplier cancelled) {
        return new ReadControl(System.nanoTime() + Long.MAX_VALUE / 2, cancelled);
    }

    /** A read that must end within this many nanoseconds. */
    public static ReadControl within(long nanos) {
        return new ReadControl(System.nanoTime() + nanos, () -> false);
    }

    /**
     * Ends the read if it must end.
     *
     * @throws ReadStoppedException past the deadline or when cancelled
     */
    public void check() {
        if (cancelled.getAsBoolean()) {
            throw new ReadStoppedException(ReadStoppedException.Cause.CANCELLED);
        }
        if (System.nanoTime() - deadline > 0) {
            throw new ReadStoppedException(ReadStoppedException.Cause.DEADLINE);
        }
    }

    /** Notes a place that could not be read, so that the answer may lack what stood there. */
    public void missed(Damage place) {
        missed.add(place);
    }

    /** The places that could not be read; empty when the answer lacks nothing. */
    public List<Damage> missed() {
        return List.copyOf(missed);
    }

    /** Notes work done. */
    public void inspected(long moreTraces, long moreSpans, long moreBytes) {
        traces.add(moreTraces);
        spans.add(moreSpans);
        bytes.add(moreBytes);
    }

    public long traces() {
        return traces.sum();
    }

    public long spans() {
        return spans.sum();
    }

    public long bytes() {
        return bytes.sum();
    }
}
