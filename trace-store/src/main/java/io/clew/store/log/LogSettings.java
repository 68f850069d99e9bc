package io.clew.store.log;

/**
 * Sizes of the log.
 *
 * @param segmentBytes size of a segment, header included; a record that does not fit gets a larger one of its own. At
 *     least 4096.
 * @param spareSegments how many covered segments are kept for reuse while others are still needed; an idle log keeps one
 *     segment in all
 */
public record LogSettings(int segmentBytes, int spareSegments) {
    /** 16 MiB, and 64 MiB of spare ones under load. */
    public static final LogSettings DEFAULT = new LogSettings(16 << 20, 4);

    public LogSettings {
        if (segmentBytes < 4096 || segmentBytes % 8 != 0 || spareSegments < 0) {
            throw new IllegalArgumentException("segmentBytes " + segmentBytes + ", spareSegments " + spareSegments);
        }
    }
}
