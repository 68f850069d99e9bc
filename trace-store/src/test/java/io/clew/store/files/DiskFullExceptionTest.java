package io.clew.store.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which failures are of a full disk, and which only happen where nothing is free. */
class DiskFullExceptionTest {
    @TempDir
    Path scratch;

    private boolean isFull(IOException failure, Path file) {
        return DiskFullException.recognise(file, Long.MAX_VALUE, failure) instanceof DiskFullException;
    }

    @Test
    void textOrTooLittleRoomSaysSo() {
        Path file = scratch.resolve("file");
        assertThat(isFull(new IOException("No space left on device"), file)).isTrue();
        assertThat(isFull(new IOException("Auf dem Gerät ist kein Speicherplatz mehr verfügbar"), file))
                .isTrue();
    }

    @Test
    void whatNoRoomWouldMendIsNone() {
        Path file = scratch.resolve("file");
        assertThat(isFull(new NoSuchFileException("file"), file)).isFalse();
        assertThat(isFull(new AccessDeniedException("file"), file)).isFalse();
        // Where there is /proc it has no room at all, full or not.
        assertThat(isFull(new IOException("Operation not permitted"), Path.of("/proc/file")))
                .isFalse();
    }
}
