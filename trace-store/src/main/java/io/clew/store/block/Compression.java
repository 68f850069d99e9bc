package io.clew.store.block;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import java.io.Closeable;

/**
 * Writes sections: bytes in zstd when that saves at least a twentieth, else as they are. A section is
 * {@code varint(stored length * 2 + compressed)} and the stored bytes; the reader knows the raw length. Frames carry no
 * magic, size or checksum (the page has one). For one thread; holds native memory until closed.
 */
final class Compression implements Closeable {
    /** For numbers, where more effort gains nothing. */
    static final int FAST = 1;
    /** For text. */
    static final int DENSE = 3;

    private static final int TOO_SHORT = 24;

    private final ZstdCompressCtx fast = context(FAST);
    private final ZstdCompressCtx dense = context(DENSE);

    private static ZstdCompressCtx context(int level) {
        ZstdCompressCtx context = new ZstdCompressCtx();
        context.setLevel(level);
        context.setMagicless(true);
        context.setContentSize(false);
        context.setChecksum(false);
        return context;
    }

    void section(byte[] raw, int offset, int length, int level, ByteSink out) {
        if (length > TOO_SHORT) {
            int bound = Math.toIntExact(Zstd.compressBound(length));
            int head = 5;
            out.reserve(head + bound);
            int stored = (level == FAST ? fast : dense)
                    .compressByteArray(out.array, out.length + head, bound, raw, offset, length);
            if (stored < length - length / 20) {
                int from = out.length + head;
                out.varint((long) stored << 1 | 1);
                System.arraycopy(out.array, from, out.array, out.length, stored);
                out.length += stored;
                return;
            }
        }
        out.varint((long) length << 1);
        out.bytes(raw, offset, length);
    }

    @Override
    public void close() {
        fast.close();
        dense.close();
    }
}
