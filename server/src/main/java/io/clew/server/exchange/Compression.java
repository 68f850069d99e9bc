package io.clew.server.exchange;

import com.github.luben.zstd.ZstdInputStream;
import com.github.luben.zstd.ZstdOutputStream;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** How a whole file is compressed. */
public enum Compression {
    NONE(""),
    GZIP(".gz"),
    ZSTD(".zst");

    private static final int BUFFER = 256 << 10;
    private static final int ZSTD_LEVEL = 3;

    private final String suffix;

    Compression(String suffix) {
        this.suffix = suffix;
    }

    /** What file names end with, the dot included. */
    String suffix() {
        return suffix;
    }

    /** A stream that compresses into another. */
    public OutputStream compress(OutputStream out) throws IOException {
        return switch (this) {
            case NONE -> out;
            case GZIP -> new GZIPOutputStream(out, BUFFER);
            case ZSTD ->
                new ZstdOutputStream(out, ZSTD_LEVEL).setCloseFrameOnFlush(true).setChecksum(true);
        };
    }

    /** How a file is compressed that begins with these bytes. */
    static Compression of(byte[] first) {
        if (first.length >= 2 && (first[0] & 0xFF) == 0x1F && (first[1] & 0xFF) == 0x8B) {
            return GZIP;
        }
        return isZstd(first) ? ZSTD : NONE;
    }

    /** The stream with a buffer in which {@link #peek} can look. */
    static BufferedInputStream buffered(InputStream in) {
        return new BufferedInputStream(in, BUFFER);
    }

    /** A stream without this compression; several streams in a row are read as one. */
    BufferedInputStream decompress(BufferedInputStream in) throws IOException {
        return switch (this) {
            case NONE -> in;
            case GZIP -> buffered(new GZIPInputStream(in, BUFFER));
            case ZSTD -> buffered(new ZstdInputStream(in).setContinuous(false));
        };
    }

    /** Whether these bytes begin a zstd frame. */
    static boolean isZstd(byte[] first) {
        return first.length >= 4
                && (first[0] & 0xFF) == 0x28
                && (first[1] & 0xFF) == 0xB5
                && first[2] == 0x2F
                && (first[3] & 0xFF) == 0xFD;
    }

    /** The next bytes, fewer at the end, left to be read. */
    static byte[] peek(BufferedInputStream in, int count) throws IOException {
        in.mark(count);
        byte[] bytes = in.readNBytes(count);
        in.reset();
        return bytes;
    }
}
