package io.clew.server.exchange;

import io.clew.model.SpanBatch;
import io.clew.store.Position;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some spans on their way out of a store.
 *
 * @param spans the spans of one or more traces; whoever takes the chunk may keep it until it takes the next
 * @param reached the place in the order of traces up to which everything is out with this chunk, or null when its last
 *     trace goes on in the next one
 * @param traces how many traces end in it
 */
public record SpanChunk(SpanBatch spans, @Nullable Position reached, int traces) {
    /** Where chunks come from; for one thread. */
    public interface Source extends AutoCloseable {
        /** The next chunk, or null at the end. */
        @Nullable
        SpanChunk next() throws java.io.IOException;

        /** Lines that name the damaged places met so far: what stood in them is in no chunk. */
        List<String> missed();

        @Override
        void close() throws java.io.IOException;
    }
}
