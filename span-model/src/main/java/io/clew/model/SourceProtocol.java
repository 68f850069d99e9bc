package io.clew.model;

/** Numbers of the protocols a span can come by, as they stand in columns and blocks; the numbers never change. */
public final class SourceProtocol {
    /** Made inside the process or unknown. */
    public static final byte NONE = 0;

    public static final byte OTLP_PROTOBUF = 1;
    public static final byte OTLP_JSON = 2;

    private SourceProtocol() {}
}
