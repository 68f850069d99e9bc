package io.clew.server.otlp;

import io.clew.ingest.ByteBudget;
import io.clew.model.ContentEncoding;
import io.clew.server.intake.Body;
import io.clew.server.intake.Intake;
import io.clew.server.intake.Outcome;
import java.util.concurrent.CompletableFuture;

/**
 * What happens to an exported request, whatever protocol brought it: spans are kept; records of other signals are counted
 * and answered as not taken, which a sender neither repeats nor logs as an error.
 */
public final class Exports {
    private final Intake intake;
    private final ByteBudget budget;

    public Exports(Intake intake, ByteBudget budget) {
        this.intake = intake;
        this.budget = budget;
    }

    /** Largest request in bytes, inclusive, before and after decompression. */
    int limit() {
        return intake.limits().maxBodyBytes();
    }

    ByteBudget budget() {
        return budget;
    }

    /**
     * Takes a request and sees to the body being closed.
     *
     * @param offset where in the body the request begins
     * @param length bytes of the request
     * @param protocol label in counters
     */
    CompletableFuture<Outcome> take(
            Signal signal,
            Body body,
            int offset,
            int length,
            Encoding encoding,
            ContentEncoding compression,
            String protocol) {
        if (signal == Signal.TRACES) {
            return intake.take(body, offset, length, encoding.codec(), compression, protocol);
        }
        body.close();
        return CompletableFuture.completedFuture(new Outcome.Kept(0, null));
    }
}
