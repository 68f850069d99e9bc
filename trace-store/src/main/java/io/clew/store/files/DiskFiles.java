package io.clew.store.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/** {@link Files} on the disk, through {@link FileChannel}. Stateless. */
public final class DiskFiles implements Files {
    @Override
    public FileHandle open(Path file, Mode mode) throws IOException {
        OpenOption[] options = switch (mode) {
            case READ -> new OpenOption[] {StandardOpenOption.READ};
            case READ_WRITE -> new OpenOption[] {StandardOpenOption.READ, StandardOpenOption.WRITE};
            case CREATE_NEW ->
                new OpenOption[] {StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW};
        };
        try {
            return new DiskFileHandle(file, FileChannel.open(file, options), mode == Mode.READ);
        } catch (IOException failure) {
            throw mode == Mode.CREATE_NEW ? DiskFullException.recognise(file, 1, failure) : failure;
        }
    }

    @Override
    public void createDirectories(Path directory) throws IOException {
        try {
            java.nio.file.Files.createDirectories(directory);
        } catch (IOException failure) {
            throw DiskFullException.recognise(directory, 1, failure);
        }
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
        try {
            java.nio.file.Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failure) {
            throw DiskFullException.recognise(to, 1, failure);
        }
    }

    @Override
    public void link(Path file, Path alias) throws IOException {
        java.nio.file.Files.createLink(alias, file);
    }

    @Override
    public void delete(Path file) throws IOException {
        java.nio.file.Files.delete(file);
    }

    @Override
    public boolean exists(Path file) {
        return java.nio.file.Files.exists(file);
    }

    @Override
    public List<Path> list(Path directory) throws IOException {
        try (Stream<Path> entries = java.nio.file.Files.list(directory)) {
            return entries.sorted().toList();
        }
    }

    @Override
    public long size(Path file) throws IOException {
        return java.nio.file.Files.size(file);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public long usableSpace(Path path) throws IOException {
        return java.nio.file.Files.getFileStore(path).getUsableSpace();
    }
}
