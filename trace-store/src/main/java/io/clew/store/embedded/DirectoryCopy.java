package io.clew.store.embedded;

import io.clew.store.StoreCopy;
import io.clew.store.files.CrashPoints;
import io.clew.store.files.FileCopy;
import io.clew.store.files.Files;
import io.clew.store.log.LossFile;
import io.clew.store.manifest.BlockEntry;
import io.clew.store.manifest.Manifest;
import io.clew.store.manifest.ManifestFile;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a directory that opens as the store a manifest describes: its block files, linked or else copied, and last the
 * manifest. For one copy.
 */
final class DirectoryCopy {
    private final Files files;
    private final Path from;
    private final Path to;
    private final List<Path> made = new ArrayList<>();
    private long linkedBytes;
    private long copiedBytes;

    /** @param from the store's directory; the blocks of the manifest stay in it until the copy is made */
    DirectoryCopy(Files files, Path from, Path to) {
        this.files = files;
        this.from = from;
        this.to = to.toAbsolutePath().normalize();
    }

    /**
     * Makes the copy, durable when this returns.
     *
     * @throws FileAlreadyExistsException when the target is neither missing nor empty
     */
    StoreCopy make(Manifest manifest) throws IOException {
        if (files.exists(to)
                && (!java.nio.file.Files.isDirectory(to) || !files.list(to).isEmpty())) {
            throw new FileAlreadyExistsException(to.toString(), null, "it is there already and not an empty directory");
        }
        EmbeddedStore.makeDirectory(files, to);
        boolean done = false;
        try {
            for (BlockEntry entry : manifest.blocks()) {
                block(BlockFiles.file(from, entry.id()), BlockFiles.file(to, entry.id()));
            }
            Path losses = from.resolve(LossFile.NAME);
            if (files.exists(losses)) {
                // What is missing here is missing there.
                made.add(to.resolve(LossFile.NAME));
                boolean _ = FileCopy.linkOrCopy(files, losses, to.resolve(LossFile.NAME));
            }
            files.forceDirectory(to);
            CrashPoints.at("copy.before-manifest");
            ManifestFile.writeFirst(files, to, manifest);
            done = true;
            return new StoreCopy(
                    to,
                    manifest.spansStored(),
                    manifest.tracesStored(),
                    manifest.blocks().size(),
                    linkedBytes,
                    copiedBytes);
        } finally {
            if (!done) {
                removeWhatWasMade();
            }
        }
    }

    private void block(Path file, Path copy) throws IOException {
        made.add(copy);
        long size;
        try {
            size = files.size(file);
        } catch (NoSuchFileException missing) {
            // Missing here as it is there, and so found and named by whoever opens the copy.
            return;
        }
        if (FileCopy.linkOrCopy(files, file, copy)) {
            linkedBytes += size;
        } else {
            copiedBytes += size;
        }
    }

    /** The failure that led here is being thrown; what cannot be removed stays, without a manifest. */
    private void removeWhatWasMade() {
        made.add(to.resolve(ManifestFile.NAME + ".new"));
        made.add(to.resolve(ManifestFile.NAME));
        made.add(to);
        for (Path file : made) {
            try {
                if (files.exists(file)) {
                    files.delete(file);
                }
            } catch (IOException left) {
                return;
            }
        }
    }
}
