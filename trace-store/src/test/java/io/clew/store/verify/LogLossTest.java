package io.clew.store.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.clew.model.DecodeLimits;
import io.clew.model.RandomSpans;
import io.clew.model.Refusals;
import io.clew.model.SpanBatch;
import io.clew.model.TraceId;
import io.clew.store.Damage;
import io.clew.store.ReadControl;
import io.clew.store.Snapshot;
import io.clew.store.SpanColumns;
import io.clew.store.SpanCondition;
import io.clew.store.TraceStore;
import io.clew.store.Window;
import io.clew.store.embedded.EmbeddedStore;
import io.clew.store.embedded.StoreSettings;
import io.clew.store.files.DamagedFiles;
import io.clew.store.files.DiskFiles;
import io.clew.store.log.LossFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A log record that had been stored and cannot be read is missing from what is read, and said to be, until the store is
 * repaired: while it is open, after it was closed and opened again, and when the log has long let go of the file.
 */
class LogLossTest {
    private static final long SEED = 20261128;
    private static final String SEGMENT = "0000000001.log";

    private final DiskFiles files = new DiskFiles();

    @TempDir
    Path directory = Path.of("");

    private TraceId lost = new TraceId(0, 0);
    private byte[] damaged = {};

    /** A block, and a log with five records, the second of which is bad. */
    @BeforeEach
    void write() throws IOException {
        RandomSpans random = new RandomSpans(SEED);
        try (TraceStore store = open(directory.resolve("good"))) {
            append(store, random.batch(50));
            store.flush();
            for (int i = 0; i < 5; i++) {
                SpanBatch batch = random.batch(50, random.traceIds(20));
                if (i == 1) {
                    lost = new TraceId(batch.traceIdHigh(0), batch.traceIdLow(0));
                }
                append(store, batch);
            }
            copy(directory.resolve("good"), data());
        }
        Path segment = data().resolve("log").resolve(SEGMENT);
        byte[] bytes = Files.readAllBytes(segment);
        flip(bytes, record(bytes, 2) + 100);
        Files.write(segment, bytes);
        damaged = bytes;
    }

    @Test
    void everyReadSaysWhatItMayLack() throws IOException {
        try (TraceStore store = open(data())) {
            reads(store, true);
            assertThat(store.stats().logRecordsMissing()).isEqualTo(1);
            assertThat(store.stats().damage()).hasSize(1);
            store.flush();
            reads(store, true);
        }
    }

    @Test
    void theLossOutlivesTheLog() throws IOException {
        open(data()).close();
        for (int i = 0; i < 2; i++) {
            try (TraceStore store = open(data())) {
                reads(store, true);
                assertThat(store.stats().damage()).singleElement().satisfies(this::names);
                append(store, new RandomSpans(SEED + i).batch(10));
            }
            assertThat(verify()).singleElement().satisfies(this::names);
        }
    }

    @Test
    void theDamagedFileIsKeptAsItWas() throws IOException {
        try (TraceStore store = open(data())) {
            RandomSpans random = new RandomSpans(SEED + 1);
            for (int i = 0; i < 3; i++) {
                append(store, random.batch(50));
                store.flush();
            }
        }
        Path kept = data().resolve(DamagedFiles.NAME).resolve(SEGMENT);
        assertThat(Files.readAllBytes(kept)).isEqualTo(damaged);
        assertThat(names(data().resolve(DamagedFiles.NAME))).containsExactly(SEGMENT);
    }

    @Test
    void aDeletionNamesWhatItDoesNotReach() throws IOException {
        try (TraceStore store = open(data())) {
            assertThat(store.delete(List.of(lost)).left()).singleElement().satisfies(this::names);
        }
    }

    @Test
    void aCopyLacksTheSame() throws IOException {
        try (TraceStore store = open(data())) {
            ((EmbeddedStore) store).copyTo(directory.resolve("copy"));
        }
        try (TraceStore store = open(directory.resolve("copy"))) {
            reads(store, true);
        }
    }

    @Test
    void repairTellsOfTheLossAndEndsIt() throws IOException {
        open(data()).close();
        repaired(1, 1);
    }

    @Test
    void repairOfALogNobodyOpened() throws IOException {
        repaired(1, 1);
        assertThat(names(data().resolve(DamagedFiles.NAME))).containsExactly(SEGMENT);
    }

    /** The header of the second segment says that the last record of the first had been stored; nothing stands behind. */
    @Test
    void lostRecordsAtTheEndAreNotFoundAgain() throws IOException {
        Path killed = directory.resolve("killed");
        RandomSpans random = new RandomSpans(SEED + 2);
        try (TraceStore store = open(directory.resolve("two"))) {
            while (!Files.exists(directory.resolve("two/log/0000000002.log"))) {
                append(store, random.batch(200));
            }
            copy(directory.resolve("two"), killed);
        }
        Path first = killed.resolve("log").resolve(SEGMENT);
        byte[] bytes = Files.readAllBytes(first);
        int records = new String(bytes, StandardCharsets.ISO_8859_1).split("\nREC", -1).length - 1;
        flip(bytes, record(bytes, records - 1) + 100);
        Files.write(first, bytes);
        Path second = killed.resolve("log/0000000002.log");
        byte[] empty = Files.readAllBytes(second);
        Arrays.fill(empty, 64, empty.length - 64, (byte) 0);
        Files.write(second, empty);
        open(killed).close();
        List<Damage> found = verify(killed);
        assertThat(found)
                .singleElement()
                .satisfies(place -> assertThat(place.what()).contains("log record " + records));
        open(killed).close();
        assertThat(verify(killed)).isEqualTo(found);
        assertThat(StoreRepairer.repair(files, killed, told(new ArrayList<>())).logLosses())
                .hasSize(1);
        open(killed).close();
        StoreRepairer.finish(files, killed);
        assertThat(verify(killed)).isEmpty();
    }

