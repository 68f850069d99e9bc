package io.clew.server.config;

import io.clew.store.StoreOnDisk;
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
 * @param snapshotsDirectory where copies of the store are made when the API is asked for one; absolute
 */
public record ServerConfig(
        Path dataDirectory,
        String bind,
        Ports ports,
        Set<String> allowedHosts,
        Duration queryTimeout,
        Limits limits,
        Retention retention,
        StoreConfig store,
        AnalysisConfig analysis,
        Path snapshotsDirectory) {
    public static final Duration DEFAULT_QUERY_TIMEOUT = Duration.ofSeconds(30);

    /** Loopback, free ports, live analysis, all else by default: what tests start from. */
    public static ServerConfig onFreePorts(Path dataDirectory) {
        Path absolute = dataDirectory.toAbsolutePath().normalize();
        return new ServerConfig(
                absolute,
                "127.0.0.1",
                Ports.FREE,
                Set.of(),
                DEFAULT_QUERY_TIMEOUT,
                Limits.DEFAULT,
                Retention.DEFAULT,
                StoreConfig.DEFAULT,
                AnalysisConfig.DEFAULT,
                absolute.resolve(StoreOnDisk.COPIES));
    }
}
