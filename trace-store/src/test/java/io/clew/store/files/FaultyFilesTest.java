package io.clew.store.files;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clew.store.files.FaultyFiles.Kind;
import io.clew.store.files.FaultyFiles.Operation;
import io.clew.store.files.Files.Mode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The double must lose exactly what a disk may lose, or the tests that rest on it prove nothing. */
class FaultyFilesTest {
    private static final int SEEDS = 60;

    @TempDir
    Path root;

    private final FaultyFiles files = new FaultyFiles(new DiskFiles());

    @Test
    void whatWasForcedSurvivesEverySeed() throws IOException {
        for (int seed = 0; seed < SEEDS; seed++) {
            Path file = root.resolve("kept" + seed);
            write(file, Mode.CREATE_NEW, "forced", true);
            files.forceDirectory(root);
            files.losePower(seed);
            assertThat(file).hasContent("forced");
        }
    }

    @Test
    void unforcedBytesSurviveWhollyNotAtAllOrByPage() throws IOException {
        Set<String> outcomes = new HashSet<>();
        for (int seed = 0; seed < SEEDS; seed++) {
            Path file = root.resolve("torn" + seed);
            try (FileHandle handle = files.open(file, Mode.CREATE_NEW)) {
                handle.preallocate(8 * Unsynced.PAGE);
                handle.force();
                files.forceDirectory(root);
                byte[] ones = new byte[8 * Unsynced.PAGE];
                Arrays.fill(ones, (byte) '1');
                handle.write(ByteBuffer.wrap(ones), 0);
            }
            files.losePower(seed);
            byte[] left = java.nio.file.Files.readAllBytes(file);
            assertThat(left).hasSize(8 * Unsynced.PAGE);
            StringBuilder pages = new StringBuilder();
            for (int page = 0; page < 8; page++) {
                byte first = left[page * Unsynced.PAGE];
                for (int i = 0; i < Unsynced.PAGE; i++) {
                    assertThat(left[page * Unsynced.PAGE + i]).isEqualTo(first);
                }
                pages.append(first == 0 ? '-' : '1');
            }
            outcomes.add(pages.toString());
        }
        assertThat(outcomes).contains("--------", "11111111").hasSizeGreaterThan(10);
    }

    @Test
    void directoryChangesNotForcedAreUndoneOrNot() throws IOException {
        Set<String> outcomes = new HashSet<>();
        for (int seed = 0; seed < SEEDS; seed++) {
            Path directory = root.resolve("d" + seed);
            files.createDirectories(directory);
            files.forceDirectory(root);
            write(directory.resolve("old"), Mode.CREATE_NEW, "old", true);
            write(directory.resolve("gone"), Mode.CREATE_NEW, "gone", true);
            files.forceDirectory(directory);
            write(directory.resolve("new"), Mode.CREATE_NEW, "new", true);
            files.rename(directory.resolve("new"), directory.resolve("old"));
            files.delete(directory.resolve("gone"));
            files.losePower(seed);
            String old = java.nio.file.Files.readString(directory.resolve("old"));
            assertThat(old).isIn("old", "new");
            outcomes.add(old + files.exists(directory.resolve("gone")));
            if (files.exists(directory.resolve("gone"))) {
                assertThat(directory.resolve("gone")).hasContent("gone");
            }
        }
        assertThat(outcomes).containsExactlyInAnyOrder("oldtrue", "oldfalse", "newtrue", "newfalse");
    }

    @Test
    void aDirectoryNotForcedInItsParentIsLostWithAllInIt() throws IOException {
        Set<Boolean> outcomes = new HashSet<>();
        for (int seed = 0; seed < SEEDS; seed++) {
            Path directory = root.resolve("young" + seed);
            files.createDirectories(directory);
            write(directory.resolve("file"), Mode.CREATE_NEW, "x", true);
            files.forceDirectory(directory);
            files.losePower(seed);
            assertThat(files.exists(directory.resolve("file"))).isEqualTo(files.exists(directory));
            outcomes.add(files.exists(directory));
        }
        assertThat(outcomes).containsExactlyInAnyOrder(true, false);
    }

