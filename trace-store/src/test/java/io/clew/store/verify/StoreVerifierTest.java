package io.clew.store.verify;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.clew.model.DecodeLimits;
import io.clew.model.RandomSpans;
import io.clew.model.Refusals;
import io.clew.model.TraceId;
import io.clew.store.AppendResult;
import io.clew.store.Damage;
import io.clew.store.ReadControl;
import io.clew.store.Snapshot;
import io.clew.store.SpanCondition;
import io.clew.store.TraceStore;
import io.clew.store.Window;
import io.clew.store.embedded.EmbeddedStore;
import io.clew.store.embedded.StoreSettings;
import io.clew.store.files.DiskFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Looking over a store's files finds what is damaged in each kind of file, and changes no byte. */
class StoreVerifierTest {
    private static final long SEED = 20261124;

    private final DiskFiles files = new DiskFiles();
    private final List<Damage> found = new ArrayList<>();

    @TempDir
    Path directory = Path.of("");

    /** Blocks of two flushes, and a log with two records that are in none. */
    @BeforeEach
    void write() throws IOException {
        RandomSpans random = new RandomSpans(SEED);
        try (TraceStore store = EmbeddedStore.open(StoreSettings.of(files, store(), List.of()))) {
            for (int i = 0; i < 2; i++) {
                append(store, random);
                store.flush();
            }
            append(store, random);
            append(store, random);
            copy(store(), directory.resolve("killed"));
        }
        shorten(killed("log/0000000001.log"));
    }

    /** Takes the unused part out of a log segment, so that looking at it again and again does not take long. */
    private static void shorten(Path segment) throws IOException {
        byte[] bytes = Files.readAllBytes(segment);
        int used = bytes.length - 64;
        while (bytes[used - 1] == 0) {
            used--;
        }
        byte[] shorter = Arrays.copyOf(bytes, (used + 4096 & -4096) + 64);
        ByteBuffer header = ByteBuffer.wrap(shorter).order(ByteOrder.LITTLE_ENDIAN);
        CRC32C crc = new CRC32C();
        header.putLong(48, shorter.length);
        crc.update(shorter, 0, 60);
        header.putInt(60, (int) crc.getValue());
        System.arraycopy(shorter, 0, shorter, shorter.length - 64, 64);
        Files.write(segment, shorter);
    }

    private static void append(TraceStore store, RandomSpans random) {
        assertThat(store.append(random.batch(200), null, DecodeLimits.DEFAULT, new Refusals())
                        .join())
                .isInstanceOf(AppendResult.Stored.class);
    }

    @Test
    void aWholeStoreIsSaidToBeWhole() throws IOException {
        StoreVerifier.Result result = verify();
        assertThat(found).isEmpty();
        assertThat(result.damages()).isZero();
        assertThat(result.blocks()).isGreaterThanOrEqualTo(2);
        assertThat(result.records()).isEqualTo(2);
        assertThat(result.bytes()).isGreaterThan(Files.size(killed("log/0000000001.log")));
    }

    @Test
    void aFlippedBitIsFoundInEveryKindOfFile() throws IOException {
        for (Path file : List.of(killed("block-0000000000000001.clew"), killed("block-0000000000000002.clew"))) {
            flip(file, Files.size(file) / 2);
            verify();
            assertThat(found)
                    .singleElement()
                    .satisfies(damage -> assertThat(damage.file()).isEqualTo(file));
            flip(file, Files.size(file) / 2);
        }
        Path manifest = killed("MANIFEST");
        for (int at = 0; at < Files.size(manifest); at += 3) {
            flip(manifest, at);
            verify();
            assertThat(found)
                    .as("flip at %d", at)
                    .singleElement()
                    .satisfies(damage -> assertThat(damage.line()).startsWith(manifest + " is damaged at offset "));
            flip(manifest, at);
        }
    }

