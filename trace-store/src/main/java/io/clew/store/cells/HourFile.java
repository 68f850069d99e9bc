package io.clew.store.cells;

import io.clew.store.DamagedException;
import io.clew.store.KeptCells;
import io.clew.store.files.FileHandle;
import io.clew.store.files.Files;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The head of an hour's file: which minutes it knows, and where their cells are. {@code docs/formats/kept-cells.md} has it byte
 * by byte. Immutable.
 */
final class HourFile {
    static final long MAGIC = 0x0A4C4543_57454C43L;
    static final int VERSION = 1;
    /** The slot of the cell of all minutes; those of the minutes come after it. */
    static final int WHOLE = 0;

    static final int SLOTS = 1 + KeptCells.HOUR;
    /** At most so much is read or written at once. */
    private static final int PIECE = 1 << 16;

    static final int BYTES = 32 + SLOTS * 8 + 4;

    private final Path file;
    private final long hour;
    private final long known;
    private final int[] lengths;
    private final int[] checksums;

    private HourFile(Path file, long hour, long known, int[] lengths, int[] checksums) {
        this.file = file;
        this.hour = hour;
        this.known = known;
        this.lengths = lengths;
        this.checksums = checksums;
    }

    /**
     * The head of a file to be written.
     *
     * @param given by slot, what is new; null where that of {@code before} stays
     */
    static HourFile of(Path file, long hour, long known, byte[][] given, @Nullable HourFile before) {
        int[] lengths = new int[SLOTS];
        int[] checksums = new int[SLOTS];
        for (int slot = 0; slot < SLOTS; slot++) {
            byte[] bytes = given[slot];
            if (bytes != null) {
                lengths[slot] = bytes.length;
                checksums[slot] = crc(bytes, bytes.length);
            } else if (before != null) {
                lengths[slot] = before.lengths[slot];
                checksums[slot] = before.checksums[slot];
            }
        }
        return new HourFile(file, hour, known, lengths, checksums);
    }

    /** Writes the file that {@link #of} with the same arguments made the head of. */
    void write(Files files, byte[][] given, @Nullable HourFile before, FileHandle to) throws IOException {
        to.write(encode(), 0);
        try (FileHandle from = before == null ? null : files.open(before.file, Files.Mode.READ)) {
            byte[] piece = new byte[PIECE];
            for (int slot = 0; slot < SLOTS; slot++) {
                for (int at = 0; at < lengths[slot]; at += PIECE) {
                    int length = Math.min(PIECE, lengths[slot] - at);
                    ByteBuffer bytes = ByteBuffer.wrap(piece, 0, length);
                    if (given[slot] != null) {
                        bytes = ByteBuffer.wrap(given[slot], at, length);
                    } else if (from != null && before != null) {
                        from.read(bytes, before.offset(slot) + at);
                        bytes.flip();
                    }
                    to.write(bytes, offset(slot) + at);
                }
            }
        }
    }

    /** Reads the head of a file, which must be that of this hour. */
    static HourFile read(Path file, long hour, FileHandle handle) throws IOException {
        long size = handle.size();
        if (size < BYTES) {
            throw new DamagedException(file, 0, "cells of an hour: it is cut off at " + size + " bytes");
        }
        ByteBuffer bytes = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        handle.read(bytes, 0);
        bytes.flip();
        if (bytes.getLong(0) != MAGIC || bytes.getInt(8) != VERSION) {
            throw new DamagedException(file, 0, "cells of an hour: it does not begin as a file of version 1");
        }
        if (crc(bytes.array(), BYTES - 4) != bytes.getInt(BYTES - 4)) {
            throw new DamagedException(file, 0, "cells of an hour: the checksum of the head is wrong");
        }
        if (bytes.getLong(16) != hour) {
            throw new DamagedException(file, 16, "cells of an hour: they are those of hour " + bytes.getLong(16));
        }
        int[] lengths = new int[SLOTS];
        int[] checksums = new int[SLOTS];
        for (int slot = 0; slot < SLOTS; slot++) {
            lengths[slot] = bytes.getInt(32 + slot * 8);
            if (lengths[slot] < 0) {
                throw new DamagedException(file, 32 + slot * 8, "cells of an hour: a length is below 0");
            }
            checksums[slot] = bytes.getInt(36 + slot * 8);
        }
        HourFile head = new HourFile(file, hour, bytes.getLong(24), lengths, checksums);
        if (head.size() != size) {
            throw new DamagedException(
                    file, BYTES, "cells of an hour: there are " + size + " bytes in place of " + head.size());
        }
        return head;
    }

    private ByteBuffer encode() {
        ByteBuffer bytes = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(MAGIC).putInt(VERSION).putInt(0).putLong(hour).putLong(known);
        for (int slot = 0; slot < SLOTS; slot++) {
            bytes.putInt(lengths[slot]).putInt(checksums[slot]);
        }
        bytes.putInt(crc(bytes.array(), BYTES - 4));
        return bytes.flip();
    }

    /** The bytes of a slot; none when it is empty. */
    byte[] slot(FileHandle handle, int slot) throws IOException {
        byte[] bytes = new byte[lengths[slot]];
        for (int at = 0; at < bytes.length; at += PIECE) {
            handle.read(ByteBuffer.wrap(bytes, at, Math.min(PIECE, bytes.length - at)), offset(slot) + at);
        }
        if (crc(bytes, bytes.length) != checksums[slot]) {
            throw new DamagedException(
                    file,
                    offset(slot),
                    "cells of an hour: the checksum of "
                            + (slot == WHOLE ? "the whole hour's" : "minute " + (slot - 1) + "'s") + " is wrong");
        }
        return bytes;
    }

    /** Reads all of it. */
    static HourFile check(Files files, Path file, long hour) throws IOException {
        try (FileHandle handle = files.open(file, Files.Mode.READ)) {
            HourFile head = read(file, hour, handle);
            for (int slot = 0; slot < SLOTS; slot++) {
                byte[] _ = head.slot(handle, slot);
            }
            return head;
        }
    }

    static int crc(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }

    long known() {
        return known;
    }

    int length(int slot) {
        return lengths[slot];
    }

    /** Where the bytes of a slot begin. */
    private long offset(int slot) {
        long offset = BYTES;
        for (int before = 0; before < slot; before++) {
            offset += lengths[before];
        }
        return offset;
    }

    /** Bytes of the file. */
    long size() {
        return offset(SLOTS);
    }
}
