package io.clew.analysis.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

/** What stays, and what it adds up to, is the same for any order of adding and merging; the total is exact. */
class GroupsTest {
    @Property(seed = "20261137", tries = 200)
    void anyOrderAndSplitGivesTheSame(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 20) int limit,
            @ForAll @IntRange(min = 1, max = 80) int keys) {
        Random random = new Random(seed);
        List<String> adds = new ArrayList<>();
        Map<List<String>, Long> model = new HashMap<>();
        for (int i = 0; i < 300; i++) {
            String key = "key " + random.nextInt(keys);
            adds.add(key);
            model.merge(List.of(key, "x"), 1L, Long::sum);
        }
        Groups<long[]> whole = groups(limit);
        adds.forEach(key -> whole.at(key, "x")[0]++);
        Map<List<String>, Long> expected = counts(whole);
        Collections.shuffle(adds, random);
        Groups<long[]> merged = groups(limit);
        for (int from = 0; from < adds.size(); ) {
            int to = Math.min(adds.size(), from + 1 + random.nextInt(120));
            Groups<long[]> part = groups(limit);
            adds.subList(from, to).forEach(key -> part.at(key, "x")[0]++);
            if (random.nextBoolean()) {
                merged.merge(part);
            } else {
                part.merge(merged);
                merged = part;
            }
            from = to;
        }
        assertThat(counts(merged)).as("seed " + seed).isEqualTo(expected);
        Set<List<String>> stayed = new HashSet<>(expected.keySet());
        stayed.remove(List.of("other"));
        assertThat(stayed).hasSize(Math.min(limit, model.size()));
        stayed.forEach(key -> assertThat(expected.get(key)).isEqualTo(model.get(key)));
        assertThat(expected.values().stream().mapToLong(count -> count).sum()).isEqualTo(300);
        assertThat(expected.containsKey(List.of("other"))).isEqualTo(model.size() > limit);
    }

    private static Groups<long[]> groups(int limit) {
        return new Groups<>(limit, () -> new long[1], (a, b) -> a[0] += b[0]);
    }

    private static Map<List<String>, Long> counts(Groups<long[]> groups) {
        Map<List<String>, Long> counts = new HashMap<>();
        groups.kept().forEach((key, count) -> counts.put(key, count[0]));
        groups.other().ifPresent(count -> counts.put(List.of("other"), count[0]));
        return counts;
    }
}
