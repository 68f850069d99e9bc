package io.clew.server.net;

/** The ports of the process. */
public enum Door {
    OTLP_GRPC("otlp-grpc", "OTLP gRPC"),
    OTLP_HTTP("otlp-http", "OTLP HTTP"),
    UI("ui", "UI and API");

    private final String label;
    private final String title;

    Door(String label, String title) {
        this.label = label;
        this.title = title;
    }

    /** How APIs, metrics and {@code addresses.json} name it. */
    public String label() {
        return label;
    }

    /** How texts for people name it. */
    public String title() {
        return title;
    }
}
