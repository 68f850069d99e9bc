package io.clew.server.config;

import java.util.Locale;

/**
 * Everything that can be set. Each has one name, from which its flag ({@code --port-offset}), its environment variable
 * ({@code CLEW_PORT_OFFSET}) and its place in the configuration file ({@code port-offset:}, dots nest) follow. A flag wins
 * over the environment, the environment over the file, the file over the default. {@code docs/configuration.md} says more
 * of each and is held against this list.
 */
public enum Setting {
    DATA("data", "DIR", "data", "where traces are kept"),
    SNAPSHOTS(
            "snapshots",
            "DIR",
            "",
            "where copies of the store are made when the API is asked for one; by default snapshots in the data directory"),
    BIND("bind", "ADDR", "localhost", "address to listen on; in a container the default is 0.0.0.0"),
    PORT_OFFSET("port-offset", "N", "0", "add N to every port"),
    OTLP_GRPC_PORT("ports.otlp-grpc", "PORT", "4317", "OTLP over gRPC; 0 takes a free port"),
    OTLP_HTTP_PORT("ports.otlp-http", "PORT", "4318", "OTLP over HTTP; 0 takes a free port"),
    UI_PORT("ports.ui", "PORT", "16686", "UI and query APIs; 0 takes a free port"),
    ALLOWED_HOSTS(
            "allowed-hosts",
            "NAMES",
            "",
            "further host names, separated by commas, under which the UI and the APIs may be called, such as clew.company.com; * for any"),
    QUERY_TIMEOUT("query-timeout", "DURATION", "30s", "longest time a query may take"),
    LIMIT_BODY("limits.body", "BYTES", "64MiB", "largest request body, after decompression"),
    LIMIT_DEPTH("limits.depth", "N", "100", "deepest nesting of attribute values"),
    LIMIT_IN_FLIGHT(
            "limits.in-flight", "BYTES", "25%", "memory for all requests in flight together; a share is of the heap"),
    RETENTION_AGE(
            "retention.max-age",
            "DURATION",
            "none",
            "keep a trace so long after its last span arrived, such as 72h or 30d; none for no limit"),
    RETENTION_BYTES(
            "retention.max-bytes",
            "BYTES",
            "80%",
            "keep so much and drop the oldest traces first, such as 20GiB; a share is of the disk; none for no limit"),
    RETENTION_SERVICES(
            "retention.services",
            "NAME=DURATION,...",
            "",
            "periods of services in place of max-age; of several in a trace the longest counts"),
    KEEP_ERRORS("retention.keep.errors", "DURATION", "none", "keep traces with an error so long"),
    KEEP_SLOW("retention.keep.slow", "DURATION", "none", "keep traces that lasted slow-from or longer so long"),
    KEEP_SLOW_FROM("retention.keep.slow-from", "DURATION", "1s", "from which duration a trace is slow"),
    KEEP_MARKED(
            "retention.keep.marked",
            "DURATION",
            "forever",
            "keep marked traces so long: by the API or an attribute clew.keep=true"),
    CHUNK_BYTES("store.chunk-bytes", "BYTES", "96MiB", "memory of new spans after which they become a block"),
    CHUNK_AGE("store.chunk-age", "DURATION", "10s", "time after which new spans become a block"),
    UNFLUSHED_BYTES(
            "store.unflushed-bytes",
            "BYTES",
            "256MiB",
            "most bytes of log not yet in blocks; beyond, senders are told to wait"),
    PAGE_CACHE("store.page-cache", "BYTES", "128MiB", "memory for pages of blocks that queries have read"),
    MERGE_FAN_IN("store.merge-fan-in", "N", "8", "how many blocks of like size are united into one"),
    MERGE_SPANS("store.merge-spans", "N", "1000000", "blocks of so many spans are not merged any more"),
    ANALYSIS_LIVE(
            "analysis.live",
            "on|off",
            "on",
            "keep the figures of the last day ready as spans arrive, which /metrics/red needs; off adds up when asked"),
    ANALYSIS_REST(
            "analysis.rest",
            "DURATION",
            "10s",
            "how long nothing must arrive for a minute before its figures are kept ready; until then they are added up when"
                    + " asked"),
    ANALYSIS_AGE(
            "analysis.max-age",
            "DURATION",
            "30d",
            "keep figures of past minutes on disk so long, also when their traces are gone; 1h to 400d"),
    ANALYSIS_BYTES(
            "analysis.max-bytes",
            "BYTES",
            "1GiB",
            "keep so much of them on disk and drop the oldest hours first; a share is of the disk");

    private final String key;
    private final String valueName;
    private final String defaultText;
    private final String description;

    Setting(String key, String valueName, String defaultText, String description) {
        this.key = key;
        this.valueName = valueName;
        this.defaultText = defaultText;
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

    /** What it is when nobody gives it, as it would be given. */
    public String defaultText() {
        return defaultText;
    }

    /** One line for help texts. */
    public String description() {
        return description + (defaultText.isEmpty() ? "" : " (default: " + defaultText + ")");
    }
}
