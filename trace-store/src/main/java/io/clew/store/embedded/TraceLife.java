package io.clew.store.embedded;

import io.clew.model.AttributeTable;
import io.clew.model.SpanBatch;
import io.clew.model.StatusCode;
import io.clew.model.ValueType;
import io.clew.store.RetentionRules;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;

/**
 * What {@link RetentionRules} say of one trace, gathered span by span: when the last one arrived, the longest period, and
 * whether it is marked. Reusable; for one thread.
 */
final class TraceLife extends Interval {
    private static final byte[] KEEP = RetentionRules.KEEP_ATTRIBUTE.getBytes(StandardCharsets.UTF_8);
    private static final byte[] TRUE = "true".getBytes(StandardCharsets.UTF_8);

    private final RetentionRules rules;
    private final long age;
    private final long errors;
    private final long slow;
    private final long slowFrom;
    private final long whenMarked;

    private SpanBatch batch = new SpanBatch();
    private int keepKey;
    private int trueText;
    private long[] periodOfResource = new long[0];
    private boolean[] markedResource = new boolean[0];

    private long lastArrival;
    private long period;
    private boolean marked;

    TraceLife(RetentionRules rules) {
        this.rules = rules;
        this.age = nanos(rules.age());
        this.errors = nanos(rules.errors());
        this.slow = nanos(rules.slow());
        this.slowFrom = nanos(rules.slowFrom());
        this.whenMarked = nanos(rules.marked());
    }

    /** Nanoseconds; more than there can be is {@link Long#MAX_VALUE}. */
    static long nanos(Duration duration) {
        return duration.toSeconds() >= Long.MAX_VALUE / 1_000_000_000 ? Long.MAX_VALUE : duration.toNanos();
    }

    /** A moment and a period after it; {@link Long#MAX_VALUE} when there is no such moment. */
    static long after(long moment, long period) {
        return moment > 0 && period > Long.MAX_VALUE - moment ? Long.MAX_VALUE : moment + period;
    }

    /** Whose rows {@link #add(int)} means from now on; must not change until the last of them. */
    void read(SpanBatch spans) {
        batch = spans;
        keepKey = spans.dictionary().find(KEEP);
        trueText = spans.dictionary().find(TRUE);
        int resources = spans.resourceCount();
        periodOfResource = Arrays.copyOf(periodOfResource, resources);
        markedResource = Arrays.copyOf(markedResource, resources);
        int serviceKey = spans.dictionary().find(Names.SERVICE_NAME);
        for (int resource = 0; resource < resources; resource++) {
            int service = Names.service(spans, resource, serviceKey);
            Duration own =
                    service < 0 ? null : rules.services().get(spans.dictionary().text(service));
            periodOfResource[resource] = own == null ? age : nanos(own);
            markedResource[resource] = keepKey >= 0 && isMarked(spans.resourceAttributes(), resource);
        }
    }

    /** Begins the next trace. */
    void clear() {
        start = SpanBatch.NO_TIME;
        end = SpanBatch.NO_TIME;
        lastArrival = Long.MIN_VALUE;
        period = 0;
        marked = false;
    }

    /** Adds a span of the batch read. */
    void add(int row) {
        lastArrival = Math.max(lastArrival, batch.receiveTime(row));
        int resource = batch.resource(row);
        period = Math.max(period, periodOfResource[resource]);
        if (batch.statusCode(row) == StatusCode.ERROR.code()) {
            period = Math.max(period, errors);
        }
        marked |= markedResource[resource] || keepKey >= 0 && isMarked(batch.spanAttributes(), row);
        if (batch.validStart(row)) {
            add(batch.start(row), batch.start(row));
        }
        if (batch.validEnd(row)) {
            add(SpanBatch.NO_TIME, batch.end(row));
        }
    }

    private boolean isMarked(AttributeTable table, int owner) {
        for (int entry = table.from(owner); entry < table.to(owner); entry++) {
            if (table.key(entry) == keepKey
                    && (table.type(entry) == ValueType.BOOL && table.value(entry) != 0
                            || table.type(entry) == ValueType.STRING && table.value(entry) == trueText)) {
                return true;
            }
        }
        return false;
    }

    /** Receive time of the span that came last. */
    long lastArrival() {
        return lastArrival;
    }

    /** Whether a span marks it. */
    boolean marked() {
        return marked;
    }

    /**
     * When it is to go, as far as the spans added say.
     *
     * @param markedToo whether it is marked otherwise
     */
    long due(boolean markedToo) {
        long longest = period;
        if (start != SpanBatch.NO_TIME && end - start >= slowFrom) {
            longest = Math.max(longest, slow);
        }
        if (marked || markedToo) {
            longest = Math.max(longest, whenMarked);
        }
        return after(lastArrival, longest);
    }
}
