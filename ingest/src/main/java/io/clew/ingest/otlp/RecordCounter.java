package io.clew.ingest.otlp;

import io.clew.ingest.ByteBudget;
import io.clew.ingest.Decompressor;
import io.clew.model.DecodeLimits;
import io.clew.model.MalformedRequestException;
import io.clew.model.SourceRequest;
import java.util.Locale;

/**
 * Counts the records of a logs or metrics request without reading them: what "all of them" is when a signal is not
 * taken. Looks no deeper than it must, so bytes inside of a record are not checked. Holds scratch; for one thread.
 */
public final class RecordCounter {
    /** A gauge, sum, histogram, exponential histogram or summary: a metric's fields whose field 1 are the data points. */
    private static final int POINT_KINDS = 1 << 5 | 1 << 7 | 1 << 9 | 1 << 10 | 1 << 11;

    private final OtlpResponses.Signal signal;
    private final boolean json;
    private final ByteBudget budget;
    private final JsonReader reader = new JsonReader();
    private final Decompressor decompressor = new Decompressor();

    /** @param signal LOGS or METRICS */
    public RecordCounter(OtlpResponses.Signal signal, boolean json, ByteBudget budget) {
        if (signal == OtlpResponses.Signal.TRACES) {
            throw new IllegalArgumentException("spans are decoded, not counted");
        }
        this.signal = signal;
        this.json = json;
        this.budget = budget;
    }

    /**
     * Log records or metric data points in the request.
     *
     * @throws MalformedRequestException when the body cannot be decompressed or decoded, or exceeds the limits
     * @throws io.clew.ingest.BusyException when other requests use the budget up
     */
    public long count(SourceRequest request, DecodeLimits limits) throws MalformedRequestException {
        try (ByteBudget.Claim claim = budget.claim()) {
            decompressor.open(request, limits.maxBodyBytes(), claim);
            byte[] a = decompressor.bytes();
            int from = decompressor.offset();
            int end = from + decompressor.length();
            return json ? jsonRecords(a, from, end) : protobufRecords(a, from, end);
        } finally {
            decompressor.close();
        }
    }

    private long protobufRecords(byte[] a, int from, int end) throws MalformedRequestException {
        try {
            return below(a, from, end, 0);
        } catch (FormatException e) {
            throw new MalformedRequestException(
                    MalformedRequestException.Reason.UNDECODABLE,
                    "not a protobuf " + name() + " request: at byte " + (e.offset() - from) + " of " + (end - from)
                            + ": " + e.what());
        }
    }

    /** Level 0 is the request, 1 a resource's entry, 2 a scope's; the records of a scope are its field 2, as its own. */
    private long below(byte[] a, int from, int end, int level) throws FormatException {
        long count = 0;
        for (int p = from; p < end; ) {
            int tagAt = p;
            int tag = (int) Wire.varint(a, p, end);
            p = Wire.afterVarint(a, p);
            int next = Wire.skip(a, tag, tagAt, p, end);
            if (tag == ((level == 0 ? 1 : 2) << 3 | Wire.LENGTH)) {
                if (level < 2) {
                    count += below(a, (int) Wire.content(a, p, end), next, level + 1);
                } else if (signal == OtlpResponses.Signal.LOGS) {
                    count++;
                } else {
                    count += points(a, (int) Wire.content(a, p, end), next);
                }
            }
            p = next;
        }
        return count;
    }

    private static long points(byte[] a, int from, int end) throws FormatException {
        long count = 0;
        for (int p = from; p < end; ) {
            int tagAt = p;
            int tag = (int) Wire.varint(a, p, end);
            p = Wire.afterVarint(a, p);
            int next = Wire.skip(a, tag, tagAt, p, end);
            int field = tag >>> 3;
            if ((tag & 7) == Wire.LENGTH && field < 32 && (POINT_KINDS >>> field & 1) != 0) {
                count += fieldsOne(a, (int) Wire.content(a, p, end), next);
            }
            p = next;
        }
        return count;
    }

    private static long fieldsOne(byte[] a, int from, int end) throws FormatException {
        long count = 0;
        for (int p = from; p < end; ) {
            int tagAt = p;
            int tag = (int) Wire.varint(a, p, end);
            p = Wire.skip(a, tag, tagAt, Wire.afterVarint(a, p), end);
            count += tag == (1 << 3 | Wire.LENGTH) ? 1 : 0;
        }
        return count;
    }

    private long jsonRecords(byte[] a, int from, int end) throws MalformedRequestException {
        String[] path = signal == OtlpResponses.Signal.LOGS
                ? new String[] {"resourceLogs", "scopeLogs", "logRecords"}
                : new String[] {"resourceMetrics", "scopeMetrics", "metrics", "", "dataPoints"};
        try {
            reader.start(a, from, end);
            reader.expect('{', "an object with " + path[0]);
            long count = records(path, 0);
            reader.expectEnd();
            return count;
        } catch (FormatException e) {
            throw JsonErrors.malformed(e, a, from, name());
        } finally {
            reader.end();
        }
    }

    /** Counts what stands in the arrays at the end of {@code path} below the object just opened; "" is any object. */
    private long records(String[] path, int level) throws FormatException {
        String wanted = path[level];
        boolean last = level + 1 == path.length;
        long count = 0;
        for (boolean first = true; reader.more(first, '}'); first = false) {
            reader.name();
            boolean here = wanted.isEmpty()
                    || reader.textEnd() - reader.textFrom() < 50
                            && reader.text().equals(wanted);
            if (here && wanted.isEmpty() && reader.peek() == '{') {
                reader.expect('{', "an object");
                count += records(path, level + 1);
            } else if (here && !wanted.isEmpty() && !reader.nullValue()) {
                reader.expect('[', "an array for " + wanted);
                for (boolean one = true; reader.more(one, ']'); one = false) {
                    if (last) {
                        reader.skipValue();
                        count++;
                    } else {
                        reader.expect('{', "an object in " + wanted);
                        count += records(path, level + 1);
                    }
                }
            } else if (!here || wanted.isEmpty()) {
                reader.skipValue();
            }
        }
        return count;
    }

    private String name() {
        return signal.name().toLowerCase(Locale.ROOT);
    }
}
