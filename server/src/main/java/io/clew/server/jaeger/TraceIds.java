package io.clew.server.jaeger;

import io.clew.model.TraceId;
import java.nio.ByteBuffer;
import java.util.Base64;

/** Trace ids as Jaeger takes them in paths and parameters: hexadecimal or Base64. */
final class TraceIds {
    static final String EXPECTED = "1 to 32 hexadecimal digits, or Base64 of 8 or 16 bytes";

    private TraceIds() {}

    /**
     * Reads an id: 1 to 32 hexadecimal digits in either case, or 8 or 16 bytes in Base64, standard or URL-safe, padded or
     * not. What can be read as hexadecimal is.
     *
     * @throws IllegalArgumentException when it is neither
     */
    static TraceId parse(String text) {
        if (text.matches("[0-9a-fA-F]{1,32}")) {
            return TraceId.parse(text);
        }
        if (text.length() <= 24) {
            try {
                String standard = text.replace('-', '+').replace('_', '/');
                ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(standard));
                if (bytes.remaining() == 16) {
                    return new TraceId(bytes.getLong(), bytes.getLong());
                }
                if (bytes.remaining() == 8) {
                    return new TraceId(0, bytes.getLong());
                }
            } catch (IllegalArgumentException e) {
                // Falls through to the one message there is.
            }
        }
        throw new IllegalArgumentException("cannot read trace id '" + text + "': expected " + EXPECTED);
    }

    /** As Jaeger writes it: 32 digits, or 16 when the upper half is zero. */
    static String text(long high, long low) {
        String all = new TraceId(high, low).toString();
        return high == 0 ? all.substring(16) : all;
    }
}
