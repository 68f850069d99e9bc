package io.clew.server.exchange;

import io.clew.server.store.DirectoryCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the export that a directory holds says of its files; of those it does not name, nothing. Immutable. */
final class ExportedFiles {
    private final Path directory;
    private final Map<Path, ExportedFile> files;
    private final List<String> wrong;

    private ExportedFiles(Path directory, Map<Path, ExportedFile> files, List<String> wrong) {
        this.directory = directory;
        this.files = files;
        this.wrong = wrong;
    }

    static ExportedFiles none() {
        return new ExportedFiles(Path.of(""), Map.of(), List.of());
    }

    /** Of a directory that is to be imported as a whole, or of the one in which a file to be imported lies. */
    static ExportedFiles around(Path source) {
        boolean whole = Files.isDirectory(source);
        Path directory = whole ? source : source.toAbsolutePath().getParent();
        if (directory == null) {
            return none();
        }
        try {
            ExportState state = ExportState.read(directory);
            if (state == null) {
                return none();
            }
            Map<Path, ExportedFile> files = new TreeMap<>();
            state.files().forEach(file -> files.put(directory.resolve(file.name()), file));
            return new ExportedFiles(
                    directory,
                    files,
                    files.keySet().stream()
                            .filter(file -> whole && !Files.exists(file))
                            .map(file -> file + " is not there any more, and was exported")
                            .toList());
        } catch (IOException e) {
            return whole
                    ? new ExportedFiles(
                            directory,
                            Map.of(),
                            List.of(DirectoryCommand.reason(e)
                                    + "; whether the files beside it are as they were exported cannot be told"))
                    : none();
        }
    }

    /** What is wrong with the export itself, a line each. */
    List<String> wrong() {
        return wrong;
    }

    /** In what a file is not what was exported, in words; null when it is, or was not. */
    @Nullable
    String differs(Path file) {
        ExportedFile known = files.get(file);
        return known == null ? null : known.differs(directory);
    }
}
