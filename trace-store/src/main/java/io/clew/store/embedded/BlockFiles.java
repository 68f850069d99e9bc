package io.clew.store.embedded;

import io.clew.store.files.Files;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How block files are named in a store's directory. */
public final class BlockFiles {
    private static final Pattern NAME = Pattern.compile("block-([0-9a-f]{16})\\.clew");

    private BlockFiles() {}

    /** The file of the block of this number. */
    public static Path file(Path directory, long id) {
        return directory.resolve("block-%016x.clew".formatted(id));
    }

    /** The number of the block whose file this is; empty when it is none. */
    public static OptionalLong id(Path file) {
        Matcher name = NAME.matcher(file.getFileName().toString());
        return name.matches() ? OptionalLong.of(Long.parseUnsignedLong(name.group(1), 16)) : OptionalLong.empty();
    }

    /** Files in the directory that are named as blocks are, by number. */
    public static List<Path> list(Files files, Path directory) throws IOException {
        return files.list(directory).stream()
                .filter(file -> id(file).isPresent())
                .toList();
    }
}
