package io.clew.store.verify;

import io.clew.store.Damage;
import io.clew.store.DamagedException;
import io.clew.store.block.BlockCheck;
import io.clew.store.cells.CellDirectory;
import io.clew.store.embedded.BlockFiles;
import io.clew.store.embedded.LogDirectory;
import io.clew.store.files.Files;
import io.clew.store.log.LogCheck;
import io.clew.store.log.LogDamage;
import io.clew.store.log.LossFile;
import io.clew.store.manifest.BlockEntry;
import io.clew.store.manifest.Manifest;
import io.clew.store.manifest.ManifestFile;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * Reads every byte of a store's files, changes nothing, and tells all that is damaged. The caller holds the directory's
 * lock. For one thread.
 */
public final class StoreVerifier {

    /** Hears how it goes on. */
    public interface Listener {
        /** Now {@code done} of {@code total} bytes are read; at least once a file. */
        void progress(Path file, long done, long total);

        void damaged(Damage damage);

        /** The log ends here before something that may have been acknowledged or not. */
        void doubtful(Damage place);
    }

    /**
     * What was found.
     *
     * @param blocks blocks the manifest names
     * @param bytes bytes read
     * @param records log records that are not yet in blocks
     * @param deleted deleted traces of which files still hold spans; in each block that does, a trace counts
     * @param damages places found damaged
     * @param doubtful whether the log ends before something that may have been acknowledged or not
     */
    public record Result(int blocks, long bytes, long records, long deleted, int damages, boolean doubtful) {}

    private final Files files;
    private final Path directory;
    private final Listener listener;
    private long done;
    private long total;
    private int damages;

    private StoreVerifier(Files files, Path directory, Listener listener) {
        this.files = files;
        this.directory = directory;
        this.listener = listener;
    }

    /**
     * Checks the store in this directory.
     *
     * @throws IOException when a file is of a version this program does not read, or cannot be opened
     */
    public static Result verify(Files files, Path directory, Listener listener) throws IOException {
        return new StoreVerifier(files, directory, listener).run();
    }

    private Result run() throws IOException {
        Path manifestFile = directory.resolve(ManifestFile.NAME);
        Path log = LogDirectory.of(directory);
        Manifest manifest = null;
        try {
            if (files.exists(manifestFile) || BlockFiles.list(files, directory).isEmpty()) {
                manifest = ManifestFile.read(files, directory);
            } else {
                damaged(new Damage(
                        manifestFile,
                        0,
                        "manifest, which says what counts: there are blocks, and this file is not there"));
            }
        } catch (DamagedException unreadable) {
            damaged(new Damage(
                    manifestFile, unreadable.offset(), "manifest, which says what counts: " + unreadable.what()));
        }
        if (manifest == null) {
            for (Path block : BlockFiles.list(files, directory)) {
                total += files.size(block);
            }
            for (Path block : BlockFiles.list(files, directory)) {
                block(block);
            }
            return new Result(0, done, 0, 0, damages, false);
        }
        for (BlockEntry entry : manifest.blocks()) {
            total += entry.bytes();
        }
        long logBytes = 0;
        for (Path segment : files.exists(log) ? files.list(log) : List.<Path>of()) {
            logBytes += files.size(segment);
        }
        total += logBytes;
        for (BlockEntry entry : manifest.blocks()) {
            Path block = BlockFiles.file(directory, entry.id());
            if (files.exists(block)) {
                block(block);
            } else {
                damaged(new Damage(block, 0, missing(entry)));
            }
        }
        listener.progress(log, done, total);
        LogCheck found = LogCheck.read(files, log, manifest.coveredSequence(), _ -> {});
        if (LogDirectory.isLost(files, directory)) {
            damaged(LogDirectory.loss(directory).place());
        }
        Damage doubtful = found.doubtful();
        if (doubtful != null) {
            listener.doubtful(doubtful);
        }
        LossFile losses = LossFile.open(files, directory);
        for (LogDamage damage : found.damage()) {
            if (!losses.isNoted(damage)) {
                damaged(damage.place());
            }
        }
        losses.places().forEach(this::damaged);
        done += logBytes;
        long cells = CellDirectory.check(files, directory, this::damaged);
        done += cells;
        total += cells;
        listener.progress(log, done, total);
        long deleted = manifest.blocks().stream()
                .mapToLong(entry -> entry.deleted().size())
                .sum();
        return new Result(manifest.blocks().size(), done, found.records(), deleted, damages, doubtful != null);
    }

    private static String missing(BlockEntry entry) {
        return "block of " + entry.spans() + " spans in " + entry.traces()
                + " traces: the manifest names it and the file is not there";
    }

    private void block(Path path) throws IOException {
        listener.progress(path, done, total);
        try {
            long end = done + files.size(path);
            BlockCheck.check(files, path, new BlockCheck.Listener() {
                @Override
                public void read(long bytes) {
                    done += bytes;
                    listener.progress(path, done, total);
                }

                @Override
                public void damaged(Damage damage) {
                    StoreVerifier.this.damaged(damage);
                }
            });
            // Of a block that does not open, nothing more is read.
            done = end;
            listener.progress(path, done, total);
        } catch (NoSuchFileException gone) {
            damaged(new Damage(path, 0, "the file is not there"));
        }
    }

    private void damaged(Damage damage) {
        damages++;
        listener.damaged(damage);
    }
}
