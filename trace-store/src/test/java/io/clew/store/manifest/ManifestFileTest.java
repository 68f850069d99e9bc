package io.clew.store.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clew.model.TraceId;
import io.clew.store.DamagedException;
import io.clew.store.files.DiskFiles;
import io.clew.store.files.FaultyFiles;
import io.clew.store.files.FaultyFiles.Kind;
import io.clew.store.files.FaultyFiles.Operation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ManifestFileTest {
    private static final Manifest EXAMPLE = new Manifest(
            2,
            3,
            9,
            5,
            2,
            List.of(new TraceId(0, 5)),
            List.of(new BlockEntry(1, 0, 0, 6, 3, 1000, 2000, 3000, 4000, 500, true, List.of(new TraceId(0, 7)))));

    @TempDir
    Path directory;

    private final FaultyFiles files = new FaultyFiles(new DiskFiles());

    @Test
    void aDirectoryWithoutOneIsAnEmptyStore() throws IOException {
        assertThat(ManifestFile.open(files, directory).current()).isEqualTo(Manifest.EMPTY);
    }

    @Test
    void whatWasPublishedIsRead() throws IOException {
        ManifestFile file = ManifestFile.open(files, directory);
        Random random = new Random(5);
        for (int generation = 1; generation < 40; generation++) {
            Manifest manifest = random(generation, random);
            file.publish(manifest);
            assertThat(file.current()).isEqualTo(manifest);
            assertThat(ManifestFile.open(files, directory).current()).isEqualTo(manifest);
        }
        assertThatThrownBy(() -> file.publish(random(41, random)))
                .hasMessageContaining("generation 41 does not follow 39");
    }

    @Test
    void theExamplesAreWhatIsWritten() throws IOException {
        byte[] bytes = ManifestCodec.encode(EXAMPLE).array();
        String written = HexFormat.ofDelimiter(" ").formatHex(bytes);
        assertThat(dump(Path.of("../docs/formats/manifest.md"))).isEqualTo(written);
        assertThat(dump(Path.of("src/main/java/io/clew/store/manifest/ManifestFile.java")))
                .isEqualTo(written);
        assertThat(ManifestCodec.decode(Path.of("example"), bytes)).isEqualTo(EXAMPLE);
    }

    private static String dump(Path document) throws IOException {
        StringBuilder hex = new StringBuilder();
        Matcher lines = Pattern.compile("(?m)^(?: \\* )?[0-9a-f]{4}  ((?:[0-9a-f]{2} ?){4,16})")
                .matcher(Files.readString(document));
        while (lines.find()) {
            hex.append(lines.group(1).strip()).append(' ');
        }
        return hex.toString().strip();
    }

    @Test
    void powerLostAtAnyStepLeavesTheOldOneOrTheNew() throws IOException {
        Random random = new Random(7);
        int cuts = 0;
        for (int round = 0; round < 150; round++) {
            Path store = Files.createDirectory(directory.resolve("r" + round));
            ManifestFile file = ManifestFile.open(files, store);
            Manifest old = random(1, random);
            file.publish(old);
            Manifest next = random(2, random);
            files.cutPowerAfter(round % 6);
            boolean acknowledged = true;
            try {
                file.publish(next);
            } catch (IOException cut) {
                acknowledged = false;
                cuts++;
            }
            assertThat(file.current()).isEqualTo(acknowledged ? next : old);
            files.losePower(round);
            Manifest found = ManifestFile.open(files, store).current();
            if (acknowledged) {
                assertThat(found).as("round %d", round).isEqualTo(next);
            } else {
                assertThat(found).as("round %d", round).isIn(old, next);
            }
            Manifest later = random(found.generation() + 1, random);
            ManifestFile.open(files, store).publish(later);
            assertThat(ManifestFile.open(files, store).current()).isEqualTo(later);
        }
        // Create, write, force, rename, force the directory: five steps to be cut at, and once none.
        assertThat(cuts).isEqualTo(125);
    }

    @Test
    void aFailureLeavesTheOldOneAndCanBeTriedAgain() throws IOException {
        Random random = new Random(9);
        ManifestFile file = ManifestFile.open(files, directory);
        Manifest old = random(1, random);
        file.publish(old);
        for (Operation operation : List.of(Operation.CREATE, Operation.WRITE, Operation.FORCE, Operation.RENAME)) {
            files.fail(operation, ManifestFile.NAME, Kind.DISK_FULL).times(1);
            assertThatThrownBy(() -> file.publish(random(2, random))).isInstanceOf(IOException.class);
            assertThat(file.current()).isEqualTo(old);
            assertThat(ManifestFile.open(files, directory).current()).isEqualTo(old);
        }
        Manifest next = random(2, random);
        file.publish(next);
        assertThat(ManifestFile.open(files, directory).current()).isEqualTo(next);
    }

    @Test
    void aNewerVersionIsRefusedByName() throws IOException {
        byte[] bytes = ManifestCodec.encode(EXAMPLE).array();
        bytes[8] = 9;
        seal(bytes);
        Files.write(directory.resolve(ManifestFile.NAME), bytes);
        assertThatThrownBy(() -> ManifestFile.open(files, directory))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("MANIFEST")
                .hasMessageContaining("version 9");
    }

    /** Half of them with the checksum made right again, so that what lies behind it is tried too. */
    @Test
    void damagedBytesAreRefusedAndNeverReadWrongly() {
        Random random = new Random(20_26);
        int refused = 0;
        for (int round = 0; round < 10_000; round++) {
            byte[] good = ManifestCodec.encode(random(1, random)).array();
            byte[] bad = mutate(good, random);
            boolean sealed = round % 2 == 0 && bad.length >= 4;
            if (sealed) {
                seal(bad);
            }
            try {
                Manifest read = ManifestCodec.decode(Path.of("m"), bad);
                assertThat(Arrays.equals(bad, good) || sealed).isTrue();
                assertThat(read.blocks().size()).isLessThanOrEqualTo(bad.length / 80);
            } catch (DamagedException | IOException damaged) {
                refused++;
                assertThat(damaged).hasMessageStartingWith("m ");
            }
        }
        assertThat(refused).isGreaterThan(5_000);
    }

    @Test
    void sweepDeletesWhatIsNotNamed() throws IOException {
        ManifestFile file = ManifestFile.open(files, directory);
        Path blocks = Files.createDirectory(directory.resolve("blocks"));
        Files.writeString(blocks.resolve("kept"), "x");
        Files.writeString(blocks.resolve("orphan"), "x");
        Files.createDirectory(blocks.resolve("orphans"));
        Files.writeString(blocks.resolve("orphans").resolve("part"), "x");
        assertThat(file.sweep(blocks, path -> path.endsWith("kept")))
                .containsExactly(blocks.resolve("orphan"), blocks.resolve("orphans"));
        assertThat(files.list(blocks)).containsExactly(blocks.resolve("kept"));
    }

    private static byte[] mutate(byte[] good, Random random) {
        byte[] bad = good.clone();
        switch (random.nextInt(4)) {
            case 0 -> bad = Arrays.copyOf(bad, random.nextInt(bad.length + 40));
            case 1 -> bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
            case 2 -> {
                int at = random.nextInt(bad.length);
                int to = at + random.nextInt(bad.length - at);
                Arrays.fill(bad, at, to, (byte) random.nextInt(256));
            }
            default -> {
                byte[] noise = new byte[random.nextInt(1, 16)];
                random.nextBytes(noise);
                System.arraycopy(noise, 0, bad, random.nextInt(bad.length - 16), noise.length);
            }
        }
        return bad;
    }

    private static void seal(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, bytes.length - 4);
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(bytes.length - 4, (int) crc.getValue());
    }

    private static Manifest random(long generation, Random random) {
        List<BlockEntry> blocks = new ArrayList<>();
        for (int i = random.nextInt(6); i > 0; i--) {
            List<TraceId> deleted = traces(random);
            long[] n = random.longs(8).toArray();
            blocks.add(new BlockEntry(
                    n[0],
                    random.nextInt(),
                    random.nextInt(),
                    n[1],
                    n[2],
                    n[3],
                    n[4],
                    n[5],
                    n[6],
                    n[7],
                    random.nextBoolean(),
                    deleted));
        }
        return new Manifest(
                generation,
                random.nextLong(),
                random.nextLong(),
                random.nextLong(),
                random.nextLong(),
                traces(random),
                blocks);
    }

    private static List<TraceId> traces(Random random) {
        List<TraceId> ids = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            ids.add(new TraceId(random.nextLong(), random.nextLong()));
        }
        ids.sort(null);
        return ids;
    }
}
