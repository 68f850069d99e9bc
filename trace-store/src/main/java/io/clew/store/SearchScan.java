package io.clew.store;

import io.clew.model.SpanBatch;
import io.clew.model.Trace;

/** A {@link TraceScan} of one part over {@link Snapshot#search}: right for any store, and as slow as its search. */
record SearchScan(Snapshot snapshot, Window window) implements TraceScan {
    @Override
    public int parts() {
        return 1;
    }

    @Override
    public long earliest(int part) {
        return SpanBatch.NO_TIME;
    }

    @Override
    public void read(int part, Visitor visitor, ReadControl control) {
        Snapshot.TraceCursor cursor = snapshot.search(new SpanCondition.Any(), window, null, control);
        for (Trace trace = cursor.next(); trace != null; trace = cursor.next()) {
            if (window.begins(trace.start())) {
                visitor.trace(trace.spans(), trace.order(), 0, trace.order().length);
            }
        }
    }
}
