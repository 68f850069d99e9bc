package io.clew.server.doctor;

import java.util.Locale;

/** Why nothing arrives. Each has its sentence in {@code doctor.properties} under {@link #key}. */
enum Cause {
    /** Nothing is wrong. */
    NONE,
    BAD_ENDPOINT,
    BAD_PROTOCOL,
    BAD_CERTIFICATE_FILE,
    /** The SDK is told not to export, or not to sample. */
    NOT_EXPORTING,
    WRONG_HOST,
    WRONG_PORT,
    NOTHING_LISTENING,
    /** As above, on another machine: it may well listen there, on loopback alone. */
    NOTHING_LISTENING_THERE,
    /** Something listens on this machine's loopback address, and another of its addresses was asked. */
    LOOPBACK_ONLY,
    /** In a container, whose loopback is not the host's. */
    CONTAINER_LOOPBACK,
    UNREACHABLE,
    PROTOCOL,
    PATH,
    TLS_WANTED,
    TLS_UNWANTED,
    CERTIFICATE,
    PROXY,
    AUTHORIZATION,
    /** The server is there and cannot take spans now. */
    BUSY,
    NOT_OTLP,
    SILENT;

    String key() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
