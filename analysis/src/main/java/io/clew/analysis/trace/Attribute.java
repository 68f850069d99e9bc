package io.clew.analysis.trace;

import java.util.Arrays;
import java.util.List;

/**
 * What attributes say about the other side of a call, with every name it has had: OpenTelemetry semantic conventions 1.44,
 * the older ones, and OpenTracing's. The first name wins where a span has several.
 */
public enum Attribute {
    PEER_SERVICE("service.peer.name", "peer.service"),
    SERVER_ADDRESS("server.address", "net.peer.name", "net.host.name", "peer.hostname", "peer.address"),
    SERVER_PORT("server.port", "net.peer.port", "peer.port"),
    NETWORK_ADDRESS("network.peer.address", "net.sock.peer.addr", "net.peer.ip", "peer.ipv4", "peer.ipv6"),
    URL("url.full", "http.url"),
    ROUTE("http.route", "url.path", "http.target"),
    HTTP_METHOD("http.request.method", "http.method"),
    HTTP_STATUS("http.response.status_code", "http.status_code"),
    RPC_SYSTEM("rpc.system.name", "rpc.system"),
    RPC_METHOD("rpc.method"),
    DB_SYSTEM("db.system.name", "db.system", "db.type"),
    DB_NAMESPACE("db.namespace", "db.name", "db.instance", "db.redis.database_index"),
    DB_COLLECTION("db.collection.name", "db.sql.table", "db.mongodb.collection", "db.cassandra.table"),
    DB_OPERATION("db.operation.name", "db.operation"),
    DB_QUERY("db.query.text", "db.statement"),
    DB_SUMMARY("db.query.summary"),
    MESSAGING_SYSTEM("messaging.system"),
    MESSAGING_DESTINATION(
            "messaging.destination.template",
            "messaging.destination.name",
            "messaging.destination",
            "message_bus.destination"),
    MESSAGING_OPERATION("messaging.operation.type", "messaging.operation", "messaging.operation.name");

    private final String joined;

    Attribute(String... names) {
        this.joined = String.join(" ", names);
    }

    /** All names of all of them. */
    public static List<String> keys() {
        return Arrays.stream(values())
                .flatMap(attribute -> attribute.names().stream())
                .toList();
    }

    /** Names, the one that wins first. */
    List<String> names() {
        return List.of(joined.split(" "));
    }
}
