package io.clew.store.block;

import com.github.luben.zstd.ZstdDecompressCtx;
import java.util.Arrays;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Reads what {@link Compression} wrote. Thread-safe: each call borrows one of the native contexts kept here. */
final class Decompression implements AutoCloseable {
    private final ConcurrentLinkedQueue<ZstdDecompressCtx> idle = new ConcurrentLinkedQueue<>();

    /** Reads a section of {@code rawLength} bytes into a fresh array that has {@code slack} zero bytes more. */
    byte[] section(ByteSource in, int rawLength, int slack) {
        long head = in.varint();
        boolean compressed = (head & 1) != 0;
        int stored = Math.toIntExact(head >>> 1);
        int from = in.skip(stored);
        if (rawLength < 0) {
            throw new IllegalStateException("a section of negative length");
        }
        if (!compressed) {
            if (stored != rawLength) {
                throw new IllegalStateException("a section holds " + stored + " bytes, expected " + rawLength);
            }
            return Arrays.copyOfRange(in.array, from, from + rawLength + slack);
        }
        byte[] raw = new byte[Math.addExact(rawLength, slack)];
        ZstdDecompressCtx context = idle.poll();
        if (context == null) {
            context = new ZstdDecompressCtx();
            context.setMagicless(true);
        }
        try {
            int length = context.decompressByteArray(raw, 0, rawLength, in.array, from, stored);
            if (length != rawLength) {
                throw new IllegalStateException("a section holds " + length + " bytes, expected " + rawLength);
            }
        } finally {
            idle.add(context);
        }
        return raw;
    }

    @Override
    public void close() {
        for (ZstdDecompressCtx context; (context = idle.poll()) != null; ) {
            context.close();
        }
    }
}
