package io.clew.server.otlp;

import io.clew.ingest.ByteBudget;
import io.clew.ingest.otlp.OtlpResponses;
import io.clew.model.ContentEncoding;
import io.clew.model.SourceRequest;
import io.clew.server.intake.Body;
import io.clew.server.intake.Intake;
import io.clew.server.intake.Outcome;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What happens to an exported request, whatever protocol brought it: spans are kept; records of other signals are counted
 * and answered as not taken, which a sender neither repeats nor logs as an error.
 */
public final class Exports {
    private final Intake intake;
    private final NotTaken notTaken;
    private final ByteBudget budget;

    public Exports(Intake intake, NotTaken notTaken, ByteBudget budget) {
        this.intake = intake;
        this.notTaken = notTaken;
        this.budget = budget;
    }

    /** Largest request in bytes, inclusive, before and after decompression. */
    int limit() {
        return intake.limits().maxBodyBytes();
    }

    ByteBudget budget() {
        return budget;
    }

    /** Why a request need not even be read now, if that is so. */
    Optional<Outcome> busy() {
        return intake.busy();
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
        SourceRequest request =
                new SourceRequest(encoding.codec(), compression, body.bytes(), offset, length, body.receiveTime());
        return signal == Signal.TRACES
                ? intake.take(request, body, protocol)
                : intake.run(body, () -> notTaken.count(signal, encoding, request, intake.limits()));
    }

    /** The message that answers a request which was taken. */
    static byte[] response(Signal signal, Outcome.Kept kept, boolean json) {
        String message = kept.message();
        return message == null
                ? OtlpResponses.success(json)
                : OtlpResponses.partialSuccess(signal.answered(), kept.refused(), message, json);
    }

    /** The message of an error. */
    static byte[] status(GrpcStatus status, String message, @Nullable Duration after, boolean json) {
        return OtlpResponses.status(status.code(), message, after == null ? -1 : after.toMillis(), json);
    }
}
