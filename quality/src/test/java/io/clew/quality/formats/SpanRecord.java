package io.clew.quality.formats;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A span as the files hold it. Texts are bytes, each a character of the same number.
 *
 * @param start null when unset
 * @param end null when unset
 */
record SpanRecord(
        long traceHigh,
        long traceLow,
        boolean shortTraceId,
        long spanId,
        long parentId,
        @Nullable Long start,
        @Nullable Long end,
        long received,
        int protocol,
        String name,
        String message,
        String state,
        int kind,
        int status,
        int flags,
        List<Integer> dropped,
        List<Value> attributes,
        List<Event> events,
        List<Link> links,
        Owner resource,
        Owner scope) {
    /** An attribute: a text's bytes, or the number of the others. */
    record Value(String key, int type, String value) {}

    record Event(long time, String name, int dropped, List<Value> attributes) {}

    record Link(
            long traceHigh, long traceLow, long spanId, String state, int flags, int dropped, List<Value> attributes) {}

    /** A resource (of no name and version) or a scope. */
    record Owner(String name, String version, String schemaUrl, int dropped, List<Value> attributes) {}

    /** Whether a type's value is a text: 1, 5, 6 and 7. */
    static boolean isText(int type) {
        return type == 1 || type >= 5;
    }
}
