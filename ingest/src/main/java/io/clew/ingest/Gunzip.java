package io.clew.ingest;

import io.clew.model.MalformedRequestException;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * GZIP members (RFC 1952), one after the other, with their check sums verified; zeros behind the last one are padding.
 * Reuses one inflater. For one thread.
 */
final class Gunzip {
    private static final int HEADER = 10;
    private static final int TRAILER = 8;

    private static final int HEADER_CRC = 2;
    private static final int EXTRA = 4;
    private static final int NAME = 8;
    private static final int COMMENT = 16;
    private static final int RESERVED = 0xE0;

    private final Inflater inflater = new Inflater(true);
    private final CRC32 crc = new CRC32();

    /** Writes the content of all members to {@code out} and returns its length. */
    int inflate(byte[] a, int offset, int length, Decompressor.Output out) throws MalformedRequestException {
        int end = offset + length;
        int written = 0;
        int p = offset;
        do {
            p = header(a, p, end);
            int memberStart = written;
            inflater.reset();
            inflater.setInput(a, p, end - p);
            crc.reset();
            try {
                while (!inflater.finished()) {
                    if (written == out.room()) {
                        out.grow();
                    }
                    int n = inflater.inflate(out.array(), written, out.room() - written);
                    crc.update(out.array(), written, n);
                    written += n;
                    if (n == 0 && !inflater.finished() && written < out.room()) {
                        throw Decompressor.damaged(
                                "gzip", inflater.needsDictionary() ? "it asks for a dictionary" : cutOff(length));
                    }
                }
            } catch (DataFormatException e) {
                throw Decompressor.damaged(
                        "gzip", e.getMessage() + " near byte " + (end - inflater.getRemaining() - offset));
            }
            p = end - inflater.getRemaining();
            if (end - p < TRAILER) {
                throw Decompressor.damaged("gzip", cutOff(length));
            }
            if (littleEndian(a, p) != (int) crc.getValue()) {
                throw Decompressor.damaged("gzip", "the check sum of its content is wrong");
            }
            if (littleEndian(a, p + 4) != written - memberStart) {
                throw Decompressor.damaged("gzip", "the length of its content is wrong");
            }
            p += TRAILER;
        } while (!padding(a, p, end));
        return written;
    }

    /** The position behind a member's header. */
    private static int header(byte[] a, int at, int end) throws MalformedRequestException {
        if (end - at < 2 || a[at] != 0x1F || a[at + 1] != (byte) 0x8B) {
            throw Decompressor.damaged("gzip", end == at ? "it is empty" : "it does not begin with 1f 8b");
        }
        if (end - at < HEADER) {
            throw Decompressor.damaged("gzip", "it is cut off within its header");
        }
        int flags = a[at + 3];
        if (a[at + 2] != 8 || (flags & RESERVED) != 0) {
            throw Decompressor.damaged("gzip", "its header asks for what RFC 1952 does not define");
        }
        int p = at + HEADER;
        if ((flags & EXTRA) != 0) {
            p += 2 + (end - p >= 2 ? a[p] & 0xFF | (a[p + 1] & 0xFF) << 8 : 0);
        }
        for (int text = NAME; text <= COMMENT; text <<= 1) {
            if ((flags & text) != 0) {
                while (p < end && a[p] != 0) {
                    p++;
                }
                p++;
            }
        }
        if ((flags & HEADER_CRC) != 0) {
            p += 2;
        }
        if (p > end) {
            throw Decompressor.damaged("gzip", "it is cut off within its header");
        }
        return p;
    }

    private static boolean padding(byte[] a, int at, int end) {
        for (int p = at; p < end; p++) {
            if (a[p] != 0) {
                return false;
            }
        }
        return true;
    }

    private static String cutOff(int length) {
        return "it is cut off after " + length + " bytes";
    }

    private static int littleEndian(byte[] a, int at) {
        return a[at] & 0xFF | (a[at + 1] & 0xFF) << 8 | (a[at + 2] & 0xFF) << 16 | a[at + 3] << 24;
    }
}
