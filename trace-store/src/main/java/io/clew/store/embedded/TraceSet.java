package io.clew.store.embedded;

import io.clew.model.TraceIds;
import java.util.Arrays;

/** The ids of the traces in one chunk, and of which of them pieces stood elsewhere when they came. For the committer's thread. */
final class TraceSet {
    private final TraceIds ids = new TraceIds();
    /** By the id's number. */
    private boolean[] elsewhere = new boolean[256];

    void clear() {
        ids.clear();
    }

    boolean contains(long traceHigh, long traceLow) {
        return ids.find(traceHigh, traceLow) >= 0;
    }

    /** Whether the trace is here and came with nothing of it stored elsewhere. */
    boolean isWhole(long traceHigh, long traceLow) {
        int number = ids.find(traceHigh, traceLow);
        return number >= 0 && !elsewhere[number];
    }

    /** Adds the trace; false, and nothing changes, when it is here already. */
    boolean add(long traceHigh, long traceLow, boolean standsElsewhere) {
        int known = ids.size();
        int number = ids.add(traceHigh, traceLow);
        if (number < known) {
            return false;
        }
        if (number == elsewhere.length) {
            elsewhere = Arrays.copyOf(elsewhere, 2 * number);
        }
        elsewhere[number] = standsElsewhere;
        return true;
    }

    int size() {
        return ids.size();
    }
}
