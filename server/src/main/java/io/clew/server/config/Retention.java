package io.clew.server.config;

import java.time.Duration;

/**
 * What is kept, and for how long.
 *
 * @param age time after their arrival at which spans are dropped; zero = no limit
 * @param bytes beyond which the oldest are dropped; 0 = no limit in bytes
 * @param percentOfDisk the same limit as a share of the disk the data is on; 0 = no such limit
 */
public record Retention(Duration age, long bytes, int percentOfDisk) {
    public static final Retention DEFAULT = new Retention(Duration.ZERO, 0, 80);

    /** The limit in bytes on a disk of this size; 0 = no limit. */
    public long bytesOf(long diskBytes) {
        return percentOfDisk == 0 ? bytes : diskBytes / 100 * percentOfDisk;
    }
}
