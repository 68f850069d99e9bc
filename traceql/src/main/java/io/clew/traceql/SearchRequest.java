package io.clew.traceql;

import io.clew.store.Position;
import io.clew.store.Window;
import org.jspecify.annotations.Nullable;

/**
 * What a search is to answer.
 *
 * @param window a trace is in it when it overlaps it
 * @param limit most traces in the answer, at least 1
 * @param after only traces after this position, from {@link PageCursor}; null = from the newest on
 * @param wantTotal whether to count all matching traces of the window, which reads all that may match
 * @param spansPerTrace most matched spans shown of a trace, at least 0
 */
public record SearchRequest(
        Window window, int limit, @Nullable Position after, boolean wantTotal, int spansPerTrace) {
    public static final int DEFAULT_LIMIT = 20;
    public static final int DEFAULT_SPANS_PER_TRACE = 3;

    public SearchRequest {
        if (limit < 1) {
            throw new IllegalArgumentException("limit must be at least 1, read " + limit);
        }
        if (spansPerTrace < 0) {
            throw new IllegalArgumentException("spansPerTrace must be at least 0, read " + spansPerTrace);
        }
    }

    /** The newest traces of all time. */
    public static SearchRequest newest(int limit) {
        return new SearchRequest(Window.ALL, limit, null, false, DEFAULT_SPANS_PER_TRACE);
    }
}
