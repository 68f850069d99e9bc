package io.clew.server.config;

/**
 * What senders may ask of the server.
 *
 * @param bodyBytes largest request body after decompression, bytes
 * @param depth deepest nesting of attribute values
 * @param inFlight memory of all requests in flight together; a share is of the heap
 */
public record Limits(int bodyBytes, int depth, Size inFlight) {
    public static final Limits DEFAULT = new Limits(64 << 20, 100, new Size(0, 25));
}
