package io.clew.server.store;

import io.clew.store.DamagedException;
import io.clew.store.StoreOnDisk;
import io.clew.store.embedded.BlockFiles;
import io.clew.store.files.DamagedFiles;
import io.clew.store.files.DiskFiles;
import io.clew.store.manifest.BlockEntry;
import io.clew.store.manifest.ManifestFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What lies in a data directory and is not the store: copies, damaged files set aside, blocks that the manifest does not
 * name. Traces deleted from the store may still be there. Stateless.
 */
final class PlacesLeftOut {
    private static final String MAY_HOLD = " not read, and may hold traces deleted since; ";

    private PlacesLeftOut() {}

    /** A line for each such place with something in it, which says how it is removed. */
    static List<String> of(Path directory) throws IOException {
        List<String> lines = new ArrayList<>();
        List<Path> unnamed = unnamedBlocks(directory);
        if (!unnamed.isEmpty()) {
            lines.add(directory + ": " + Progress.count(unnamed.size(), "block file")
                    + " that the manifest does not name, " + unnamed.getFirst().getFileName()
                    + (unnamed.size() == 1 ? "," : " and others,") + MAY_HOLD
                    + "the next start of a server removes " + (unnamed.size() == 1 ? "it" : "them"));
        }
        Path copies = directory.resolve(StoreOnDisk.COPIES);
        int held = entries(copies);
        if (held > 0) {
            lines.add(copies + ": " + Progress.count(held, "snapshot") + "," + MAY_HOLD
                    + "remove the directories of those that nobody needs");
        }
        Path damaged = directory.resolve(DamagedFiles.NAME);
        held = entries(damaged);
        if (held > 0) {
            lines.add(damaged + ": " + Progress.count(held, "file") + " set aside," + MAY_HOLD
                    + "remove the directory when nobody needs it");
        }
        return lines;
    }

    private static List<Path> unnamedBlocks(Path directory) throws IOException {
        try {
            Set<Long> named = ManifestFile.read(new DiskFiles(), directory).blocks().stream()
                    .map(BlockEntry::id)
                    .collect(Collectors.toSet());
            if (!Files.exists(directory.resolve(ManifestFile.NAME))) {
                return List.of();
            }
            return BlockFiles.list(new DiskFiles(), directory).stream()
                    .filter(file -> {
                        OptionalLong id = BlockFiles.id(file);
                        return id.isPresent() && !named.contains(id.getAsLong());
                    })
                    .toList();
        } catch (DamagedException toldAlready) {
            return List.of();
        }
    }

    private static int entries(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return 0;
        }
        try (Stream<Path> all = Files.list(directory)) {
            return (int) all.count();
        }
    }
}
