package io.clew.server.doctor;

import java.net.URI;

/**
 * Where and how an exporter sends: one of the things the doctor varies.
 *
 * @param tls true for {@code https}
 * @param host name or address; an IPv6 address without brackets
 * @param port 1 to 65535
 * @param wire what is spoken
 * @param path of the POST, from the slash on; gRPC has its own and leaves this one alone
 */
record Target(boolean tls, String host, int port, Wire wire, String path) {

    static final String TRACES = "/v1/traces";

    /** The protocols of OTLP, as {@code OTEL_EXPORTER_OTLP_PROTOCOL} names them. */
    enum Wire {
        GRPC("grpc", 4317),
        HTTP_PROTOBUF("http/protobuf", 4318),
        HTTP_JSON("http/json", 4318);

        final String label;
        /** The port that goes with it by convention. */
        final int port;

        Wire(String label, int port) {
            this.label = label;
            this.port = port;
        }
    }

    Target withHost(String other) {
        return new Target(tls, other, port, wire, path);
    }

    Target withPort(int other) {
        return new Target(tls, host, other, wire, path);
    }

    Target withTls(boolean other) {
        return new Target(other, host, port, wire, path);
    }

    Target withPath(String other) {
        return new Target(tls, host, port, wire, other);
    }

    /** The same place, spoken to in the other protocol: gRPC against HTTP with protobuf, at OTLP's path. */
    Target withOtherWire() {
        return wire == Wire.GRPC
                ? new Target(tls, host, port, Wire.HTTP_PROTOBUF, TRACES)
                : new Target(tls, host, port, Wire.GRPC, TRACES);
    }

    /** Scheme, host and port, as {@code OTEL_EXPORTER_OTLP_ENDPOINT} takes them. */
    String base() {
        return (tls ? "https://" : "http://") + hostInUrl() + ":" + port;
    }

    /** What is requested: {@link #base} for gRPC, with the path for HTTP. */
    URI uri() {
        return URI.create(wire == Wire.GRPC ? base() : base() + path);
    }

    private String hostInUrl() {
        return host.contains(":") ? "[" + host + "]" : host;
    }

    @Override
    public String toString() {
        return uri() + " (" + wire.label + ")";
    }
}
