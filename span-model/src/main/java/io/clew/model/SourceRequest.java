package io.clew.model;

/**
 * One request as received, before decompression: what the log keeps.
 *
 * @param codec which decoder reads it; see {@link RequestDecoder#codec()}
 * @param encoding how the bytes are compressed
 * @param bytes holds the body; not copied, must not change while in use
 * @param offset where the body begins
 * @param length length of the body in bytes
 * @param receiveTime arrival, epoch nanoseconds
 */
public record SourceRequest(
        int codec, ContentEncoding encoding, byte[] bytes, int offset, int length, long receiveTime) {

    public SourceRequest {
        if (offset < 0 || length < 0 || offset > bytes.length - length) {
            throw new IllegalArgumentException(
                    "body " + offset + "+" + length + " outside of " + bytes.length + " bytes");
        }
    }
}
