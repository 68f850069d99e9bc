package io.clew.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Lists of names against plain sets: below the limit equal, above it the first and about how many. */
class FirstNamesTest {
    private static List<String> names(int from, int to) {
        List<String> names = new ArrayList<>(
                IntStream.range(from, to).mapToObj(i -> "name-" + i).toList());
        SplittableRandom random = new SplittableRandom(7);
        for (int i = names.size() - 1; i > 0; i--) {
            Collections.swap(names, i, random.nextInt(i + 1));
        }
        return names;
    }

    @Test
    void upToTheLimitItIsASet() {
        FirstNames<String> names = new FirstNames<>();
        names.addAll(names(0, FirstNames.MOST));
        names.addAll(names(0, FirstNames.MOST));
        assertThat(names.complete()).isTrue();
        assertThat(names.total()).isEqualTo(FirstNames.MOST);
        assertThat(names).containsExactlyElementsOf(new TreeSet<>(names(0, FirstNames.MOST)));
    }

    @Test
    void beyondItTheFirstStayAndTheRestIsEstimated() {
        for (int count : new int[] {FirstNames.MOST + 1, 50_000, 1_000_000}) {
            FirstNames<String> names = new FirstNames<>();
            names.addAll(names(0, count));
            assertThat(names.complete()).isFalse();
            assertThat(names).containsExactlyElementsOf(first(count));
            // Four standard errors.
            assertThat((double) names.total()).isBetween(0.88 * count, 1.12 * count);
        }
    }

    @Test
    void listsAreUnitedAsIfAllHadBeenAddedToOne() {
        FirstNames<String> one = new FirstNames<>();
        one.addAll(names(0, 60_000));
        FirstNames<String> united = new FirstNames<>();
        for (int from = 0; from < 60_000; from += 20_000) {
            FirstNames<String> part = new FirstNames<>();
            part.addAll(names(from, from + 25_000 > 60_000 ? 60_000 : from + 25_000));
            united.addAll(part);
        }
        assertThat(united).isEqualTo(one);
        assertThat(united.total()).isEqualTo(one.total());
    }

    private static List<String> first(int count) {
        return names(0, count).stream().sorted().limit(FirstNames.MOST).toList();
    }
}