    /** The second record of the log says that the first had been stored. */
    @Test
    void everyByteOfALogRecordIsHeldAgainstItsChecksum() throws IOException {
        Path segment = killed("log/0000000001.log");
        byte[] bytes = Files.readAllBytes(segment);
        int last = bytes.length - 64;
        while (bytes[last - 1] == 0) {
            last--;
        }
        int second = last;
        while (!isRecord(bytes, second)) {
            second--;
        }
        int first = second - 1;
        while (!isRecord(bytes, first)) {
            first--;
        }
        int from = first;
        for (int at = from; at < second - 8; at += at < from + 64 ? 1 : 977) {
            flip(segment, at);
            verify();
            assertThat(found)
                    .as("flip at %d", at)
                    .containsExactly(new Damage(segment, from, "log record 3, which had been stored, cannot be read"));
            flip(segment, at);
        }
    }

    private static boolean isRecord(byte[] bytes, int at) {
        return new String(bytes, at, 4, StandardCharsets.ISO_8859_1).equals("\nREC");
    }

    @Test
    void aMissingBlockIsDamage() throws IOException {
        Files.delete(killed("block-0000000000000002.clew"));
        verify();
        assertThat(found)
                .singleElement()
                .satisfies(damage ->
                        assertThat(damage.what()).contains(" spans in ").contains("not there"));
    }

    @Test
    void aMissingManifestBesideBlocksIsDamage() throws IOException {
        Path manifest = killed("MANIFEST");
        Files.delete(manifest);
        verify();
        assertThat(found).singleElement().satisfies(damage -> {
            assertThat(damage.file()).isEqualTo(manifest);
            assertThat(damage.what()).contains("not there");
        });
    }

    @Test
    void deletedTracesAreCountedUntilNoFileHasThem() throws IOException {
        TraceId id;
        try (TraceStore store = EmbeddedStore.open(StoreSettings.of(files, store(), List.of()))) {
            try (Snapshot snapshot = store.snapshot()) {
                id = requireNonNull(snapshot.search(new SpanCondition.Any(), Window.ALL, null, ReadControl.unbounded())
                                .next())
                        .id();
            }
            store.delete(List.of(id));
            copy(store(), directory.resolve("deleted"));
            store.maintain();
        }
        assertThat(verify("deleted").deleted()).isEqualTo(1);
        assertThat(verify("store").deleted()).isZero();
        assertThat(found).isEmpty();
    }

    @Test
    void nothingIsChanged() throws IOException {
        flip(killed("block-0000000000000001.clew"), 100);
        List<String> before = contents();
        verify();
        assertThat(contents()).isEqualTo(before);
    }

    private StoreVerifier.Result verify() throws IOException {
        return verify("killed");
    }

    private StoreVerifier.Result verify(String name) throws IOException {
        found.clear();
        long[] last = new long[2];
        StoreVerifier.Result result =
                StoreVerifier.verify(files, directory.resolve(name), new StoreVerifier.Listener() {
                    @Override
                    public void progress(Path file, long done, long total) {
                        assertThat(done).isBetween(last[0], total);
                        last[0] = done;
                        last[1] = total;
                    }

                    @Override
                    public void damaged(Damage damage) {
                        found.add(damage);
                    }

                    @Override
                    public void doubtful(Damage place) {
                        throw new AssertionError(place.line());
                    }
                });
        assertThat(result.damages()).isEqualTo(found.size());
        return result;
    }

    private Path store() {
        return directory.resolve("store");
    }

    private Path killed(String name) {
        return directory.resolve("killed").resolve(name);
    }

    private static void flip(Path file, long at) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[(int) at] ^= 4;
        Files.write(file, bytes);
    }

    private List<String> contents() throws IOException {
        try (Stream<Path> all = Files.walk(directory.resolve("killed"))) {
            List<String> contents = new ArrayList<>();
            for (Path file : all.filter(Files::isRegularFile).sorted().toList()) {
                contents.add(
                        file + " " + Arrays.hashCode(Files.readAllBytes(file)) + " " + Files.getLastModifiedTime(file));
            }
            return contents;
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path file : all.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        }
    }
}
