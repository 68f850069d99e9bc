package io.clew.ingest;

/**
 * The memory set aside for requests in flight is used up for now: HTTP 503, gRPC UNAVAILABLE, both with a time to retry
 * after. The message is safe to send back.
 */
public final class BusyException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public BusyException(String message) {
        super(message, null, false, false);
    }
}
