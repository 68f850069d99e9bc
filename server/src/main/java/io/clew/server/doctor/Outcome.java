package io.clew.server.doctor;

/** What came of trying a {@link Target}. */
sealed interface Outcome {

    /** The peer answered an empty export as OTLP wants it. */
    record Accepted() implements Outcome {}

    /** The host's name has no address. */
    record UnknownHost() implements Outcome {}

    /** The host is there, and nothing listens on the port. */
    record Refused() implements Outcome {}

    /**
     * No connection came about.
     *
     * @param reason what the system says: timed out, no route
     */
    record Unreachable(String reason) implements Outcome {}

    /** Cleartext was spoken to a port that wants TLS. */
    record WantsTls() implements Outcome {}

    /** TLS was spoken to a port of cleartext. */
    record NoTls() implements Outcome {}

    /**
     * The TLS certificate is not trusted or not for this host.
     *
     * @param reason what the TLS library says
     */
    record Untrusted(String reason) implements Outcome {}

    /** gRPC needs HTTP/2, and the peer speaks HTTP/1 only. */
    record OnlyHttp1() implements Outcome {}

    /** The peer did not understand HTTP/1 and speaks HTTP/2 only, as gRPC servers do. */
    record OnlyHttp2() implements Outcome {}

    /**
     * An HTTP answer that is not OTLP's success.
     *
     * @param status HTTP status code
     * @param contentType of the answer, empty when it has none
     */
    record HttpAnswer(int status, String contentType) implements Outcome {}

    /**
     * A gRPC status other than OK.
     *
     * @param status gRPC status code
     * @param message what the peer says about it, maybe empty
     */
    record GrpcAnswer(int status, String message) implements Outcome {}

    /**
     * A connection, and then no answer that makes sense.
     *
     * @param reason timed out, closed, what was read
     */
    record NoAnswer(String reason) implements Outcome {}
}
