package io.clew.store.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.clew.model.DecodeLimits;
import io.clew.model.RandomSpans;
import io.clew.model.Refusals;
import io.clew.store.AppendResult;
import io.clew.store.Damage;
import io.clew.store.ReadControl;
import io.clew.store.Snapshot;
import io.clew.store.TraceStore;
import io.clew.store.Window;
import io.clew.store.embedded.EmbeddedStore;
import io.clew.store.embedded.StoreSettings;
import io.clew.store.files.DiskFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What nothing behind it tells of: the last record, the headers, the whole log; and that repair mends each. */
class LogEndTest {
    private static final String SEGMENT = "0000000001.log";

    private final DiskFiles files = new DiskFiles();
    private final List<Damage> damaged = new ArrayList<>();
    private final List<Damage> doubtful = new ArrayList<>();

    @TempDir
    Path directory = Path.of("");

    /** A block and two log records, as kill -9 leaves them. */
    @BeforeEach
    void write() throws IOException {
        RandomSpans random = new RandomSpans(20261130);
        Path good = directory.resolve("good");
        try (TraceStore store = EmbeddedStore.open(settings(good))) {
            append(store, random);
            store.flush();
            append(store, random);
            append(store, random);
            try (Stream<Path> all = Files.walk(good)) {
                for (Path file : all.toList()) {
                    Files.copy(file, data().resolve(good.relativize(file).toString()));
                }
            }
        }
    }

    @Test
    void ofALastRecordThatIsNotWholeNobodyKnowsWhetherItWasAcknowledged() throws IOException {
        int last = new String(Files.readAllBytes(segment()), StandardCharsets.ISO_8859_1).lastIndexOf("\nREC");
        flip(last + 100);
        verify();
        assertThat(damaged).isEmpty();
        assertThat(doubtful).singleElement().satisfies(place -> {
            assertThat(place.file()).isEqualTo(segment());
            assertThat(place.offset()).isEqualTo(last);
            assertThat(place.what()).contains("log record 3").contains("whether it was acknowledged is not known");
        });
        byte[] found = Files.readAllBytes(segment());
        List<String> told = repaired();
        assertThat(told).contains("set aside: damaged/" + SEGMENT);
        assertThat(Files.readAllBytes(data().resolve("damaged").resolve(SEGMENT)))
                .isEqualTo(found);
    }

    @Test
    void theFileWithTheTornRecordIsTheOneSetAside() throws IOException {
        RandomSpans random = new RandomSpans(20261201);
        Path two = directory.resolve("two");
        Path second = data().resolve("log/0000000002.log");
        try (TraceStore store = EmbeddedStore.open(settings(two))) {
            while (!Files.exists(two.resolve("log/0000000002.log"))) {
                append(store, random);
            }
            Files.copy(two.resolve("log").resolve(SEGMENT), segment(), StandardCopyOption.REPLACE_EXISTING);
            Files.copy(two.resolve("log/0000000002.log"), second);
        }
        byte[] bytes = Files.readAllBytes(second);
        bytes[64 + 100] ^= 4;
        Files.write(second, bytes);
        verify();
        assertThat(damaged).isEmpty();
        assertThat(doubtful).singleElement().satisfies(place -> {
            assertThat(place.file()).isEqualTo(second);
            assertThat(place.offset()).isEqualTo(64);
        });
        assertThat(repaired()).contains("set aside: damaged/0000000002.log");
    }

    @Test
    void aStartTellsOfItToo() throws IOException {
        int last = new String(Files.readAllBytes(segment()), StandardCharsets.ISO_8859_1).lastIndexOf("\nREC");
        flip(last + 100);
        try (TraceStore store = EmbeddedStore.open(settings(data()))) {
            assertThat(store.stats().doubtful()).isNotNull();
            assertThat(store.stats().damage()).isEmpty();
        }
        try (TraceStore store = EmbeddedStore.open(settings(data()))) {
            assertThat(store.stats().doubtful()).isNull();
        }
        verify();
        assertThat(doubtful).isEmpty();
    }

    @Test
    void aDamagedHeaderIsMended() throws IOException {
        flip(10);
        harmless(0, "header of a log segment: its copy is used");
    }

    @Test
    void aDamagedCopyOfTheHeaderIsFoundAndMended() throws IOException {
        long size = Files.size(segment());
        flip((int) size - 5);
        harmless(size - 64, "copy of the header of a log segment");
    }

    @Test
    void theHeaderOfALogWithNothingInItIsMended() throws IOException {
        EmbeddedStore.open(settings(data())).close();
        flip(10);
        harmless(0, "header of a log segment");
    }

