package io.clew.store.log;

import io.clew.store.Damage;
import io.clew.store.files.FileHandle;
import io.clew.store.files.Files;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One open file of the log and what of it is in use. Used by the log's thread alone. */
final class Segment {
    private static final int CHUNK = 1 << 18;

    final Path file;
    final FileHandle handle;
    /** Size of the file; the last {@link SegmentHeader#BYTES} hold the header's copy. */
    final long capacity;
    /** Null while the file is not in use. */
    @Nullable
    SegmentHeader header;
    /** Where the next record goes. */
    long end = SegmentHeader.BYTES;
    /** Largest sequence in it that counts; smaller than the header's first one when there is none. */
    long lastSequence;
    /**
     * Whether it may hold records that are void, or deleted spans: such a file is deleted, not used again, lest they come
     * back to life.
     */
    boolean inDoubt;

    Segment(Path file, FileHandle handle, long capacity) {
        this.file = file;
        this.handle = handle;
        this.capacity = capacity;
    }

    boolean hasRoom(long bytes) {
        return end + bytes <= capacity - SegmentHeader.BYTES;
    }

    /** Gives the file its next use; durable with the first force after it. */
    void begin(SegmentHeader next) throws IOException {
        ByteBuffer bytes = next.encode();
        handle.write(bytes, 0);
        handle.write(bytes.clear(), capacity - SegmentHeader.BYTES);
        header = next;
        end = SegmentHeader.BYTES;
        lastSequence = next.firstSequence() - 1;
    }

    /** Whether a file of this size can be a segment. */
    static boolean isPossible(long size) {
        return size >= 2 * SegmentHeader.BYTES && size <= Integer.MAX_VALUE - 8;
    }

    /** What says so of one that cannot. */
    static Damage impossible(Path file, long size) {
        return new Damage(file, size, "it ends here, and " + size + " bytes is no size of a log segment");
    }

    /**
     * Reads the header, or its copy when the header is damaged, and notes damage.
     *
     * @return false when the file has none: it was never used, or cannot be read
     */
    boolean findHeader(List<Damage> damage) throws IOException {
        byte[] first = headerAt(0);
        SegmentHeader found = SegmentHeader.decode(file, first);
        if (found == null) {
            found = SegmentHeader.decode(file, headerAt(capacity - SegmentHeader.BYTES));
            if (!allZero(first) && (found != null || !isFresh())) {
                damage.add(new Damage(
                        file,
                        0,
                        found == null
                                ? "header of a log segment: its records cannot be read"
                                : "header of a log segment: its copy is used, nothing is lost"));
            }
        }
        header = found;
        return found != null;
    }

    /** Whether a file without a header was allocated and never begun, so that it may be used. */
    boolean isUnused() throws IOException {
        return allZero(headerAt(0)) || isFresh();
    }

    private byte[] headerAt(long offset) throws IOException {
        byte[] bytes = new byte[SegmentHeader.BYTES];
        handle.read(ByteBuffer.wrap(bytes), offset);
        return bytes;
    }

    /** Whether nothing was ever written after the header: it has been allocated, perhaps begun, never more. */
    boolean isFresh() throws IOException {
        byte[] magic = new byte[4];
        handle.read(ByteBuffer.wrap(magic), SegmentHeader.BYTES);
        return allZero(magic);
    }

    /** All bytes of the file. */
    byte[] read() throws IOException {
        byte[] bytes = new byte[(int) capacity];
        ByteBuffer chunk = ByteBuffer.allocateDirect((int) Math.min(CHUNK, Math.max(capacity, 1)));
        for (int at = 0; at < bytes.length; at += chunk.limit()) {
            chunk.clear().limit(Math.min(chunk.capacity(), bytes.length - at));
            try {
                handle.read(chunk, at);
            } catch (IOException failure) {
                throw new IOException(file + " cannot be read at offset " + at + ": " + failure.getMessage(), failure);
            }
            chunk.flip().get(bytes, at, chunk.limit());
        }
        return bytes;
    }

    /** Writes what is in use once more, unchanged, so that the next force writes it to the disk whatever happened before. */
    void rewrite() throws IOException {
        byte[] bytes = read();
        ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK);
        for (int at = 0; at < end; at += CHUNK) {
            chunk.clear().put(bytes, at, (int) Math.min(CHUNK, end - at)).flip();
            handle.write(chunk, at);
        }
    }

    /** May be called again after it failed. */
    void closeAndDelete(Files files) throws IOException {
        handle.close();
        if (files.exists(file)) {
            files.delete(file);
        }
    }

    static boolean allZero(byte[] bytes) {
        return Arrays.equals(bytes, new byte[bytes.length]);
    }
}
