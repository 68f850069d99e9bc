package io.clew.store.block;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** A filter of any size is made, has every key, few others, and is small. */
class BinaryFuseFilterTest {
    private final SplittableRandom random = new SplittableRandom(20261124);

    private long[] keys(int count) {
        long[] keys = random.longs(count).toArray();
        Arrays.sort(keys);
        return keys;
    }

    /** Sizes next to those at which segments get longer, where a filter of the usual size is hardly enough. */
    private static SortedSet<Integer> sizesInQuestion() {
        SortedSet<Integer> sizes = new TreeSet<>();
        for (int power = 3; power <= 12; power++) {
            int longer = (int) Math.ceil(Math.pow(3.33, power - 2.25));
            for (int near = -3; near <= 3; near++) {
                sizes.add(Math.max(0, longer + near));
                sizes.add(Math.max(0, longer + near * longer / 200));
            }
        }
        return sizes;
    }

    @Test
    void filtersOfAllSizesAreMade() {
        SortedSet<Integer> sizes = sizesInQuestion();
        for (int size = 0; size <= 300; size++) {
            sizes.add(size);
        }
        for (int size : sizes) {
            for (int round = 0; round < (size < 20_000 ? 8 : 2); round++) {
                check(size);
            }
        }
    }

    /** With places for the usual size alone, one set in eight of this size had no filter. */
    @Test
    void manySetsOfTheHardestSizeHaveAFilter() {
        for (int round = 0; round < 200; round++) {
            check(11_514);
        }
    }

    private void check(int size) {
        long[] keys = keys(size);
        BinaryFuseFilter filter = BinaryFuseFilter.ofDistinct(keys, 0, size);
        for (long key : keys) {
            assertThat(filter.mayContain(key)).as("key of %d", size).isTrue();
        }
        int wrong = 0;
        for (int i = 0; i < 10_000; i++) {
            wrong += filter.mayContain(random.nextLong()) ? 1 : 0;
        }
        assertThat(wrong).as("false yes of 10,000 with %d keys", size).isLessThan(100);
        assertThat(filter.heapBytes())
                .as("bytes of %d keys", size)
                .isLessThan(128 + (size < 1000 ? 4 * size : size * 3 / 2));
    }
}
