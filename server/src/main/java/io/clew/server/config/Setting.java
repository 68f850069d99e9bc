package io.clew.server.config;

import java.util.Locale;

/**
 * Everything that can be set. Each has one name, from which its flag ({@code --port-offset}), its environment variable
 * ({@code CLEW_PORT_OFFSET}) and its place in the configuration file ({@code port-offset:}, dots nest) follow. A flag wins
 * over the environment, the environment over the file, the file over the default.
 */
public enum Setting {
    DATA("data", "DIR", "where traces are kept (default: ./data)"),
    BIND("bind", "ADDR", "address to listen on (default: loopback, in a container 0.0.0.0)"),
    PORT_OFFSET("port-offset", "N", "add N to every port"),
    OTLP_GRPC_PORT("ports.otlp-grpc", "PORT", "OTLP over gRPC (default: 4317; 0 takes a free port)"),
    OTLP_HTTP_PORT("ports.otlp-http", "PORT", "OTLP over HTTP (default: 4318; 0 takes a free port)"),
    UI_PORT("ports.ui", "PORT", "UI and query APIs (default: 16686; 0 takes a free port)"),
    ALLOWED_HOSTS(
            "allowed-hosts",
            "NAMES",
            "further host names, separated by commas, under which the UI and the APIs may be called (a reverse proxy's)"),
    RETENTION_AGE(
            "retention.max-age",
            "DURATION",
            "keep spans so long after they arrived, e.g. 72h or 30d (default: none, no limit)"),
    RETENTION_BYTES(
            "retention.max-bytes",
            "BYTES",
            "keep so much and drop the oldest first, e.g. 20GiB, none for no limit (default: 80% of the disk)"),
    SNAPSHOTS(
            "snapshots",
            "DIR",
            "where copies of the store are made when the API is asked for one (default: snapshots in the data directory)"),
    QUERY_TIMEOUT("query-timeout", "DURATION", "longest time a query may take, e.g. 30s (the default)");

    private final String key;
    private final String valueName;
    private final String description;

    Setting(String key, String valueName, String description) {
        this.key = key;
        this.valueName = valueName;
        this.description = description;
    }

    /** Its place in the configuration file: keys from the outside in, joined by dots. */
    public String key() {
        return key;
    }

    /** Its flag on the command line. */
    public String flag() {
        return "--" + key.replace('.', '-');
    }

    /** Its environment variable. */
    public String variable() {
        return "CLEW_" + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    /** What stands for its value in help texts. */
    public String valueName() {
        return valueName;
    }

    /** One line for help texts. */
    public String description() {
        return description;
    }
}
