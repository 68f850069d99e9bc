package io.clew.server.config;

import io.clew.store.RetentionRules;
import java.time.Duration;
import java.util.Map;

/**
 * What is kept, and for how long.
 *
 * @param rules as the store takes them, but for the limit in bytes
 * @param bytes that blocks may take; a share is of the disk the data is on
 */
public record Retention(RetentionRules rules, Size bytes) {
    /** Traces by age: no limit; 80 % of the disk; marked traces go last. */
    public static final Retention DEFAULT = new Retention(
            new RetentionRules(
                    RetentionRules.FOREVER,
                    Map.of(),
                    Duration.ZERO,
                    Duration.ZERO,
                    Duration.ofSeconds(1),
                    RetentionRules.FOREVER,
                    0),
            new Size(0, 80));

    /** The rules on a disk of this size. */
    public RetentionRules on(long diskBytes) {
        return rules.withBytes(bytes.of(diskBytes));
    }
}
