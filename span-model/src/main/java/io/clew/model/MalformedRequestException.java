package io.clew.model;

/** A request that cannot be read as a whole. The message names what is wrong and where, and is safe to send back. */
public final class MalformedRequestException extends Exception {
    private static final long serialVersionUID = 1;

    /** What kind of answer the sender is due. */
    public enum Reason {
        /** The bytes are not what the content type or encoding says: HTTP 400, gRPC INVALID_ARGUMENT. */
        UNDECODABLE,
        /** Larger than allowed, before or after decompression: HTTP 413, gRPC RESOURCE_EXHAUSTED. */
        TOO_LARGE
    }

    private final Reason reason;

    public MalformedRequestException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }
}
