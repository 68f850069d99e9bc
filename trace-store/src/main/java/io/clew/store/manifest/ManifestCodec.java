package io.clew.store.manifest;

import io.clew.model.TraceId;
import io.clew.store.DamagedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/** Manifest to bytes and back; the layout stands in {@link ManifestFile}. Stateless. */
final class ManifestCodec {
    static final int VERSION = 1;

    private static final long MAGIC = 0x0A_4E_41_4D_57_45_4C_43L; // "CLEWMAN\n"
    private static final int HEADER = 64;
    private static final int ENTRY = 80;
    private static final int TRACE_ID = 16;
    /** Flag of a block. */
    private static final int ERASE = 1;

    private ManifestCodec() {}

    static ByteBuffer encode(Manifest manifest) {
        long size = HEADER + (long) TRACE_ID * manifest.kept().size() + 4L;
        for (BlockEntry block : manifest.blocks()) {
            size += ENTRY + (long) TRACE_ID * block.deleted().size();
        }
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(size)).order(ByteOrder.LITTLE_ENDIAN);
        bytes.putLong(MAGIC).putInt(VERSION).putInt(manifest.kept().size()).putLong(size);
        bytes.putLong(manifest.generation()).putLong(manifest.nextBlockId()).putLong(manifest.coveredSequence());
        bytes.putLong(manifest.spansStored()).putLong(manifest.tracesStored());
        put(manifest.kept(), bytes);
        for (BlockEntry block : manifest.blocks()) {
            bytes.putLong(block.id())
                    .putInt(block.level())
                    .putInt(block.deleted().size());
            bytes.putLong(block.spans()).putLong(block.traces());
            bytes.putLong(block.minStart()).putLong(block.maxEnd());
            bytes.putLong(block.firstArrival()).putLong(block.lastArrival());
            bytes.putLong(block.bytes()).putInt(block.partition()).putInt(block.erase() ? ERASE : 0);
            put(block.deleted(), bytes);
        }
        return bytes.putInt(crc(bytes, bytes.position())).flip();
    }

    /**
     * Reads a whole manifest file.
     *
     * @throws DamagedException naming file and offset
     * @throws IOException naming the version, when a newer Clew wrote it
     */
    static Manifest decode(Path file, byte[] from) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(from).order(ByteOrder.LITTLE_ENDIAN);
        if (from.length < HEADER + 4) {
            throw new DamagedException(file, from.length, "it ends within its first " + (HEADER + 4) + " bytes");
        }
        if (bytes.getLong(0) != MAGIC) {
            throw new DamagedException(file, 0, "it does not begin as a manifest does");
        }
        int end = from.length - 4;
        if (bytes.getInt(end) != crc(bytes, end)) {
            throw new DamagedException(
                    file,
                    end,
                    "the checksum of the " + end + " bytes before does not match; its length field says "
                            + bytes.getLong(16));
        }
        int version = bytes.getInt(8);
        if (version != VERSION) {
            throw new IOException(file + " has manifest format version " + version
                    + ", this version of Clew reads version " + VERSION + ": start the newer Clew that wrote it");
        }
        if (bytes.getLong(16) != from.length) {
            throw new DamagedException(file, 16, "it says it has " + bytes.getLong(16) + " bytes, not " + from.length);
        }
        List<BlockEntry> blocks = new ArrayList<>();
        bytes.position(HEADER);
        int keptCount = bytes.getInt(12);
        if (keptCount < 0 || (long) TRACE_ID * keptCount > end - HEADER) {
            throw new DamagedException(file, 12, "a list of " + keptCount + " kept traces does not fit");
        }
        List<TraceId> kept = traces(keptCount, bytes);
        while (bytes.position() < end) {
            int at = bytes.position();
            if (end - at < ENTRY) {
                throw new DamagedException(file, at, "a block entry is cut short");
            }
            long id = bytes.getLong();
            int level = bytes.getInt();
            int deletedCount = bytes.getInt();
            long[] numbers = new long[8];
            bytes.asLongBuffer().get(numbers);
            bytes.position(at + ENTRY);
            if (deletedCount < 0 || (long) TRACE_ID * deletedCount > end - bytes.position()) {
                throw new DamagedException(file, at + 12, "a mask of " + deletedCount + " traces does not fit");
            }
            List<TraceId> deleted = traces(deletedCount, bytes);
            try {
                blocks.add(new BlockEntry(
                        id,
                        (int) numbers[7],
                        level,
                        numbers[0],
                        numbers[1],
                        numbers[2],
                        numbers[3],
                        numbers[4],
                        numbers[5],
                        numbers[6],
                        ((int) (numbers[7] >>> 32) & ERASE) != 0,
                        deleted));
            } catch (IllegalArgumentException disorder) {
                throw new DamagedException(file, at, String.valueOf(disorder.getMessage()));
            }
        }
        try {
            return new Manifest(
                    bytes.getLong(24),
                    bytes.getLong(32),
                    bytes.getLong(40),
                    bytes.getLong(48),
                    bytes.getLong(56),
                    kept,
                    blocks);
        } catch (IllegalArgumentException disorder) {
            throw new DamagedException(file, HEADER, String.valueOf(disorder.getMessage()));
        }
    }

    private static void put(List<TraceId> ids, ByteBuffer bytes) {
        for (TraceId id : ids) {
            bytes.putLong(id.high()).putLong(id.low());
        }
    }

    private static List<TraceId> traces(int count, ByteBuffer bytes) {
        List<TraceId> ids = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            ids.add(new TraceId(bytes.getLong(), bytes.getLong()));
        }
        return ids;
    }

    private static int crc(ByteBuffer bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.duplicate().clear().limit(length));
        return (int) crc.getValue();
    }
}
