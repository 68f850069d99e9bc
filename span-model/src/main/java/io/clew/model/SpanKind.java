package io.clew.model;

/** The span kinds of OTLP. Other numbers may stand in a batch (the enumeration is open); they read as UNSPECIFIED. */
public enum SpanKind {
    UNSPECIFIED,
    INTERNAL,
    SERVER,
    CLIENT,
    PRODUCER,
    CONSUMER;

    private static final SpanKind[] BY_CODE = values();

    /** The OTLP number, 0 to 5. */
    public int code() {
        return ordinal();
    }

    public static SpanKind of(int code) {
        return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : UNSPECIFIED;
    }

    /** The lower-case word used in TraceQL and in the APIs. */
    public String word() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
