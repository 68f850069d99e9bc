package io.clew.analysis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.clew.analysis.cell.Cell;
import io.clew.analysis.cell.CellFormat;
import io.clew.analysis.cell.CellFormatException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** Whatever bytes the decoder gets, it refuses them by a sentence or reads a cell that writes the same bytes. */
class CellFormatFuzzTest {
    private static final long SEED = 20261124;

    @Test
    void mutatedCellsAreRefusedOrReadExactly() {
        Random random = new Random(SEED);
        RandomTraces traces = new RandomTraces(SEED, 2);
        Fold fold = new Fold();
        traces.addTo(fold, traces.ids().subList(0, Math.min(6, traces.ids().size())));
        int refused = 0;
        int read = 0;
        for (Cell cell : fold.cells().values()) {
            byte[] bytes = CellFormat.write(cell);
            for (int i = 0; i < 2_000; i++) {
                byte[] mutated = mutate(bytes, random);
                try {
                    Cell again = CellFormat.read(mutated, Analyses.SHAPES);
                    assertThat(CellFormat.write(again)).isEqualTo(mutated);
                    read++;
                } catch (CellFormatException expected) {
                    refused++;
                }
            }
        }
        assertThat(refused).as("refused, seed " + SEED).isPositive();
        assertThat(read).as("read, seed " + SEED).isPositive();
    }

    @Test
    void refusesAVersionItDoesNotKnowByName() {
        byte[] bytes = CellFormat.write(new Cell(Analyses.SHAPES, 7));
        bytes[0] = 2;
        assertThatThrownBy(() -> CellFormat.read(resummed(bytes), Analyses.SHAPES))
                .isInstanceOf(CellFormatException.class)
                .hasMessageContaining("version 2");
    }

    /** The example of docs/formats/cell.md. */
    @Test
    void anEmptyCellIsWrittenAsTheFormatSays() {
        byte[] bytes = CellFormat.write(new Cell(Analyses.SHAPES, 28_333_334));
        assertThat(HexFormat.of().formatHex(bytes, 0, bytes.length - 4))
                .isEqualTo("0100%s0008".formatted("acd4821b") + "0000".repeat(8));
        assertThat(bytes).hasSize(28);
    }

    @Test
    void everyTruncationIsRefused() {
        Fold fold = new Fold();
        RandomTraces traces = new RandomTraces(SEED, 1);
        traces.addTo(fold, traces.ids());
        byte[] bytes = CellFormat.write(fold.cells().values().iterator().next());
        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> CellFormat.read(cut, Analyses.SHAPES)).isInstanceOf(CellFormatException.class);
            if (length >= 4) {
                byte[] summed = resummed(cut);
                assertThatThrownBy(() -> CellFormat.read(summed, Analyses.SHAPES))
                        .isInstanceOf(CellFormatException.class);
            }
        }
    }

    /** A few bytes changed, cut or doubled; the checksum right again, so that what is behind it is reached. */
    private static byte[] mutate(byte[] bytes, Random random) {
        byte[] mutated = bytes.clone();
        for (int i = random.nextInt(3); i >= 0; i--) {
            int at = random.nextInt(mutated.length);
            switch (random.nextInt(4)) {
                case 0 -> mutated[at] = (byte) random.nextInt();
                case 1 -> mutated[at] ^= (byte) (1 << random.nextInt(8));
                case 2 -> mutated[at] = (byte) (random.nextBoolean() ? 0xFF : 0);
                default -> {
                    int length = random.nextInt(Math.min(8, mutated.length - at));
                    mutated = Arrays.copyOf(mutated, mutated.length - length);
                }
            }
        }
        return mutated.length < 4 ? mutated : resummed(mutated);
    }

    private static byte[] resummed(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, bytes.length - 4);
        for (int i = 0; i < 4; i++) {
            bytes[bytes.length - 4 + i] = (byte) (crc.getValue() >>> 8 * i);
        }
        return bytes;
    }
}