    @Test
    void aLogThatIsGoneIsALoss() throws IOException {
        try (Stream<Path> all = Files.list(data().resolve("log"))) {
            for (Path file : all.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(data().resolve("log"));
        lost(data().resolve("log"));
    }

    @Test
    void aLastFileThatIsGoneIsALoss() throws IOException {
        Files.delete(segment());
        lost(segment());
    }

    @Test
    void anEmptiedLastFileIsALoss() throws IOException {
        Files.write(segment(), new byte[0]);
        lost(segment());
    }

    @Test
    void aLastFileCutOffBetweenTwoRecordsIsALoss() throws IOException {
        byte[] bytes = Files.readAllBytes(segment());
        int last = new String(bytes, StandardCharsets.ISO_8859_1).lastIndexOf("\nREC");
        Files.write(segment(), Arrays.copyOf(bytes, last));
        verify();
        assertThat(damaged)
                .hasSize(2)
                .allSatisfy(place -> assertThat(place.file()).isEqualTo(segment()));
        assertThat(damaged.getLast().offset()).isEqualTo(last);
        assertThat(damaged.getLast().what()).contains("the file was cut off there");
        try (TraceStore store = EmbeddedStore.open(settings(data()));
                Snapshot snapshot = store.snapshot()) {
            assertThat(store.stats().damage()).isNotEmpty();
            ReadControl control = ReadControl.unbounded();
            snapshot.services(Window.ALL, control);
            assertThat(control.missed()).as("what an answer says it lacks").hasSize(1);
        }
        verify();
        assertThat(damaged).isNotEmpty();
        List<String> _ = repaired();
    }

    @Test
    void ofALastFileCutOffBehindItsRecordsNothingIsLost() throws IOException {
        byte[] bytes = Files.readAllBytes(segment());
        Files.write(segment(), Arrays.copyOf(bytes, bytes.length - 1000));
        harmless(bytes.length - 1000, "the file was cut off there");
    }

    private void harmless(long offset, String what) throws IOException {
        verify();
        assertThat(damaged).singleElement().satisfies(place -> {
            assertThat(place.offset()).isEqualTo(offset);
            assertThat(place.what()).contains(what);
        });
        List<String> _ = repaired();
        assertThat(spans(data())).isEqualTo(spans(directory.resolve("good")));
    }

    private void lost(Path file) throws IOException {
        verify();
        assertThat(damaged)
                .singleElement()
                .satisfies(place -> assertThat(place.file()).isEqualTo(file));
        EmbeddedStore.open(settings(data())).close();
        verify();
        assertThat(damaged).isNotEmpty();
        List<String> _ = repaired();
    }

    private long spans(Path data) throws IOException {
        try (TraceStore store = EmbeddedStore.open(settings(data))) {
            return store.stats().spansStored();
        }
    }

    private List<String> repaired() throws IOException {
        List<String> told = new ArrayList<>();
        StoreRepairer.Result result = StoreRepairer.repair(files, data(), new StoreRepairer.Listener() {
            @Override
            public void progress(Path file, long done, long total) {}

            @Override
            public void tell(String line) {
                told.add(line);
            }
        });
        assertThat(result.damages()).isPositive();
        EmbeddedStore.open(settings(data())).close();
        StoreRepairer.finish(files, data());
        verify();
        assertThat(damaged).isEmpty();
        assertThat(doubtful).isEmpty();
        return told;
    }

    private void verify() throws IOException {
        damaged.clear();
        doubtful.clear();
        StoreVerifier.Result result = StoreVerifier.verify(files, data(), new StoreVerifier.Listener() {
            @Override
            public void progress(Path file, long done, long total) {}

            @Override
            public void damaged(Damage damage) {
                damaged.add(damage);
            }

            @Override
            public void doubtful(Damage place) {
                doubtful.add(place);
            }
        });
        assertThat(result.damages()).isEqualTo(damaged.size());
        assertThat(result.doubtful()).isEqualTo(!doubtful.isEmpty());
    }

    private void flip(int at) throws IOException {
        byte[] bytes = Files.readAllBytes(segment());
        bytes[at] ^= 4;
        Files.write(segment(), bytes);
    }

    private static void append(TraceStore store, RandomSpans random) {
        assertThat(store.append(random.batch(50), null, DecodeLimits.DEFAULT, new Refusals())
                        .join())
                .isInstanceOf(AppendResult.Stored.class);
    }

    private Path segment() {
        return data().resolve("log").resolve(SEGMENT);
    }

    private Path data() {
        return directory.resolve("data");
    }

    private StoreSettings settings(Path data) {
        return StoreSettings.of(files, data, List.of()).withMargin(1 << 20);
    }
}
