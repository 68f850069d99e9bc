package io.clew.store.log;

/**
 * Sizes of the log.
 *
 * @param segmentBytes size of a segment, header included; a record that does not fit gets a larger one of its own. At
 *     least 4096.
 * @param firstSegmentBytes size of the first segment after the log was idle, and so of an idle log; each next one is four
 *     times as large, up to {@code segmentBytes}. At least 4096.
 * @param spareSegments how many covered segments are kept for reuse while others are still needed
 */
public record LogSettings(int segmentBytes, int firstSegmentBytes, int spareSegments) {
    /** 16 MiB, 256 KiB, and as many spare ones as a store lets wait to be flushed: 256 MiB. */
    public static final LogSettings DEFAULT = new LogSettings(16 << 20, 256 << 10, 16);

    public LogSettings {
        if (firstSegmentBytes < 4096
                || firstSegmentBytes % 8 != 0
                || segmentBytes < firstSegmentBytes
                || segmentBytes % 8 != 0
                || spareSegments < 0) {
            throw new IllegalArgumentException("segmentBytes " + segmentBytes + ", firstSegmentBytes "
                    + firstSegmentBytes + ", spareSegments " + spareSegments);
        }
    }
}
