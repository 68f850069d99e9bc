package io.clew.store.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What the first 64 bytes of a segment say; the last 64 are a copy. Layout in {@link Log}.
 *
 * @param number position of the segment in the log; strictly ascending, new with each use of the file
 * @param salt random; mixed into the checksum of each record of this use
 * @param firstSequence records of lower-numbered segments with this sequence or a larger one are void
 * @param forced largest sequence known durable when the segment was begun
 * @param size of the file in bytes; on the disk before the header was written
 */
record SegmentHeader(long number, long salt, long firstSequence, long forced, long size) {
    static final int BYTES = 64;
    static final int VERSION = 1;

    private static final long MAGIC = 0x0A_47_4F_4C_57_45_4C_43L; // "CLEWLOG\n"

    ByteBuffer encode() {
        ByteBuffer bytes = ByteBuffer.allocateDirect(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(MAGIC).putInt(VERSION).putInt(0);
        bytes.putLong(number)
                .putLong(salt)
                .putLong(firstSequence)
                .putLong(forced)
                .putLong(size);
        return bytes.putInt(60, crc(bytes)).clear();
    }

    /**
     * Reads 64 bytes.
     *
     * @return null when they are not a whole header
     * @throws IOException naming the file, when a newer version wrote it
     */
    static @Nullable SegmentHeader decode(Path file, byte[] from) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(from).order(ByteOrder.LITTLE_ENDIAN);
        if (bytes.getLong(0) != MAGIC || bytes.getInt(60) != crc(bytes)) {
            return null;
        }
        int version = bytes.getInt(8);
        if (version != VERSION) {
            throw new IOException(file + " has log format version " + version + ", this version of Clew reads version "
                    + VERSION + ": start the newer Clew that wrote it");
        }
        return new SegmentHeader(
                bytes.getLong(16), bytes.getLong(24), bytes.getLong(32), bytes.getLong(40), bytes.getLong(48));
    }

    private static int crc(ByteBuffer bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate().clear().limit(60));
        return (int) crc.getValue();
    }
}
