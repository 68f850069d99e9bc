package io.clew.server.config;

/** The ports to listen on; 0 takes a free one. Offsets are already added. */
public record Ports(int otlpGrpc, int otlpHttp, int ui) {
    public static final int OTLP_GRPC = 4317;
    public static final int OTLP_HTTP = 4318;
    public static final int UI = 16686;
    /** 16686 + 48849 = 65535, the last port there is. */
    public static final int LARGEST_OFFSET = 65535 - UI;

    /** Three free ports, for tests. */
    public static final Ports FREE = new Ports(0, 0, 0);
}
