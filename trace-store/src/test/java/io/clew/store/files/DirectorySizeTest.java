package io.clew.store.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectorySizeTest {
    @TempDir
    Path directory;

    @Test
    void aFileThatIsGoneWhenItIsMeasuredCostsOnlyItself() throws IOException {
        Files.createSymbolicLink(directory.resolve("a"), directory.resolve("gone"));
        Files.write(directory.resolve("b"), new byte[5]);
        Files.write(Files.createDirectory(directory.resolve("c")).resolve("d"), new byte[7]);
        Files.write(directory.resolve("e"), new byte[11]);
        assertThat(DirectorySize.of(new DiskFiles(), directory, _ -> true)).isEqualTo(23);
        assertThat(DirectorySize.of(new DiskFiles(), directory, file -> !file.endsWith("c")))
                .isEqualTo(16);
    }

    @Test
    void aDirectoryThatIsNotThereTakesNothing() {
        assertThat(DirectorySize.of(new DiskFiles(), directory.resolve("none"), _ -> true))
                .isZero();
    }
}
