package io.clew.store.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clew.store.files.Files.Mode;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskFilesTest {
    @TempDir
    Path root;

    private final Files files = new DiskFiles();

    @Test
    void writesAndReadsAtPositions() throws IOException {
        Path file = root.resolve("file");
        try (FileHandle handle = files.open(file, Mode.CREATE_NEW)) {
            handle.preallocate(600_000);
            handle.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), 500_000);
            handle.preallocate(10);
            handle.force();
            assertThat(handle.size()).isEqualTo(600_000);
        }
        try (FileHandle handle = files.open(file, Mode.READ)) {
            ByteBuffer read = ByteBuffer.allocate(5);
            handle.read(read, 499_999);
            assertThat(read.array()).containsExactly(0, 1, 2, 3, 0);
            assertThatThrownBy(() -> handle.read(ByteBuffer.allocate(5), 599_998))
                    .isInstanceOf(EOFException.class)
                    .hasMessageContaining("file")
                    .hasMessageContaining("600000");
        }
    }

    @Test
    void modesWantWhatTheySay() throws IOException {
        Path file = root.resolve("file");
        assertThatThrownBy(() -> files.open(file, Mode.READ)).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> files.open(file, Mode.READ_WRITE)).isInstanceOf(NoSuchFileException.class);
        files.open(file, Mode.CREATE_NEW).close();
        assertThatThrownBy(() -> files.open(file, Mode.CREATE_NEW)).isInstanceOf(FileAlreadyExistsException.class);
    }

    @Test
    void renameReplacesAndListIsSorted() throws IOException {
        files.createDirectories(root.resolve("x/y"));
        Path directory = root.resolve("x/y");
        for (String name : new String[] {"b", "a", "c"}) {
            files.open(directory.resolve(name), Mode.CREATE_NEW).close();
        }
        files.rename(directory.resolve("a"), directory.resolve("c"));
        files.forceDirectory(directory);
        assertThat(files.list(directory)).containsExactly(directory.resolve("b"), directory.resolve("c"));
        files.delete(directory.resolve("b"));
        assertThat(files.exists(directory.resolve("b"))).isFalse();
        assertThat(files.usableSpace(directory)).isPositive();
    }

    @Test
    void aClosedHandleSaysSo() throws IOException {
        Path file = root.resolve("file");
        files.open(file, Mode.CREATE_NEW).close();
        FileHandle handle = files.open(file, Mode.READ);
        handle.close();
        assertThatThrownBy(() -> handle.read(ByteBuffer.allocate(1), 0)).isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void interruptsEndNoReadAndAreKept() throws Exception {
        Path file = root.resolve("file");
        try (FileHandle handle = files.open(file, Mode.CREATE_NEW)) {
            Thread.currentThread().interrupt();
            handle.preallocate(1 << 20);
            handle.force();
            assertThat(Thread.interrupted()).isTrue();
        }
        try (FileHandle handle = files.open(file, Mode.READ)) {
            AtomicBoolean stop = new AtomicBoolean();
            AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
            Thread[] readers = new Thread[2];
            for (int i = 0; i < readers.length; i++) {
                readers[i] = Thread.ofPlatform().start(() -> {
                    ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 18);
                    try {
                        while (!stop.get()) {
                            handle.read(buffer.clear(), 1000);
                            assertThat(handle.size()).isEqualTo(1 << 20);
                        }
                    } catch (Throwable thrown) {
                        failure.set(thrown);
                    }
                });
            }
            for (int i = 0; i < 2_000; i++) {
                readers[i % 2].interrupt();
                Thread.onSpinWait();
            }
            stop.set(true);
            for (Thread reader : readers) {
                reader.join();
            }
            assertThat(failure.get()).isNull();
        }
    }
}
