package io.clew.store.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.management.ThreadMXBean;
import io.clew.model.ContentEncoding;
import io.clew.model.DecodeLimits;
import io.clew.model.Refusals;
import io.clew.model.SourceRequest;
import io.clew.store.Damage;
import io.clew.store.files.DiskFiles;
import io.clew.store.files.DiskFullException;
import io.clew.store.files.FaultyFiles;
import io.clew.store.files.FaultyFiles.Kind;
import io.clew.store.files.FaultyFiles.Operation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The log gives back what was forced into it, in order, whatever bytes stand in its files, names what it has lost, refuses
 * what finds no room, and takes no more of the disk than it must. One class: every test needs the same log over the same
 * failing disk, and cut in two its helpers would stand twice.
 */
class LogTest {
    private static final LogSettings SMALL = new LogSettings(4096, 4096, 1);
    private static final Refusals NONE = new Refusals();

    @TempDir
    Path root;

    private final FaultyFiles files = new FaultyFiles(new DiskFiles());

    @Test
    void aDamagedRecordIsReportedAndTheRestReplayed() throws IOException {
        Path file;
        try (Log log = open(SMALL)) {
            for (int i = 1; i <= 30; i++) {
                append(log, "record " + i);
                log.force();
            }
            file = segments().getFirst();
        }
        byte[] bytes = Files.readAllBytes(file);
        int at = new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1).indexOf("record 7");
        bytes[at] ^= 1;
        Files.write(file, bytes);
        List<String> read = new ArrayList<>();
        try (Log log = Log.open(files, directory(), SMALL)) {
            log.replay(0, record -> read.add(text(record)));
            assertThat(log.damage())
                    .singleElement()
                    .isEqualTo(new Damage(
                            file, at - RecordHeader.BYTES, "log record 7, which had been stored, cannot be read"));
            assertThat(append(log, "next")).isEqualTo(31);
        }
        assertThat(read).hasSize(29).doesNotContain("record 7").contains("record 6", "record 8", "record 30");
    }

    @Test
    void aLostSegmentIsReported() throws IOException {
        try (Log log = open(SMALL)) {
            for (int i = 1; i <= 100; i++) {
                append(log, "x".repeat(100));
                log.force();
            }
        }
        List<Path> segments = segments();
        assertThat(segments.size()).isGreaterThan(3);
        Files.delete(segments.get(1));
        List<Long> read = new ArrayList<>();
        try (Log log = Log.open(files, directory(), SMALL)) {
            log.replay(0, record -> read.add(record.sequence()));
            assertThat(log.damage()).hasSize(2);
            assertThat(log.damage().getFirst())
                    .isEqualTo(new Damage(
                            segments.get(1),
                            0,
                            "a log segment: it is not there, and whether log records stood in it is not known"));
            assertThat(log.damage().getLast().what()).contains("had been stored, cannot be read");
        }
        assertThat(read).startsWith(1L).endsWith(100L).hasSizeLessThan(100);
    }

    /** Nothing else says how many records there were, so the file itself must. */
    @Test
    void noRecordIsCutOffOrTakenAwayUnnoticed() throws IOException {
        int records = 30;
        try (Log log = open(SMALL)) {
            for (int i = 1; i <= records; i++) {
                append(log, "record " + i + "x".repeat(200));
                log.force();
            }
        }
        for (Path segment : segments()) {
            byte[] good = Files.readAllBytes(segment);
            int harmless = 0;
            for (int size = -1; size < good.length; size += size < 200 ? 1 : 97) {
                if (size < 0) {
                    Files.delete(segment);
                } else {
                    Files.write(segment, Arrays.copyOf(good, size));
                }
                List<Long> read = new ArrayList<>();
                List<LogDamage> damage =
                        new ArrayList<>(LogCheck.read(files, directory(), 0, record -> read.add(record.sequence()))
                                .damage());
                assertThat(damage).as("%s, %d bytes left", segment, size).isNotEmpty();
                if (read.size() < records) {
                    assertThat(damage)
                            .as("%s, %d bytes left", segment, size)
                            .anyMatch(LogDamage::lost)
                            .anyMatch(found -> found.place().file().equals(segment));
                }
                harmless += damage.stream().noneMatch(LogDamage::lost) ? 1 : 0;
                Files.write(segment, good);
            }
            // Cut off behind its last record.
            assertThat(harmless).as("%s", segment).isPositive();
        }
        assertThat(LogCheck.read(files, directory(), 0, _ -> {}).damage()).isEmpty();
    }

    @Test
    void whatIsGoneIsToldOnceAndItsNumberIsNotGivenAgain() throws IOException {
        try (Log log = open(SMALL)) {
            append(log, "lost");
            log.force();
        }
        Path file = segments().getFirst();
        Files.delete(file);
        List<LogDamage> lost = new ArrayList<>();
        try (Log log = Log.open(files, directory(), SMALL)) {
            log.replay(0, _ -> {}, lost::add);
            append(log, "next");
            log.force();
        }
        assertThat(lost)
                .singleElement()
                .satisfies(loss -> assertThat(loss.place().file()).isEqualTo(file));
        assertThat(segments()).doesNotContain(file).hasSize(1);
        assertThat(LogCheck.read(files, directory(), 0, _ -> {}).damage()).isEmpty();
    }

    @Test
    void aDamagedHeaderIsReadFromItsCopy() throws IOException {
        try (Log log = open(SMALL)) {
            append(log, "kept");
            log.force();
        }
        Path file = segments().getFirst();
        byte[] bytes = Files.readAllBytes(file);
        bytes[30] ^= 4;
        Files.write(file, bytes);
        List<String> read = new ArrayList<>();
        try (Log log = Log.open(files, directory(), SMALL)) {
            log.replay(0, record -> read.add(text(record)));
            assertThat(log.damage())
                    .containsExactly(new Damage(file, 0, "header of a log segment: its copy is used, nothing is lost"));
        }
        assertThat(read).containsExactly("kept");
    }

    @Test
    void aNewerVersionIsRefusedByName() throws IOException {
        open(SMALL).close();
        byte[] header = new byte[SegmentHeader.BYTES];
        new SegmentHeader(1, 2, 1, 0, 4096).encode().get(header);
        header[8] = 3;
        java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
        crc.update(header, 0, 60);
        java.nio.ByteBuffer.wrap(header).order(java.nio.ByteOrder.LITTLE_ENDIAN).putInt(60, (int) crc.getValue());
        Path file = directory().resolve("0000000001.log");
        Files.write(file, Arrays.copyOf(header, 4096));
        assertThatThrownBy(() -> Log.open(files, directory(), SMALL))
                .hasMessageContaining(file.toString())
                .hasMessageContaining("version 3");
    }

    /** Whatever bytes stand there: only records that were written, in order, and silence about none that is known lost. */
    @Test
    void damagedBytesNeverGiveAWrongRecord() throws IOException {
        Random random = new Random(77);
        LogSettings settings = new LogSettings(8192, 4096, 1);
        List<String> written = new ArrayList<>();
        try (Log log = open(settings)) {
            for (int i = 1; i <= 60; i++) {
                written.add(i + "/" + "abc\nREC".repeat(random.nextInt(40)));
                append(log, written.getLast());
                if (i % 4 == 0) {
                    log.force();
                }
            }
            log.force();
        }
        List<Path> segments = segments();
        List<byte[]> good = new ArrayList<>();
        for (Path segment : segments) {
            good.add(Files.readAllBytes(segment));
        }
        int withDamage = 0;
        for (int round = 0; round < 5_000; round++) {
            BitSet victims = new BitSet();
            for (int i = random.nextInt(3); i >= 0; i--) {
                int victim = random.nextInt(segments.size());
                victims.set(victim);
                Files.write(segments.get(victim), mutate(good.get(victim), good, random));
            }
            List<Long> read = new ArrayList<>();
            try (Log log = Log.open(new FaultyFiles(new DiskFiles()), directory(), settings)) {
                log.replay(0, record -> {
                    assertThat(text(record)).isEqualTo(written.get((int) record.sequence() - 1));
                    assertThat(read.isEmpty() ? 0 : read.getLast()).isLessThan(record.sequence());
                    read.add(record.sequence());
                });
                if (!read.isEmpty() && read.getLast() != read.size()) {
                    assertThat(log.damage()).isNotEmpty();
                }
                withDamage += log.damage().isEmpty() ? 0 : 1;
            }
            for (int i = 0; i < segments.size(); i++) {
                if (victims.get(i) || !Files.exists(segments.get(i))) {
                    Files.write(segments.get(i), good.get(i));
                }
            }
        }
        assertThat(withDamage).isGreaterThan(1_000);
    }

    private static byte[] mutate(byte[] good, List<byte[]> all, Random random) {
        byte[] bad = good.clone();
        switch (random.nextInt(5)) {
            case 0 -> bad = Arrays.copyOf(bad, random.nextInt(bad.length + 300));
            case 1 -> bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
            case 2 -> {
                int at = random.nextInt(bad.length);
                Arrays.fill(bad, at, at + random.nextInt(bad.length - at), (byte) 0);
            }
            case 3 -> {
                byte[] other = all.get(random.nextInt(all.size()));
                int length = random.nextInt(Math.min(other.length, bad.length));
                System.arraycopy(
                        other, random.nextInt(other.length - length), bad, random.nextInt(bad.length - length), length);
            }
            default -> {
                for (int i = 0; i < 20; i++) {
                    bad[random.nextInt(bad.length)] = (byte) random.nextInt(256);
                }
            }
        }
        return bad;
    }

    @Test
    void aHeldForceDoesNotReturn() throws Exception {
        try (Log log = open(SMALL)) {
            append(log, "waiting");
            FaultyFiles.HeldForce held = files.holdForce();
            CompletableFuture<Void> force = CompletableFuture.runAsync(() -> {
                try {
                    log.force();
                } catch (IOException failure) {
                    throw new UncheckedIOException(failure);
                }
            });
            held.awaitHeld();
            assertThat(force).isNotDone();
            held.release();
            force.get(2, TimeUnit.MINUTES);
        }
    }

    @Test
    void whatCouldNotBeDeletedIsDeletedByTheNextRelease() throws IOException {
        try (Log log = open(SMALL)) {
            append(log, "secret");
            log.force();
            log.retire();
            files.fail(Operation.DELETE, ".log", Kind.IO_ERROR).times(1);
            assertThatThrownBy(() -> log.release(1)).isInstanceOf(IOException.class);
            assertThat(segmentsWith("secret")).isNotEmpty();
            log.release(1);
            assertThat(segmentsWith("secret")).isEmpty();
        }
        files.losePower(0); // Undoes every change of a directory that was not forced.
        assertThat(segmentsWith("secret")).isEmpty();
    }

    /** A new segment's header and its copy are written first. */
    @Test
    void aFileOfAFailedAppendThatCouldNotBeDeletedIsDeletedByTheNextRelease() throws IOException {
        try (Log log = open(SMALL)) {
            files.fail(Operation.WRITE, ".log", Kind.SHORT_WRITE).after(2).times(1);
            files.fail(Operation.DELETE, ".log", Kind.IO_ERROR).times(1);
            assertThatThrownBy(() -> append(log, "secret " + "x".repeat(200))).isInstanceOf(IOException.class);
            assertThat(segmentsWith("secret")).isNotEmpty();
            log.release(0);
            assertThat(segmentsWith("secret")).isEmpty();
        }
    }

    private List<Path> segmentsWith(String text) throws IOException {
        List<Path> found = new ArrayList<>();
        for (Path segment : segments()) {
            if (new String(Files.readAllBytes(segment), java.nio.charset.StandardCharsets.ISO_8859_1).contains(text)) {
                found.add(segment);
            }
        }
        return found;
    }

    @Test
    void aFailedForceTakesItsRecordsBack() throws IOException {
        List<String> read = new ArrayList<>();
        try (Log log = open(SMALL)) {
            append(log, "first");
            log.force();
            append(log, "in doubt");
            append(log, "in doubt too");
            files.fail(Operation.FORCE, ".log", Kind.IO_ERROR).times(1);
            assertThatThrownBy(log::force).isInstanceOf(IOException.class);
            assertThat(log.lastSequence()).isEqualTo(1);
            assertThat(append(log, "second")).isEqualTo(2);
            log.force();
        }
        try (Log log = Log.open(files, directory(), SMALL)) {
            log.replay(0, record -> read.add(text(record)));
        }
        assertThat(read).containsExactly("first", "second");
    }

    @Test
    void aRecordLargerThanASegmentGetsItsOwnAndTheIdleLogIsSmallAgain() throws IOException {
        LogSettings settings = LogSettings.DEFAULT;
        byte[] large = new byte[40 << 20];
        new Random(3).nextBytes(large);
        try (Log log = open(settings)) {
            append(log, "small");
            log.append(Log.SPANS, request(large), 1, DecodeLimits.DEFAULT, NONE);
            append(log, "small again");
            log.force();
            assertThat(log.unflushedBytes(0)).isGreaterThan(40 << 20);
            assertThat(log.unflushedBytes(2)).isLessThan(200);
        }
        try (Log log = Log.open(files, directory(), settings)) {
            List<Integer> lengths = new ArrayList<>();
            log.replay(0, record -> {
                lengths.add(record.length());
                if (record.sequence() == 2) {
                    assertThat(Arrays.equals(
                                    large,
                                    0,
                                    large.length,
                                    record.bytes(),
                                    record.offset(),
                                    record.offset() + record.length()))
                            .isTrue();
                }
            });
            assertThat(lengths).containsExactly(5, 40 << 20, 11);
            log.release(3);
            assertThat(log.unflushedBytes(3)).isZero();
            assertThat(bytes()).isLessThanOrEqualTo(settings.firstSegmentBytes());
        }
    }

    @Test
    void anIdleLogIsSmallWhateverItHeldAndGrowsAgain() throws IOException {
        LogSettings settings = new LogSettings(64 << 10, 4096, 2);
        try (Log log = open(settings)) {
            for (int round = 0; round < 3; round++) {
                long sequence = 0;
                for (int i = 0; i < 300; i++) {
                    sequence = append(log, "x".repeat(1000));
                }
                log.force();
                assertThat(bytes()).as("bytes in use").isGreaterThan(300_000);
                assertThat(segments())
                        .filteredOn(file -> file.toFile().length() == settings.segmentBytes())
                        .as("whole segments")
                        .hasSizeGreaterThan(3);
                log.release(sequence);
                assertThat(bytes()).as("bytes when idle").isLessThanOrEqualTo(settings.firstSegmentBytes());
            }
        }
    }

    @Test
    void sequencesGoOnAfterWhatTheBlocksCoverEvenWhenTheLogIsGone() throws IOException {
        try (Log log = Log.open(files, directory(), SMALL)) {
            log.replay(41, record -> {
                throw new AssertionError("nothing to replay");
            });
            assertThat(append(log, "x")).isEqualTo(42);
            log.force();
        }
        List<Long> read = new ArrayList<>();
        try (Log log = Log.open(files, directory(), SMALL)) {
            log.replay(41, record -> read.add(record.sequence()));
        }
        assertThat(read).containsExactly(42L);
    }

    @Test
    void aFullDiskRefusesAndRoomBringsItBack() throws IOException {
        try (Log log = open(SMALL)) {
            files.freeSpace(0);
            assertThatThrownBy(() -> append(log, "no room"))
                    .isInstanceOf(DiskFullException.class)
                    .hasMessageContaining("may use 0");
            files.heal();
            assertThat(append(log, "room")).isEqualTo(1);
            log.force();
        }
    }

    @Test
    void withLittleRoomSegmentsAreSmaller() throws IOException {
        LogSettings growing = new LogSettings(1 << 16, 4096, 0);
        try (Log log = open(growing)) {
            while (segments().size() < 2) {
                append(log, "one more");
            }
            files.freeSpace(5000);
            while (segments().size() < 3) {
                append(log, "one more");
            }
            log.force();
        }
        assertThat(segments().stream().map(segment -> segment.toFile().length()))
                .containsExactlyInAnyOrder(4096L, 16384L, 4096L);
    }

    /** The same on a real file system that is full; needs root, as CI has it. */
    @Test
    void aFullTmpfsRefusesAndRoomBringsItBack() throws Exception {
        Path mount = Files.createDirectory(root.resolve("tmpfs"));
        assumeThat(run("mount", "-t", "tmpfs", "-o", "size=12288", "tmpfs", mount.toString()))
                .as("mount tmpfs")
                .isZero();
        try {
            // usableSpace says there is room, so that the write itself meets the end of the disk.
            io.clew.store.files.Files blind = new BlindFiles();
            Path filler = mount.resolve("filler");
            long last;
            try (Log log = Log.open(blind, mount.resolve("log"), SMALL)) {
                log.replay(0, record -> {});
                append(log, "before");
                log.force();
                Files.write(filler, new byte[4096]);
                assertThatThrownBy(() -> {
                            for (int i = 0; i < 100; i++) {
                                append(log, "x".repeat(500));
                            }
                        })
                        .isInstanceOf(DiskFullException.class)
                        .hasMessageContaining("No space left");
                last = log.lastSequence();
                log.force();
                Files.delete(filler);
                for (int i = 0; i < 6; i++) {
                    assertThat(append(log, "y".repeat(500))).isEqualTo(++last);
                }
                log.force();
            }
            List<Long> read = new ArrayList<>();
            try (Log again = Log.open(blind, mount.resolve("log"), SMALL)) {
                again.replay(0, record -> read.add(record.sequence()));
            }
            assertThat(read).hasSize((int) last);
        } finally {
            assertThat(run("umount", mount.toString())).isZero();
        }
    }

    /** Appending allocates nothing per record: measured by the JVM over records of ordinary size. */
    @Test
    void appendingAllocatesNothing() throws IOException {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        SourceRequest request = request(new byte[200]);
        try (Log log = Log.open(new DiskFiles(), directory(), new LogSettings(32 << 20, 32 << 20, 0))) {
            log.replay(0, record -> {});
            int records = 20_000;
            long allocated = records;
            // Until the JVM has compiled it.
            for (int round = 0; round < 100 && allocated >= records; round++) {
                long before = threads.getCurrentThreadAllocatedBytes();
                for (int i = 0; i < records; i++) {
                    log.append(Log.SPANS, request, 1, DecodeLimits.DEFAULT, NONE);
                }
                allocated = threads.getCurrentThreadAllocatedBytes() - before;
                log.force();
                log.release(log.lastSequence());
            }
            assertThat((double) allocated / records).as("bytes a record").isLessThan(1);
        }
    }

    private Path directory() {
        return root.resolve("log");
    }

    private long bytes() throws IOException {
        long bytes = 0;
        for (Path segment : segments()) {
            bytes += Files.size(segment);
        }
        return bytes;
    }

    private List<Path> segments() throws IOException {
        try (Stream<Path> all = Files.list(directory())) {
            return all.filter(file -> file.toString().endsWith(".log")).sorted().toList();
        }
    }

    private Log open(LogSettings settings) throws IOException {
        Log log = Log.open(files, directory(), settings);
        log.replay(0, record -> {
            throw new AssertionError("a new log replayed " + record);
        });
        return log;
    }

    private static long append(Log log, String body) throws IOException {
        return log.append(Log.SPANS, request(body.getBytes(UTF_8)), 1, DecodeLimits.DEFAULT, NONE);
    }

    private static SourceRequest request(byte[] body) {
        return new SourceRequest(1, ContentEncoding.IDENTITY, body, 0, body.length, 99);
    }

    private static String text(LogRecord record) {
        return new String(record.bytes(), record.offset(), record.length(), UTF_8);
    }

    private static int run(String... command) throws IOException, InterruptedException {
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException absent) {
            return 127;
        }
    }
}
