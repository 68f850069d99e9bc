package io.clew.server.config;

import java.time.Duration;

/**
 * How figures are kept ready.
 *
 * @param live whether those of the last day are, as spans arrive
 * @param rest how long nothing must arrive for a minute before its figures are computed
 */
public record AnalysisConfig(boolean live, Duration rest) {}
