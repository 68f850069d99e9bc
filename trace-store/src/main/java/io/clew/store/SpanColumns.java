package io.clew.store;

import java.util.Collection;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link TraceScan} has to give of each span. Always: ids, parent, start and end, name, kind, status code, the whole
 * resource, links. The rest (status message, trace state, flags, dropped counts, receive time, scope, events, other
 * attributes) may be missing unless everything is asked for; reading less is faster.
 */
public final class SpanColumns {
    /** Everything there is. */
    public static final SpanColumns ALL = new SpanColumns(null);

    private final @Nullable Set<String> attributes;

    private SpanColumns(@Nullable Set<String> attributes) {
        this.attributes = attributes;
    }

    /** What is always given, and those attributes of spans that have one of these keys. */
    public static SpanColumns withAttributes(Collection<String> keys) {
        return new SpanColumns(Set.copyOf(keys));
    }

    public boolean areAll() {
        return attributes == null;
    }

    /** Whether an attribute of spans has to be given. */
    public boolean hasAttribute(String key) {
        return attributes == null || attributes.contains(key);
    }
}