    @Test
    void aDamagedLineIsALossToo() throws IOException {
        open(data()).close();
        Path file = data().resolve(LossFile.NAME);
        byte[] bytes = Files.readAllBytes(file);
        flip(bytes, bytes.length / 2);
        Files.write(file, bytes);
        try (TraceStore store = open(data())) {
            reads(store, true);
            assertThat(store.stats().damage())
                    .singleElement()
                    .satisfies(place -> assertThat(place.file()).isEqualTo(file));
        }
    }

    private void repaired(long records, int setAside) throws IOException {
        List<String> told = new ArrayList<>();
        StoreRepairer.Result result = StoreRepairer.repair(files, data(), told(told));
        assertThat(result.logLosses()).singleElement().satisfies(loss -> {
            assertThat(loss.records()).isEqualTo(records);
            assertThat(loss.bytes()).isPositive();
        });
        assertThat(result.setAside()).isEqualTo(setAside);
        assertThat(result.damages()).isEqualTo(1);
        assertThat(told).anySatisfy(line -> assertThat(line).contains("log record"));
        open(data()).close();
        StoreRepairer.finish(files, data());
        assertThat(verify()).isEmpty();
        assertThat(Files.readAllBytes(data().resolve(DamagedFiles.NAME).resolve(SEGMENT)))
                .isEqualTo(damaged);
        try (TraceStore store = open(data())) {
            reads(store, false);
            assertThat(store.stats().logRecordsMissing()).isZero();
        }
        assertThat(StoreRepairer.repair(files, data(), told(told)).damages()).isZero();
    }

    private void reads(TraceStore store, boolean missed) {
        try (Snapshot snapshot = store.snapshot()) {
            read(missed, control -> assertThat(snapshot.trace(lost, control)).isEmpty());
            read(missed, control -> snapshot.tracesByLow64(lost.low(), control));
            read(
                    missed,
                    control -> snapshot.search(new SpanCondition.Any(), Window.ALL, null, control)
                            .next());
            read(missed, control -> snapshot.scan(Window.ALL, SpanColumns.ALL, control));
            read(missed, control -> snapshot.services(Window.ALL, control));
            read(missed, control -> snapshot.operations(null, Window.ALL, control));
        }
    }

    private void read(boolean missed, Consumer<ReadControl> read) {
        ReadControl control = ReadControl.unbounded();
        read.accept(control);
        if (missed) {
            assertThat(control.missed()).isNotEmpty();
        } else {
            assertThat(control.missed()).isEmpty();
        }
    }

    private void names(Damage place) {
        assertThat(place.file()).isEqualTo(data().resolve("log").resolve(SEGMENT));
        assertThat(place.offset()).isEqualTo(record(damaged, 2));
        assertThat(place.what())
                .contains("log record 3, which had been stored, cannot be read")
                .contains("kept as damaged/" + SEGMENT);
    }

    private List<Damage> verify() throws IOException {
        return verify(data());
    }

    private List<Damage> verify(Path store) throws IOException {
        List<Damage> found = new ArrayList<>();
        StoreVerifier.Result _ = StoreVerifier.verify(files, store, new StoreVerifier.Listener() {
            @Override
            public void progress(Path file, long done, long total) {}

            @Override
            public void damaged(Damage damage) {
                found.add(damage);
            }

            @Override
            public void doubtful(Damage place) {
                throw new AssertionError(place.line());
            }
        });
        return found;
    }

    private static StoreRepairer.Listener told(List<String> lines) {
        return new StoreRepairer.Listener() {
            @Override
            public void progress(Path file, long done, long total) {}

            @Override
            public void tell(String line) {
                lines.add(line);
            }
        };
    }

    /** Where the n-th record begins that is in no block. */
    private static int record(byte[] segment, int n) {
        String text = new String(segment, StandardCharsets.ISO_8859_1);
        int at = 0;
        for (int i = 0; i <= n; i++) {
            at = text.indexOf("\nREC", at + 1);
        }
        return at;
    }

    private static void flip(byte[] bytes, int at) {
        bytes[at] ^= 4;
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            return all.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path file : all.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }

    private static void append(TraceStore store, SpanBatch batch) {
        assertThat(store.append(batch, null, DecodeLimits.DEFAULT, new Refusals())
                        .join())
                .isInstanceOf(io.clew.store.AppendResult.Stored.class);
    }

    private Path data() {
        return directory.resolve("data");
    }

    private TraceStore open(Path data) throws IOException {
        return EmbeddedStore.open(StoreSettings.of(files, data, List.of()));
    }
}
