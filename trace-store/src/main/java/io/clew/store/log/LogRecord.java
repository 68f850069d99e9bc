package io.clew.store.log;

import io.clew.model.ContentEncoding;
import io.clew.model.DecodeLimits;
import io.clew.model.SourceRequest;
import java.nio.file.Path;

/**
 * A record as replayed. The bytes are shared with the log and valid only during the visit.
 *
 * @param file the segment it stands in
 * @param at where it begins there
 * @param sequence the number {@link Log#append} gave
 * @param signal {@link Log#SPANS}
 * @param codec the decoder's number, 0 to 255; 0 is {@link BatchCodec}
 * @param codecVersion the version of that decoder when the request came
 * @param encoding how the body is compressed
 * @param receiveTime arrival, epoch nanoseconds
 * @param limits what the request was first read with
 * @param refusedPositions spans refused then, ascending
 * @param bytes holds the body
 * @param offset where the body begins
 * @param length length of the body in bytes
 */
public record LogRecord(
        Path file,
        int at,
        long sequence,
        byte signal,
        int codec,
        int codecVersion,
        ContentEncoding encoding,
        long receiveTime,
        DecodeLimits limits,
        int[] refusedPositions,
        byte[] bytes,
        int offset,
        int length) {

    /** The request to decode again; shares the bytes. */
    public SourceRequest request() {
        return new SourceRequest(codec, encoding, bytes, offset, length, receiveTime);
    }
}
