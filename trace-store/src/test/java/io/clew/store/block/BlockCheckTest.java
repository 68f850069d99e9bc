package io.clew.store.block;

import static org.assertj.core.api.Assertions.assertThat;

import io.clew.model.RandomSpans;
import io.clew.store.Damage;
import io.clew.store.files.DiskFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The check of a block names the page that holds a flipped bit, whichever page that is, and nothing else. */
class BlockCheckTest {
    private static final long SEED = 20261124;
    private static final List<String> PARTS = List.of(
            "marks and footer",
            "span ids",
            "header of row group",
            "dictionary of span attribute",
            "of span column 'template'",
            "of span column 'start'",
            "of span column 'parent'",
            "of span attribute",
            "of event attribute",
            "of event column 'time'",
            "of link column 'trace-high'",
            "arrivals",
            "value filter",
            "directory of traces",
            "lookup of trace ids",
            "filter of trace ids",
            "summary of services");

    private final DiskFiles files = new DiskFiles();

    @TempDir
    Path directory = Path.of("");

    @Test
    void aBlockAsWrittenIsWhole() throws IOException {
        Path file = write();
        List<Damage> found = new ArrayList<>();
        long[] read = new long[1];
        BlockCheck.Result result = check(file, found, read);
        assertThat(found).isEmpty();
        assertThat(result.isWhole()).isTrue();
        assertThat(read[0]).as("bytes read").isEqualTo(Files.size(file));
    }

    @Test
    void everyFlippedBitIsNamedWithItsPage() throws IOException {
        Path file = write();
        byte[] good = Files.readAllBytes(file);
        Set<String> seen = new TreeSet<>();
        for (int at = 0; at < good.length; at += 97) {
            byte[] bad = good.clone();
            bad[at] ^= (byte) (1 << at % 8);
            Files.write(file, bad);
            List<Damage> found = new ArrayList<>();
            BlockCheck.Result result = check(file, found, new long[1]);
            assertThat(result.isWhole()).as("flip at %d", at).isFalse();
            assertThat(found).as("flip at %d", at).hasSize(1);
            Damage damage = found.getFirst();
            assertThat(damage.file()).isEqualTo(file);
            assertThat(damage.offset()).as("%s, flip at %d", damage, at).isLessThanOrEqualTo(at);
            PARTS.stream().filter(damage.what()::contains).forEach(seen::add);
            if (damage.what().contains("row group")) {
                assertThat(result.damagedGroups()).hasSize(1);
                assertThat(result.directoryDamaged()).isFalse();
            } else {
                assertThat(result.damagedGroups()).isEmpty();
                assertThat(result.directoryDamaged()).isTrue();
            }
        }
        assertThat(seen).as("kinds of pages in which a bit was flipped").containsExactlyInAnyOrderElementsOf(PARTS);
    }

    @Test
    void twoDamagedPagesAreBothNamed() throws IOException {
        Path file = write();
        byte[] bytes = Files.readAllBytes(file);
        bytes[Footer.HEAD + 3] ^= 1;
        bytes[bytes.length / 2] ^= 1;
        Files.write(file, bytes);
        List<Damage> found = new ArrayList<>();
        check(file, found, new long[1]);
        assertThat(found).hasSize(2);
        assertThat(found.getFirst().line())
                .isEqualTo(file + " is damaged at offset 16: span ids 0 to 301 of row group 0 (302 spans):"
                        + " the checksum of a page of 2416 bytes is wrong");
    }

    private Path write() throws IOException {
        RandomSpans random = new RandomSpans(SEED);
        Path file = directory.resolve("block");
        Blocks.write(
                files,
                file,
                new BlockSettings(300, 60, 1 << 20, 1 << 20, 20),
                Blocks.traces(List.of(random.batch(500), random.batch(300))));
        return file;
    }

    private BlockCheck.Result check(Path file, List<Damage> found, long[] read) throws IOException {
        return BlockCheck.check(files, file, new BlockCheck.Listener() {
            @Override
            public void read(long bytes) {
                read[0] += bytes;
            }

            @Override
            public void damaged(Damage damage) {
                found.add(damage);
            }
        });
    }
}
