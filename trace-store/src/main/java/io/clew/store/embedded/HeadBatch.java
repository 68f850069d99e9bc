package io.clew.store.embedded;

import static java.util.Objects.requireNonNull;

import io.clew.model.SpanBatch;
import org.jspecify.annotations.Nullable;

/** One appended batch in the head, with which of its rows are repeats and its rows grouped by trace. Reusable. */
final class HeadBatch {
    private @Nullable SpanBatch spans;
    private final RowMarks repeats = new RowMarks();
    private final TraceGroups groups = new TraceGroups();
    private long sequence;

    HeadBatch of(SpanBatch batch) {
        spans = batch;
        repeats.clear();
        return this;
    }

    SpanBatch spans() {
        return requireNonNull(spans);
    }

    /** Lets go of the batch and gives it back. */
    SpanBatch unwrap() {
        SpanBatch batch = spans();
        spans = null;
        return batch;
    }

    RowMarks repeats() {
        return repeats;
    }

    /** Valid once built by the committer. */
    TraceGroups groups() {
        return groups;
    }

    /** Its number in the log. Set before it is published. */
    long sequence() {
        return sequence;
    }

    void sequence(long number) {
        sequence = number;
    }

    int storedSpans() {
        return spans().spanCount() - repeats.count();
    }
}
