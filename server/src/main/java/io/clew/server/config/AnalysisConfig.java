package io.clew.server.config;

import java.time.Duration;

/**
 * How figures are kept ready.
 *
 * @param live whether those of the last day are, as spans arrive
 * @param rest how long nothing must arrive for a minute before its figures are computed
 * @param age how long figures of past minutes are kept on disk, be their traces there or not
 * @param bytes that they may take; a share is of the disk the data is on
 */
public record AnalysisConfig(boolean live, Duration rest, Duration age, Size bytes) {
    public static final AnalysisConfig DEFAULT =
            new AnalysisConfig(true, Duration.ofSeconds(10), Duration.ofDays(30), new Size(1L << 30, 0));
}
