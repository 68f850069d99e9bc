package io.clew.traceql;

import io.clew.store.Damage;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What a search found.
 *
 * @param traces newest first
 * @param nextCursor where the next page begins; null when there is none. A search that was cut
 *     short goes on from there, perhaps to an empty page, never past a match; null too when it was cut before its first trace
 * @param total matching traces of the window, pages before and after this one included; empty unless asked for and the
 *     search was complete
 * @param complete false when the deadline or a cancellation cut the search short
 * @param inspectedTraces traces whose spans were looked at
 * @param inspectedSpans spans of those
 * @param missed places in files that could not be read: matching traces may be missing, from the total too
 */
public record SearchResult(
        List<TraceSummary> traces,
        @Nullable String nextCursor,
        OptionalLong total,
        boolean complete,
        long inspectedTraces,
        long inspectedSpans,
        List<Damage> missed) {}
