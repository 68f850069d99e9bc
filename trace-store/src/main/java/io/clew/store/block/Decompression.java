package io.clew.store.block;

import com.github.luben.zstd.ZstdDecompressCtx;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.IntFunction;

/** Reads what {@link Compression} wrote. Thread-safe: each call borrows one of the native contexts kept here. */
final class Decompression implements AutoCloseable {
    private final ConcurrentLinkedQueue<ZstdDecompressCtx> idle = new ConcurrentLinkedQueue<>();

    /** Arrays of sections from which numbers are only read. */
    private final ReadBuffers passing = new ReadBuffers();

    /** Reads a section of {@code rawLength} bytes into a fresh array. */
    byte[] section(ByteSource in, int rawLength) {
        return section(in, rawLength, byte[]::new);
    }

    /** Reads a section of {@code rawLength} bytes into an array, perhaps a longer one, that is given back once it is read. */
    byte[] borrowSection(ByteSource in, int rawLength) {
        return section(in, rawLength, passing::borrow);
    }

    private byte[] section(ByteSource in, int rawLength, IntFunction<byte[]> room) {
        long head = in.varint();
        boolean compressed = (head & 1) != 0;
        int stored = Math.toIntExact(head >>> 1);
        int from = in.skip(stored);
        if (rawLength < 0) {
            throw new IllegalStateException("a section of negative length");
        }
        if (!compressed && stored != rawLength) {
            throw new IllegalStateException("a section holds " + stored + " bytes, expected " + rawLength);
        }
        byte[] raw = room.apply(rawLength);
        if (compressed) {
            decompress(in.array, from, stored, raw, rawLength);
        } else {
            System.arraycopy(in.array, from, raw, 0, rawLength);
        }
        return raw;
    }

    /** Takes an array back that {@link #borrowSection} gave. */
    void giveBack(byte[] section) {
        passing.giveBack(section);
    }

    private void decompress(byte[] array, int from, int stored, byte[] raw, int rawLength) {
        ZstdDecompressCtx context = idle.poll();
        if (context == null) {
            context = new ZstdDecompressCtx();
            context.setMagicless(true);
        }
        try {
            int length = context.decompressByteArray(raw, 0, rawLength, array, from, stored);
            if (length != rawLength) {
                throw new IllegalStateException("a section holds " + length + " bytes, expected " + rawLength);
            }
        } finally {
            idle.add(context);
        }
    }

    @Override
    public void close() {
        for (ZstdDecompressCtx context; (context = idle.poll()) != null; ) {
            context.close();
        }
    }
}
