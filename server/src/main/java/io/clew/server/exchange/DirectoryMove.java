package io.clew.server.exchange;

import io.clew.store.manifest.ManifestFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Moves a copy of a store to another place, on another disk too; durable when it returns. Stateless. */
final class DirectoryMove {
    private DirectoryMove() {}

    /** @param to missing or an empty directory */
    static void move(Path from, Path to) throws IOException {
        Files.deleteIfExists(to);
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
            forceParent(to);
        } catch (FileSystemException otherDisk) {
            copy(from, to);
            for (Path file : files(from)) {
                Files.delete(file);
            }
            Files.delete(from);
        }
    }

    /** The manifest last: what has none is no store. */
    private static void copy(Path from, Path to) throws IOException {
        Files.createDirectory(to);
        List<Path> files = files(from);
        files.sort((a, b) -> Boolean.compare(a.endsWith(ManifestFile.NAME), b.endsWith(ManifestFile.NAME)));
        for (Path file : files) {
            Path copy = Files.copy(file, to.resolve(file.getFileName()));
            try (FileChannel channel = FileChannel.open(copy, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
        }
        force(to);
        forceParent(to);
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return new ArrayList<>(all.toList());
        }
    }

    private static void forceParent(Path path) throws IOException {
        Path parent = path.toAbsolutePath().getParent();
        if (parent != null) {
            force(parent);
        }
    }

    static void force(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
