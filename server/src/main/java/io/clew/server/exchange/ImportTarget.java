package io.clew.server.exchange;

import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Where imported messages go; thread-safe. */
interface ImportTarget extends Closeable {
    /**
     * Brings a message to where it is durable, waiting while the target is busy.
     *
     * @throws IOException when nothing can be brought there any more
     */
    Outcome take(Message message) throws IOException, InterruptedException;

    /** Distinct spans stored there now. */
    long spansStored() throws IOException;

    /** Where it is, in words that differ between targets. */
    String name();

    @Override
    void close() throws IOException;

    /**
     * What became of a message.
     *
     * @param spans spans of it that are kept, repeats of what was stored included
     * @param refused spans of it that are not kept
     * @param wrong why spans, or the message as a whole, are not kept; null when all are
     */
    record Outcome(int spans, int refused, @Nullable String wrong) {
        static Outcome unreadable(String wrong) {
            return new Outcome(0, 0, wrong);
        }
    }
}
