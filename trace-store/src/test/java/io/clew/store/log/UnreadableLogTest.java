package io.clew.store.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.clew.model.ContentEncoding;
import io.clew.model.DecodeLimits;
import io.clew.model.Refusals;
import io.clew.model.SourceRequest;
import io.clew.store.Damage;
import io.clew.store.files.DiskFiles;
import io.clew.store.files.FaultyFiles;
import io.clew.store.files.FaultyFiles.Kind;
import io.clew.store.files.FaultyFiles.Operation;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sectors of a log segment that the disk does not give back: they are named, all the rest is replayed, and the log goes on. */
class UnreadableLogTest {
    private static final LogSettings ONE_SEGMENT = new LogSettings(1 << 16, 1 << 16, 1);
    private static final String FILE = "0000000001.log";
    private static final int RECORDS = 60;
    /** Bytes of one record, its header included. */
    private static final int RECORD = 320;

    @TempDir
    Path directory = Path.of("");

    private final FaultyFiles files = new FaultyFiles(new DiskFiles());
    private final List<Long> read = new ArrayList<>();
    private final List<LogDamage> lost = new ArrayList<>();
    private List<Damage> damage = List.of();

    @Test
    void whatStandsAroundASectorIsReplayed() throws IOException {
        write(true);
        sector(8192, 12288);
        replay(0);
        assertThat(damage.getFirst())
                .isEqualTo(new Damage(file(), 8192, "4096 bytes of the log cannot be read: injected: READ " + file()));
        aroundTheSector();
        assertThat(lost).singleElement().satisfies(loss -> {
            assertThat(loss.place().offset()).isBetween(8192L - RECORD, 8192L);
            assertThat(loss.records()).isEqualTo(RECORDS - read.size());
            assertThat(loss.bytes()).isEqualTo(loss.records() * RECORD);
        });
    }

    /** Nothing says that any of these records had been stored, nor that they had not. */
    @Test
    void aSectorIsNotTakenForATornEnd() throws IOException {
        write(false);
        sector(8192, 12288);
        replay(0);
        aroundTheSector();
        assertThat(lost).hasSize(1);
    }

    @Test
    void whetherAnythingStoodInASectorAtTheEndIsNotKnown() throws IOException {
        write(true);
        long end = SegmentHeader.BYTES + (long) RECORDS * RECORD;
        sector(end & -4096, (end & -4096) + 4096);
        replay(0);
        assertThat(read)
                .hasSizeBetween(RECORDS - 4096 / RECORD - 2, RECORDS - 1)
                .startsWith(1L);
        assertThat(lost).anySatisfy(loss -> {
            assertThat(loss.records()).isZero();
            assertThat(loss.place().what()).contains("whatever log records stood");
        });
    }

    @Test
    void aSectorWithTheHeaderLeavesTheRecordsBehindIt() throws IOException {
        write(true);
        sector(0, 4096);
        replay(0);
        assertThat(read).hasSizeGreaterThan(RECORDS - 4096 / RECORD - 2).endsWith((long) RECORDS);
        assertThat(damage).anySatisfy(place -> assertThat(place.what()).contains("its copy is used"));
    }

    @Test
    void aFileThatCannotBeReadAtAllIsNotTakenForAnEmptyOne() throws IOException {
        write(true);
        sector(0, 1 << 16);
        replay(0);
        assertThat(read).isEmpty();
        assertThat(damage)
                .singleElement()
                .isEqualTo(new Damage(file(), 0, "header of a log segment: its records cannot be read"));
        assertThat(lost).hasSize(1);
        assertThat(file()).exists();
    }

    @Test
    void aSectorInWhatBlocksHoldLosesNothing() throws IOException {
        write(true);
        sector(4096, 8192);
        replay(50);
        assertThat(read).containsExactly(51L, 52L, 53L, 54L, 55L, 56L, 57L, 58L, 59L, 60L);
        assertThat(lost).isEmpty();
    }

    private void aroundTheSector() {
        for (long sequence = 1; sequence <= RECORDS; sequence++) {
            long begin = SegmentHeader.BYTES + (sequence - 1) * RECORD;
            if (begin + RECORD <= 8192 || begin >= 12288) {
                assertThat(read).contains(sequence);
            } else {
                assertThat(read).doesNotContain(sequence);
            }
        }
    }

    private void write(boolean forceEach) throws IOException {
        try (Log log = Log.open(files, directory.resolve("log"), ONE_SEGMENT)) {
            log.replay(0, _ -> {});
            for (int i = 1; i <= RECORDS; i++) {
                append(log);
                if (forceEach) {
                    log.force();
                }
            }
            log.force();
        }
    }

    private void replay(long covered) throws IOException {
        LogCheck check = LogCheck.read(files, directory.resolve("log"), covered, record -> read.add(record.sequence()));
        List<Long> checked = List.copyOf(read);
        read.clear();
        try (Log log = Log.open(files, directory.resolve("log"), ONE_SEGMENT)) {
            log.replay(covered, record -> read.add(record.sequence()), lost::add);
            damage = log.damage();
            long last = read.isEmpty() ? covered : read.getLast();
            assertThat(append(log)).isGreaterThan(last);
            log.force();
        }
        assertThat(read).isEqualTo(checked);
        assertThat(check.damage()).extracting(LogDamage::place).isEqualTo(damage);
    }

    private void sector(long from, long to) {
        FaultyFiles.Fault _ = files.fail(Operation.READ, FILE, Kind.IO_ERROR).sector(from, to);
    }

    private static long append(Log log) throws IOException {
        byte[] body = "x".repeat(RECORD - RecordHeader.BYTES).getBytes(UTF_8);
        SourceRequest request = new SourceRequest(1, ContentEncoding.IDENTITY, body, 0, body.length, 99);
        return log.append(Log.SPANS, request, 1, DecodeLimits.DEFAULT, new Refusals());
    }

    private Path file() {
        return directory.resolve("log").resolve(FILE);
    }
}
