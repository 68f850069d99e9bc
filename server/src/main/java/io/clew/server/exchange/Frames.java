package io.clew.server.exchange;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.jspecify.annotations.Nullable;

/** Messages one after the other, before each its length as 4 bytes, the highest first. Stateless. */
public final class Frames {
    /** Longest message that is read, bytes: somewhat more than a request may have. */
    static final int LONGEST = 256 << 20;

    private Frames() {}

    public static void write(byte[] message, int offset, int length, OutputStream out) throws IOException {
        out.write(length >>> 24);
        out.write(length >>> 16);
        out.write(length >>> 8);
        out.write(length);
        out.write(message, offset, length);
    }

    /**
     * The next message, or null at the end.
     *
     * @throws EOFException when the stream ends within a message
     * @throws IOException when a length cannot be one
     */
    static byte @Nullable [] read(InputStream in) throws IOException {
        int first = in.read();
        if (first < 0) {
            return null;
        }
        byte[] rest = in.readNBytes(3);
        if (rest.length < 3) {
            throw new EOFException("it ends within the length of a message");
        }
        int length = first << 24 | (rest[0] & 0xFF) << 16 | (rest[1] & 0xFF) << 8 | rest[2] & 0xFF;
        if (length < 0 || length > LONGEST) {
            throw new IOException("a message cannot have " + Integer.toUnsignedString(length) + " bytes, at most "
                    + LONGEST + ": no file of messages with their lengths before them");
        }
        byte[] message = in.readNBytes(length);
        if (message.length < length) {
            throw new EOFException("it ends after " + message.length + " of the " + length + " bytes of a message");
        }
        return message;
    }
}
