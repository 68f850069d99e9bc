package io.clew.model;

/**
 * Turns one request, exactly as it was received, into rows of a {@link SpanBatch}. The server decodes requests with it
 * when they arrive; the store decodes the same bytes again when it replays its log after a crash, so a decoder must give
 * the same rows for the same bytes, and a codec number once released keeps its meaning for ever.
 *
 * <p>An instance holds scratch memory and is for one thread at a time.
 */
public interface RequestDecoder {
    /** The number that log records carry for requests this decoder reads, 1 to 255; see {@link SourceProtocol}. */
    int codec();

    /**
     * Appends the request's spans to {@code into}. Spans that must be refused (bad ids, bad UTF-8, nesting too deep) are
     * reported to {@code refusals} and leave no row. When the request as a whole cannot be read, {@code into} may hold
     * rows of its readable beginning, which the caller must discard.
     *
     * @param refusals takes the positions refused, or, on replay, says which they were
     * @throws MalformedRequestException when the body cannot be decompressed or decoded, or exceeds the limits
     */
    void decode(SourceRequest request, DecodeLimits limits, SpanBatch into, Refusals refusals)
            throws MalformedRequestException;
}
