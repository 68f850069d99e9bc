package io.clew.store.log;

import io.clew.store.Damage;
import io.clew.store.files.FileHandle;
import io.clew.store.files.Files;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One open file of the log and what of it is in use. Used by the log's thread alone. */
final class Segment {
    private static final int CHUNK = 1 << 18;
    /** What is read at a time where the disk refuses more: a page of memory, 8 of the smallest sectors. */
    private static final int STEP = 1 << 12;

    /** Bytes {@code from} to {@code to - 1}, which the disk does not give back. */
    record Unreadable(int from, int to, String why) {
        boolean overlaps(int begin, int end) {
            return from < end && begin < to;
        }
    }

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
    /** As the last {@link #read} found it. */
    List<Unreadable> unreadable = List.of();

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

    /**
     * What says so of one that cannot; null when a crash leaves such a file: one of which nothing says that it has ever been
     * in its full size on the disk.
     */
    static @Nullable LogDamage impossible(Files files, Path file, long size) {
        return size <= SegmentHeader.BYTES && !SegmentMark.isSet(files, file)
                ? null
                : LogDamage.unknown(
                        new Damage(file, size, "it ends here, and " + size + " bytes is no size of a log segment"));
    }

    /** The file's size when it was made; larger than {@link #capacity} when it was cut off since. */
    private long madeSize() {
        SegmentHeader known = header;
        return known == null ? capacity : Math.max(capacity, Math.min(known.size(), Integer.MAX_VALUE - 8));
    }

    /**
     * Reads the header, or its copy when the header is damaged, and notes damage.
     *
     * @return false when the file has none: it was never used, or cannot be read
     */
    boolean findHeader(List<LogDamage> damage) throws IOException {
        byte[] first = headerAt(0);
        byte[] copy = headerAt(capacity - SegmentHeader.BYTES);
        SegmentHeader found = first == null ? null : SegmentHeader.decode(file, first);
        SegmentHeader spare = copy == null ? null : SegmentHeader.decode(file, copy);
        if (found == null && spare == null && !isUnused()) {
            damage.add(LogDamage.unknown(new Damage(file, 0, "header of a log segment: its records cannot be read")));
        } else if (found == null && spare != null && (first == null || !allZero(first))) {
            damage.add(LogDamage.harmless(
                    new Damage(file, 0, "header of a log segment: its copy is used, nothing is lost")));
            inDoubt = true;
        } else if (found != null && found.size() <= capacity && spare == null && (copy == null || !allZero(copy))) {
            // One of an earlier use, or none yet, is what a crash leaves between the two being written.
            damage.add(LogDamage.harmless(new Damage(
                    file, capacity - SegmentHeader.BYTES, "copy of the header of a log segment: nothing is lost")));
            inDoubt = true;
        }
        if (found == null) {
            found = spare;
        }
        header = found;
        return found != null;
    }

    /** Whether a file without a header was allocated and never begun, so that it may be used. */
    boolean isUnused() throws IOException {
        byte[] first = headerAt(0);
        return first != null && allZero(first) || isFresh();
    }

    /** Null when the disk does not give it back. */
    private byte @Nullable [] headerAt(long offset) throws IOException {
        return bytesAt(offset, SegmentHeader.BYTES);
    }

    private byte @Nullable [] bytesAt(long offset, int count) throws IOException {
        byte[] bytes = new byte[count];
        try {
            handle.read(ByteBuffer.wrap(bytes), offset);
            return bytes;
        } catch (EOFException shorter) {
            throw shorter;
        } catch (IOException unreadable) {
            return null;
        }
    }

    /** Whether nothing was ever written after the header: it has been allocated, perhaps begun, never more. */
    boolean isFresh() throws IOException {
        byte[] magic = bytesAt(SegmentHeader.BYTES, 4);
        return magic != null && allZero(magic);
    }

    /** All bytes of the file as it was made, zeros in place of those that are {@link #unreadable}. */
    byte[] read() throws IOException {
        byte[] bytes = new byte[(int) madeSize()];
        List<Unreadable> found = new ArrayList<>();
        ByteBuffer chunk = ByteBuffer.allocateDirect((int) Math.min(CHUNK, Math.max(capacity, 1)));
        for (int at = 0; at < capacity; at += chunk.capacity()) {
            int end = (int) Math.min(at + chunk.capacity(), capacity);
            if (read(chunk, bytes, at, end) == null) {
                continue;
            }
            for (int step = at; step < end; step += STEP) {
                int stepEnd = Math.min(step + STEP, end);
                String why = read(chunk, bytes, step, stepEnd);
                Unreadable before = found.isEmpty() ? null : found.getLast();
                if (why != null && before != null && before.to() == step) {
                    found.set(found.size() - 1, new Unreadable(before.from(), stepEnd, before.why()));
                } else if (why != null) {
                    found.add(new Unreadable(step, stepEnd, why));
                }
            }
        }
        if (capacity < bytes.length) {
            found.add(new Unreadable((int) capacity, bytes.length, "the file was cut off there"));
        }
        unreadable = List.copyOf(found);
        return bytes;
    }

    /** Reads some of the bytes; says why the disk does not give them back, or null. */
    private @Nullable String read(ByteBuffer chunk, byte[] bytes, int from, int to) throws IOException {
        chunk.clear().limit(to - from);
        try {
            handle.read(chunk, from);
        } catch (EOFException shorter) {
            throw shorter;
        } catch (IOException failure) {
            return String.valueOf(failure.getMessage());
        }
        chunk.flip().get(bytes, from, chunk.limit());
        return null;
    }

    /**
     * Writes what is in use once more, unchanged, so that the next force writes it to the disk whatever happened before.
     * What is unreadable is left as it is.
     */
    void rewrite() throws IOException {
        byte[] bytes = read();
        ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK);
        int at = 0;
        for (Unreadable gap : unreadable) {
            write(chunk, bytes, at, (int) Math.min(gap.from(), end));
            at = gap.to();
        }
        write(chunk, bytes, at, (int) end);
    }

    private void write(ByteBuffer chunk, byte[] bytes, int from, int to) throws IOException {
        for (int at = from; at < to; at += CHUNK) {
            chunk.clear().put(bytes, at, Math.min(CHUNK, to - at)).flip();
            handle.write(chunk, at);
        }
    }

    /** May be called again after it failed. */
    void closeAndDelete(Files files) throws IOException {
        handle.close();
        SegmentMark.clear(files, file);
        if (files.exists(file)) {
            files.delete(file);
        }
    }

    static boolean allZero(byte[] bytes) {
        return Arrays.equals(bytes, new byte[bytes.length]);
    }
}
