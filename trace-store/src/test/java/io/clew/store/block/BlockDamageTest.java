package io.clew.store.block;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clew.model.RandomSpans;
import io.clew.model.SpanBatch;
import io.clew.store.DamagedException;
import io.clew.store.ReadControl;
import io.clew.store.SpanCondition;
import io.clew.store.files.DiskFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Whatever happens to a block's bytes ends in {@link DamagedException} with file and offset, and in nothing else. */
@Timeout(value = 120, unit = TimeUnit.SECONDS)
class BlockDamageTest {
    private static final long SEED = 20261123;

    private final DiskFiles files = new DiskFiles();

    @TempDir
    Path directory = Path.of("");

    private byte[] good = new byte[0];

    @BeforeEach
    void writeBlock() throws IOException {
        RandomSpans random = new RandomSpans(SEED);
        Path file = directory.resolve("good");
        Blocks.write(
                files,
                file,
                new BlockSettings(300, 60, 1 << 20, 1 << 20, 20),
                Blocks.traces(List.of(random.batch(500), random.batch(300))));
        good = Files.readAllBytes(file);
        exercise(file);
    }

    @Test
    void everyRegionsFlippedBitsAreDamage() throws IOException {
        Random random = new Random(SEED);
        Path file = directory.resolve("flipped");
        int mutations = 2_000;
        for (int i = 0; i < mutations; i++) {
            byte[] bytes = good.clone();
            // Even over the file, so that no region is left out.
            int at = (int) ((long) i * good.length / mutations) + random.nextInt(good.length / mutations + 1);
            at = Math.min(at, good.length - 1);
            bytes[at] ^= (byte) (1 << random.nextInt(8));
            for (int more = random.nextInt(3); more > 0; more--) {
                bytes[random.nextInt(bytes.length)] ^= (byte) (1 + random.nextInt(255));
            }
            if (Arrays.equals(bytes, good)) {
                continue;
            }
            Files.write(file, bytes);
            damaged(file, "seed " + SEED + ", mutation " + i + " at " + at);
        }
    }

    @Test
    void truncationAndGrowthAreDamage() throws IOException {
        Random random = new Random(SEED + 1);
        Path file = directory.resolve("cut");
        for (int i = 0; i < 500; i++) {
            int length = i < 60 ? i : i < 120 ? good.length - 1 - (i - 60) : random.nextInt(good.length);
            Files.write(file, Arrays.copyOf(good, length));
            damaged(file, "seed " + SEED + ", cut to " + length);
        }
        Files.write(file, Arrays.copyOf(good, good.length + 1));
        damaged(file, "one byte more");
        Files.write(file, Arrays.copyOf(good, good.length + 4096));
        damaged(file, "a page more");
        byte[] twice = Arrays.copyOf(good, 2 * good.length);
        System.arraycopy(good, 0, twice, good.length, good.length);
        Files.write(file, twice);
        damaged(file, "twice");
    }

    @Test
    void overwrittenRangesAreDamage() throws IOException {
        Random random = new Random(SEED + 2);
        Path file = directory.resolve("overwritten");
        for (int i = 0; i < 500; i++) {
            byte[] bytes = good.clone();
            int from = random.nextInt(bytes.length);
            int length = 1 + random.nextInt(Math.min(4096, bytes.length - from));
            if (i % 2 == 0) {
                Arrays.fill(bytes, from, from + length, (byte) 0);
            } else {
                System.arraycopy(good, random.nextInt(good.length - length + 1), bytes, from, length);
            }
            if (Arrays.equals(bytes, good)) {
                continue;
            }
            Files.write(file, bytes);
            damaged(file, "seed " + SEED + ", " + length + " bytes from " + from);
        }
    }

    @Test
    void anotherVersionIsRefusedByName() throws IOException {
        byte[] bytes = good.clone();
        int tail = bytes.length - Footer.TAIL;
        for (int[] place : new int[][] {{0, 8, 12}, {tail, tail + 4, tail + 8}}) {
            bytes[place[1]] = 7;
            CRC32C crc = new CRC32C();
            crc.update(bytes, place[0], place[2] - place[0]);
            ByteSink.INT.set(bytes, place[2], (int) crc.getValue());
        }
        Path file = directory.resolve("version");
        Files.write(file, bytes);
        PageCache cache = new PageCache(1 << 20);
        assertThatThrownBy(() -> Block.open(files, file, cache))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("version 7")
                .hasMessageContaining("version 1")
                .hasMessageContaining(file.toString());
    }

    /** One damaged page leaves the rest readable. */
    @Test
    void readsThatDoNotNeedTheDamagedPageGoOn() throws IOException {
        byte[] bytes = good.clone();
        bytes[Footer.HEAD + 100] ^= 1;
        Path file = directory.resolve("one-page");
        Files.write(file, bytes);
        int readable = 0;
        int damaged = 0;
        try (PageCache cache = new PageCache(1 << 20);
                Block block = Block.open(files, file, cache)) {
            for (int ordinal = 0; ordinal < block.traces(); ordinal++) {
                assertThat(block.find(block.id(ordinal))).isEqualTo(ordinal);
                try {
                    block.read(ordinal, new SpanBatch(), ReadControl.unbounded());
                    readable++;
                } catch (DamagedException e) {
                    assertThat(e.offset()).isEqualTo(Footer.HEAD);
                    damaged++;
                }
            }
            assertThat(block.services()).isNotEmpty();
        }
        assertThat(readable).isPositive();
        assertThat(damaged).isPositive();
    }

    private void damaged(Path file, String what) {
        assertThatThrownBy(() -> exercise(file)).as(what).isInstanceOfSatisfying(DamagedException.class, damage -> {
            assertThat(damage.file()).isEqualTo(file.toString());
            assertThat(damage.offset()).isNotNegative();
        });
    }

    private void exercise(Path file) throws IOException {
        try (PageCache cache = new PageCache(1 << 24);
                Block block = Block.open(files, file, cache)) {
            ReadControl control = ReadControl.unbounded();
            SpanCondition condition = new SpanCondition.Test(
                    new SpanCondition.Attribute(SpanCondition.Scope.SPAN, "http.method"),
                    SpanCondition.Operator.NOT_EQUAL,
                    new SpanCondition.Text("GET"));
            block.services();
            block.mayMatch(condition);
            for (int group = 0; group < block.rowGroups(); group++) {
                block.matching(condition, group, control);
            }
            for (int ordinal = 0; ordinal < block.traces(); ordinal += 7) {
                block.find(block.id(ordinal));
                block.hasSpanId(ordinal, 5);
                block.read(ordinal, new SpanBatch(), control);
            }
            Blocks.check(block);
        }
    }
}
