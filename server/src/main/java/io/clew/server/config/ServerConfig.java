package io.clew.server.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;

/**
 * What a server runs with.
 *
 * @param dataDirectory where traces are kept; absolute
 * @param bind address to listen on: an address, a name, or {@code localhost} for both loopback addresses
 * @param allowedHosts host names beyond loopback and addresses under which the private calls may be made; lower case
 * @param queryTimeout longest time a query may take
 * @param retention what is kept, and for how long
 */
public record ServerConfig(
        Path dataDirectory,
        String bind,
        Ports ports,
        Set<String> allowedHosts,
        Duration queryTimeout,
        Retention retention) {
    public static final Duration DEFAULT_QUERY_TIMEOUT = Duration.ofSeconds(30);

    /** Loopback, free ports, all else by default: what tests start from. */
    public static ServerConfig onFreePorts(Path dataDirectory) {
        return new ServerConfig(
                dataDirectory.toAbsolutePath().normalize(),
                "127.0.0.1",
                Ports.FREE,
                Set.of(),
                DEFAULT_QUERY_TIMEOUT,
                Retention.DEFAULT);
    }
}
