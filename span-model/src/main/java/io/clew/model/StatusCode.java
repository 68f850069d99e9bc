package io.clew.model;

/** The status codes of OTLP. Other numbers may stand in a batch; they read as UNSET. */
public enum StatusCode {
    UNSET,
    OK,
    ERROR;

    private static final StatusCode[] BY_CODE = values();

    /** The OTLP number, 0 to 2. */
    public int code() {
        return ordinal();
    }

    public static StatusCode of(int code) {
        return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : UNSET;
    }

    /** The lower-case word used in TraceQL and in the APIs. */
    public String word() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
