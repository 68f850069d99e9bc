package io.clew.demo.shop.counts;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * A service's own ledger: the requests it served, the calls it made and the named pieces of work it did, each with how
 * many of them failed, since the service began. What has begun is underway until it ends, and only then counted.
 * Thread-safe.
 */
public final class Counts {

    /** What is counted. */
    public enum What {
        /** A request to this service. */
        SERVED,
        /** A request or statement of this service to another. */
        CALLED,
        /** A piece of work within this service. */
        DID
    }

    /**
     * One sum.
     *
     * @param what a {@link What}, in small letters
     * @param callee who was called; empty for the others
     * @param operation method and route; of the database the statement
     * @param calls that have ended, those that failed included
     * @param errors those that failed: for who served it 5xx or an exception, for who called it 4xx, too
     */
    public record Line(String what, String callee, String operation, long calls, long errors) {}

    /**
     * All sums at one moment.
     *
     * @param underway begun and not yet ended, so in no line
     */
    public record Report(String service, int underway, List<Line> lines) {}

    private record Key(What what, String callee, String operation) {}

    private static final class Sum {
        private long calls;
        private long errors;
    }

    private final String service;
    private final Map<Key, Sum> sums = new TreeMap<>(
            Comparator.comparing(Key::what).thenComparing(Key::callee).thenComparing(Key::operation));
    private int underway;

    /** An empty ledger of this service. */
    public Counts(String service) {
        this.service = service;
    }

    /** Something that has begun. To be ended once, by any thread. */
    public final class Begun {
        private final Key key;

        private Begun(Key key) {
            this.key = key;
        }

        /** Counts it. */
        public void end(boolean failed) {
            synchronized (Counts.this) {
                underway--;
                Sum sum = sums.computeIfAbsent(key, _ -> new Sum());
                sum.calls++;
                sum.errors += failed ? 1 : 0;
            }
        }

        /** Does the work and counts it, as failed when it throws. */
        public <T, E extends Throwable> T during(Work<T, E> work) throws E {
            boolean failed = true;
            try {
                T result = work.run();
                failed = false;
                return result;
            } finally {
                end(failed);
            }
        }
    }

    /** Work that may throw. */
    @FunctionalInterface
    public interface Work<T, E extends Throwable> {
        /** Does it. */
        T run() throws E;
    }

    /** A request that arrived. */
    public Begun served(String operation) {
        return begin(new Key(What.SERVED, "", operation));
    }

    /** A call about to be made. */
    public Begun called(String callee, String operation) {
        return begin(new Key(What.CALLED, callee, operation));
    }

    /** A piece of work handed over. */
    public Begun did(String operation) {
        return begin(new Key(What.DID, "", operation));
    }

    private synchronized Begun begin(Key key) {
        underway++;
        return new Begun(key);
    }

    /** The sums, in a fixed order. */
    public synchronized Report report() {
        var lines = new ArrayList<Line>();
        sums.forEach((key, sum) -> lines.add(
                new Line(key.what.name().toLowerCase(Locale.ROOT), key.callee, key.operation, sum.calls, sum.errors)));
        return new Report(service, underway, List.copyOf(lines));
    }
}
