package io.clew.store.manifest;

import io.clew.store.DamagedException;
import io.clew.store.files.CrashPoints;
import io.clew.store.files.FileHandle;
import io.clew.store.files.Files;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * The file {@code MANIFEST} of a store, replaced whole: written as {@code MANIFEST.new}, forced, renamed, the directory
 * forced. At every moment, power lost or not, there is one whole manifest, the old one or the new. Callers publish one
 * after the other; {@link #current} may be called from any thread.
 *
 * <p>Format, version 1; numbers are little-endian:
 *
 * <pre>
 *  0 "CLEWMAN\n"    8 version: int = 1   12 count of kept traces: int   16 length of the file in bytes: long
 * 24 generation    32 next block id      40 covered sequence
 * 48 spans stored  56 traces stored      64 ids of the kept traces, ascending, 16 bytes each: high, low
 * then the blocks, one after the other; last, CRC32C of all before it: int
 *
 * a block:
 *  0 id: long       8 level: int         12 count of deleted traces: int
 * 16 spans         24 traces             32 smallest start  40 largest end
 * 48 first arrival 56 last arrival       64 bytes           72 partition: int  76 flags: int, 1 = rewrite soon
 * 80 deleted trace ids, ascending, 16 bytes each: high, low
 * </pre>
 *
 * Example: generation 2, next block 3, covered sequence 9, trace 5 to be kept, 5 spans of 2 traces in block 1 with trace 7
 * deleted on request:
 *
 * <pre>
 * 0000  43 4c 45 57 4d 41 4e 0a 01 00 00 00 01 00 00 00   CLEWMAN, version 1, 1 kept trace
 * 0010  b4 00 00 00 00 00 00 00 02 00 00 00 00 00 00 00   180 bytes, generation 2
 * 0020  03 00 00 00 00 00 00 00 09 00 00 00 00 00 00 00   next block 3, covered 9
 * 0030  05 00 00 00 00 00 00 00 02 00 00 00 00 00 00 00   5 spans, 2 traces
 * 0040  00 00 00 00 00 00 00 00 05 00 00 00 00 00 00 00   kept: trace 5
 * 0050  01 00 00 00 00 00 00 00 00 00 00 00 01 00 00 00   block 1, level 0, 1 deleted
 * 0060  06 00 00 00 00 00 00 00 03 00 00 00 00 00 00 00   6 spans, 3 traces
 * 0070  e8 03 00 00 00 00 00 00 d0 07 00 00 00 00 00 00   from 1000 to 2000
 * 0080  b8 0b 00 00 00 00 00 00 a0 0f 00 00 00 00 00 00   arrived from 3000 to 4000
 * 0090  f4 01 00 00 00 00 00 00 00 00 00 00 01 00 00 00   500 bytes; day 0, to be rewritten
 * 00a0  00 00 00 00 00 00 00 00 07 00 00 00 00 00 00 00   deleted: trace 7
 * 00b0  cb 66 49 37                                       CRC32C
 * </pre>
 */
public final class ManifestFile {
    /** The file's name. */
    public static final String NAME = "MANIFEST";

    private final Files files;
    private final Path directory;
    private final Path file;
    private final Path next;
    private volatile Manifest current;

    private ManifestFile(Files files, Path directory, Manifest current) {
        this.files = files;
        this.directory = directory;
        this.file = directory.resolve(NAME);
        this.next = directory.resolve(NAME + ".new");
        this.current = current;
    }

    /**
     * Reads the manifest; a directory without one is an empty store.
     *
     * @throws DamagedException naming file and offset: then the store must not be opened, for what is in it cannot be told
     * @throws IOException also when a newer version wrote it
     */
    public static ManifestFile open(Files files, Path directory) throws IOException {
        if (!files.exists(directory.resolve(NAME))) {
            return new ManifestFile(files, directory, Manifest.EMPTY);
        }
        Manifest found = read(files, directory);
        // A rename that only the page cache knows must not be built on.
        files.forceDirectory(directory);
        return new ManifestFile(files, directory, found);
    }

    /** For a manifest made anew: what stands there now is not read, and replaced by the first publication. */
    public static ManifestFile anew(Files files, Path directory) {
        return new ManifestFile(files, directory, Manifest.EMPTY);
    }

    /** As {@link #open}, changing nothing: for looking only. */
    public static Manifest read(Files files, Path directory) throws IOException {
        Path file = directory.resolve(NAME);
        if (!files.exists(file)) {
            return Manifest.EMPTY;
        }
        byte[] bytes;
        try (FileHandle handle = files.open(file, Files.Mode.READ)) {
            bytes = new byte[(int) Math.min(handle.size(), Integer.MAX_VALUE - 8)];
            handle.read(ByteBuffer.wrap(bytes), 0);
        }
        return ManifestCodec.decode(file, bytes);
    }

    /** The manifest last published or read. */
    public Manifest current() {
        return current;
    }

    /**
     * Makes this the manifest, durably.
     *
     * @param manifest its generation is one more than the current one's
     * @throws IOException when that failed. The old manifest is still current and readers of this object go on with it,
     *     but after a crash either may be found: nothing the new one names may be deleted before a later publication
     *     succeeded.
     */
    public synchronized void publish(Manifest manifest) throws IOException {
        if (manifest.generation() != current.generation() + 1) {
            throw new IllegalArgumentException(
                    "generation " + manifest.generation() + " does not follow " + current.generation());
        }
        write(manifest);
        current = manifest;
    }

    /** Makes this the manifest of a directory that has none, durably; what it names must be there. */
    public static void writeFirst(Files files, Path directory, Manifest manifest) throws IOException {
        new ManifestFile(files, directory, Manifest.EMPTY).write(manifest);
    }

    private void write(Manifest manifest) throws IOException {
        ByteBuffer bytes = ManifestCodec.encode(manifest);
        if (files.exists(next)) {
            files.delete(next);
        }
        try (FileHandle handle = files.open(next, Files.Mode.CREATE_NEW)) {
            handle.write(bytes, 0);
            handle.force();
        }
        CrashPoints.at("publish.before-rename");
        files.rename(next, file);
        CrashPoints.at("publish.after-rename");
        files.forceDirectory(directory);
    }

    /**
     * Deletes what the current manifest does not name.
     *
     * @param blocks the directory whose entries are looked at, files or directories of files
     * @param named whether the current manifest names this entry
     * @return what was deleted
     */
    public List<Path> sweep(Path blocks, Predicate<Path> named) throws IOException {
        List<Path> swept = new ArrayList<>();
        for (Path entry : files.list(blocks)) {
            if (!named.test(entry)) {
                swept.add(entry);
            }
        }
        for (Path entry : swept) {
            if (java.nio.file.Files.isDirectory(entry)) {
                for (Path part : files.list(entry)) {
                    files.delete(part);
                }
            }
            files.delete(entry);
        }
        return swept;
    }
}
