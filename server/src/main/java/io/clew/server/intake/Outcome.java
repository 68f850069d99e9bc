package io.clew.server.intake;

import io.clew.model.MalformedRequestException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What became of a request with spans. */
public sealed interface Outcome {
    /**
     * Kept, but for the refused spans, which must not be sent again.
     *
     * @param refused spans that were not kept
     * @param message what is wrong with the first of them, or null when none was refused
     */
    record Kept(long refused, @Nullable String message) implements Outcome {}

    /** Nothing kept; sending the same again cannot help. */
    record Unreadable(MalformedRequestException.Reason reason, String message) implements Outcome {}

    /** Nothing kept, or not known to be; sending it again later is right. */
    record TryLater(String message, Duration after) implements Outcome {}
}