    @Test
    void aFailedForceLeavesTheBytesReadableButNeverDurable() throws IOException {
        Path file = root.resolve("file");
        try (FileHandle handle = files.open(file, Mode.CREATE_NEW)) {
            handle.preallocate(6);
            handle.force();
            files.forceDirectory(root);
            handle.write(ByteBuffer.wrap("lost!!".getBytes(UTF_8)), 0);
            files.fail(Operation.FORCE, "file", Kind.IO_ERROR).times(1);
            assertThatThrownBy(handle::force).isInstanceOf(IOException.class);
            ByteBuffer read = ByteBuffer.allocate(6);
            handle.read(read, 0);
            assertThat(new String(read.array(), UTF_8)).isEqualTo("lost!!");
            handle.force();
        }
        files.losePower(1);
        assertThat(java.nio.file.Files.readAllBytes(file)).isEqualTo(new byte[6]);
    }

    @Test
    void faultsStrikeWhereAndWhenTheyWereScripted() throws IOException {
        try (FileHandle handle = files.open(root.resolve("a.log"), Mode.CREATE_NEW);
                FileHandle other = files.open(root.resolve("b"), Mode.CREATE_NEW)) {
            FaultyFiles.Fault fault =
                    files.fail(Operation.WRITE, ".log", Kind.DISK_FULL).after(1).times(1);
            handle.write(ByteBuffer.wrap(new byte[4]), 0);
            other.write(ByteBuffer.wrap(new byte[4]), 0);
            assertThatThrownBy(() -> handle.write(ByteBuffer.wrap(new byte[4]), 4))
                    .isInstanceOf(DiskFullException.class)
                    .hasMessageContaining("a.log");
            handle.write(ByteBuffer.wrap(new byte[4]), 4);
            assertThat(fault.struck()).isEqualTo(1);
            files.fail(Operation.WRITE, ".log", Kind.SHORT_WRITE);
            assertThatThrownBy(() -> handle.write(ByteBuffer.wrap(new byte[] {1, 1, 1, 1}), 8))
                    .hasMessageContaining("wrote 2 of 4");
            assertThat(handle.size()).isEqualTo(10);
        }
    }

    @Test
    void aSmallDiskFillsAndGivesRoomBack() throws IOException {
        files.freeSpace(10);
        Path file = root.resolve("file");
        try (FileHandle handle = files.open(file, Mode.CREATE_NEW)) {
            handle.write(ByteBuffer.wrap(new byte[8]), 0);
            handle.write(ByteBuffer.wrap(new byte[8]), 0);
            assertThatThrownBy(() -> handle.preallocate(16)).isInstanceOf(DiskFullException.class);
            assertThat(files.usableSpace(root)).isEqualTo(2);
        }
        files.delete(file);
        assertThat(files.usableSpace(root)).isEqualTo(10);
    }

    @Test
    void aHeldForceWaitsUntilReleased() throws Exception {
        try (FileHandle handle = files.open(root.resolve("file"), Mode.CREATE_NEW)) {
            FaultyFiles.HeldForce held = files.holdForce();
            CompletableFuture<Void> force = CompletableFuture.runAsync(() -> {
                try {
                    handle.force();
                } catch (IOException failure) {
                    throw new java.io.UncheckedIOException(failure);
                }
            });
            held.awaitHeld();
            assertThat(force).isNotDone();
            held.release();
            force.get(2, TimeUnit.MINUTES);
        }
    }

    @Test
    void afterTheCutNothingWorksUntilPowerIsBack() throws IOException {
        Path file = root.resolve("file");
        FileHandle handle = files.open(file, Mode.CREATE_NEW);
        files.cutPowerAfter(1);
        handle.write(ByteBuffer.wrap(new byte[4]), 0);
        assertThatThrownBy(handle::force).hasMessageContaining("power is off");
        assertThatThrownBy(() -> handle.read(ByteBuffer.allocate(1), 0)).hasMessageContaining("power is off");
        assertThat(files.powerIsOff()).isTrue();
        files.losePower(3);
        assertThatThrownBy(() -> handle.read(ByteBuffer.allocate(1), 0)).hasMessageContaining("power was lost");
        write(root.resolve("next"), Mode.CREATE_NEW, "x", true);
    }

    private void write(Path file, Mode mode, String text, boolean force) throws IOException {
        try (FileHandle handle = files.open(file, mode)) {
            handle.write(ByteBuffer.wrap(text.getBytes(UTF_8)), 0);
            if (force) {
                handle.force();
            }
        }
    }
}
