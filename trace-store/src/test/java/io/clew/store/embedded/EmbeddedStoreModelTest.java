package io.clew.store.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.clew.store.RetentionRules;
import io.clew.store.block.BlockSettings;
import io.clew.store.files.DiskFiles;
import io.clew.store.kit.StoreModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;

/**
 * The embedded store against the naive model, under random operations. jqwik draws, prints and repeats the seed of each
 * run; at least 30 % of the searches of all runs together must match something.
 */
class EmbeddedStoreModelTest {
    private static final int OPERATIONS = 60;
    private static final int SEARCHES_EACH = 8;
    /** Row groups small enough that merging finds some to copy. */
    private static final BlockSettings SMALL = new BlockSettings(12, 5, 1 << 20, 1 << 20, 16);

    /** Searches, and those that matched something, of all runs. */
    private static final int[] TOTAL = new int[2];

    private static long retained;

    /** Half of the traces have a period of their own; between 20 s and 3 min, while 30 s pass in an eighth of the steps. */
    private static final RetentionRules RULES = new RetentionRules(
            Duration.ofSeconds(30),
            Map.of("cart", Duration.ofSeconds(20), "pay", Duration.ofSeconds(45)),
            Duration.ofSeconds(60),
            Duration.ofSeconds(75),
            Duration.ofSeconds(5),
            Duration.ofSeconds(180),
            0);

    @Property(seed = "20261135", tries = 5, shrinking = ShrinkingMode.OFF)
    void answersAsTheModelDoes(@ForAll long seed) throws IOException {
        run(seed, RetentionRules.NONE);
    }

    @Property(seed = "20261136", tries = 3, shrinking = ShrinkingMode.OFF)
    void retainsAsTheModelDoes(@ForAll long seed) throws IOException {
        retained += run(seed, RULES);
    }

    /** How many traces retention removed. */
    private static long run(long seed, RetentionRules rules) throws IOException {
        Path directory = Files.createTempDirectory("clew-model");
        try {
            StoreModel model = new StoreModel(
                    seed,
                    rules,
                    clock -> EmbeddedStore.open(StoreSettings.of(new DiskFiles(), directory, List.of())
                            .withClock(clock)
                            .withRetention(rules)
                            .withChunk(200_000, Duration.ofMillis(300))
                            .withBlockSettings(SMALL)
                            .withMerging(3, 1_000_000)));
            model.run(OPERATIONS, SEARCHES_EACH);
            TOTAL[0] += model.searches();
            TOTAL[1] += model.matching();
            return model.retained();
        } finally {
            try (var files = Files.walk(directory)) {
                for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    @AfterContainer
    static void searchesMatchedSomething() {
        System.out.printf(
                "store model: %d searches, %d of them matched something, retention removed %d traces%n",
                TOTAL[0], TOTAL[1], retained);
        assertThat(retained).as("traces that retention removed").isPositive();
        assertThat(TOTAL[1] * 100.0 / TOTAL[0])
                .as("percentage of searches that match")
                .isGreaterThan(30);
    }
}
