package io.clew.store.block;

import io.clew.store.Damage;
import io.clew.store.DamagedException;
import io.clew.store.files.FileHandle;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.zip.CRC32C;

/**
 * One block's file as pages: bytes followed by the CRC32C of them. Whatever is wrong with a page (wrong checksum, beyond
 * the end, unreadable, content that makes no sense) is a {@link DamagedException}. Thread-safe.
 */
final class BlockFile {
    /** Bytes of a page's checksum. */
    static final int CHECKSUM = 4;

    final Path path;
    final PageCache cache;
    final long size;
    private final FileHandle handle;
    private final long number;
    private final AtomicBoolean damaged;

    /** @param damaged set when something is found; shared by all that read the same file */
    BlockFile(Path path, FileHandle handle, PageCache cache, AtomicBoolean damaged) throws IOException {
        this.path = path;
        this.handle = handle;
        this.cache = cache;
        this.damaged = damaged;
        this.size = handle.size();
        this.number = cache.newFile();
    }

    /** The content of the page of {@code length} bytes at {@code offset}, decoded by {@code decoder}, cached. */
    <P extends PageCache.Page> P page(long offset, int length, Function<ByteSource, P> decoder) {
        return cache.get(number, offset, 0, () -> decode(offset, length, decoder));
    }

    /**
     * Something worked out from the page at {@code offset} and others, cached beside it.
     *
     * @param what from 1 on, a number of its own among all that is worked out at that offset
     */
    <P extends PageCache.Page> P derived(long offset, int what, java.util.function.Supplier<P> maker) {
        return derived(offset, what, maker, _ -> true);
    }

    /** As {@link #derived(long, int, java.util.function.Supplier)}; only what is worth {@code keeping} is cached. */
    <P extends PageCache.Page> P derived(
            long offset, int what, java.util.function.Supplier<P> maker, java.util.function.Predicate<P> keeping) {
        return cache.get(number, offset, what, () -> guarded(offset, maker), keeping);
    }

    /** As {@link #page}, not cached. The decoder keeps nothing of the array it reads from. */
    <T> T decode(long offset, int length, Function<ByteSource, T> decoder) {
        requireInside(offset, length);
        ReadBuffers buffers = cache.buffers();
        byte[] bytes = buffers.borrow(length + CHECKSUM + LongCodec.BITS_SLACK);
        try {
            read(offset, length, bytes);
            return guarded(offset, () -> decoder.apply(new ByteSource(bytes, 0, length)));
        } finally {
            buffers.giveBack(bytes);
        }
    }

    /** Runs what may fail on content that makes no sense, and names the page it came from. */
    <T> T guarded(long offset, java.util.function.Supplier<T> work) {
        try {
            return work.get();
        } catch (DamagedException e) {
            throw e;
        } catch (IndexOutOfBoundsException
                | NegativeArraySizeException
                | ArithmeticException
                | IllegalStateException
                | IllegalArgumentException
                | com.github.luben.zstd.ZstdException e) {
            throw damaged(offset, e);
        }
    }

    /** Reads a page and holds its checksum against it. The array has the checksum behind the content. */
    byte[] read(long offset, int length) {
        requireInside(offset, length);
        byte[] bytes = new byte[length + CHECKSUM];
        read(offset, length, bytes);
        return bytes;
    }

    private void requireInside(long offset, int length) {
        if (offset < 0 || length < 0 || offset > size - CHECKSUM - length) {
            throw noted(
                    new DamagedException(path, offset, "a page of " + length + " bytes runs past the end, " + size));
        }
    }

    private void read(long offset, int length, byte[] bytes) {
        try {
            handle.read(ByteBuffer.wrap(bytes, 0, length + CHECKSUM), offset);
        } catch (IOException e) {
            throw damaged(offset, e);
        }
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        int stored = (int) ByteSink.INT.get(bytes, length);
        if ((int) crc.getValue() != stored) {
            throw noted(new DamagedException(path, offset, "the checksum of a page of " + length + " bytes is wrong"));
        }
    }

    /** Fills the buffer with the file's bytes at {@code offset}, unchecked. */
    void copy(long offset, ByteBuffer into) {
        try {
            handle.read(into, offset);
        } catch (IOException e) {
            throw damaged(offset, e);
        }
    }

    DamagedException damaged(long offset, Exception cause) {
        DamagedException damaged = new DamagedException(path, offset, String.valueOf(cause.getMessage()));
        damaged.initCause(cause);
        return noted(damaged);
    }

    /** Makes known that something is not as it was written. */
    DamagedException noted(DamagedException found) {
        damaged.set(true);
        cache.damage().note(Damage.of(found));
        return found;
    }

    /** Whether something read so far was not as it was written. */
    boolean isDamaged() {
        return damaged.get();
    }

    AtomicBoolean damaged() {
        return damaged;
    }

    void close() throws IOException {
        cache.forget(number);
        handle.close();
    }
}
