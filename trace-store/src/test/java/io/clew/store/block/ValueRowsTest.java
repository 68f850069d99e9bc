package io.clew.store.block;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ValueRowsTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 63, 64, 65, 128, 1000, 4000, 4033})
    void rowsAreThoseThatCountingFinds(int count) {
        Random random = new Random(count);
        for (double present : new double[] {0, 0.02, 0.5, 0.98, 1}) {
            for (double wanted : new double[] {0, 0.01, 0.5, 1}) {
                BitSet owners = new BitSet();
                BitSet values = new BitSet();
                BitSet expected = new BitSet();
                for (int row = 0, next = 0; row < count; row++) {
                    if (random.nextDouble() < present) {
                        owners.set(row);
                        if (random.nextDouble() < wanted) {
                            values.set(next);
                            expected.set(row);
                        }
                        next++;
                    }
                }
                assertThat(new ValueRows(owners.toLongArray()).of(values))
                        .as("%d rows, %s with a value, %s of these wanted", count, present, wanted)
                        .isEqualTo(expected);
            }
        }
    }
}
