package io.clew.server.otlp;

import io.clew.model.ContentEncoding;
import java.util.Locale;
import java.util.Optional;

/** Names of compressions, as {@code Content-Encoding} and {@code grpc-encoding} use them. */
final class ContentCodings {
    /** All that are understood, as headers list them. */
    static final String ACCEPTED = "identity,gzip,zstd";

    private ContentCodings() {}

    /** @param name null and empty mean identity; empty result for a name that is not understood */
    static Optional<ContentEncoding> of(@org.jspecify.annotations.Nullable String name) {
        return switch (name == null ? "" : name.trim().toLowerCase(Locale.ROOT)) {
            case "", "identity" -> Optional.of(ContentEncoding.IDENTITY);
            case "gzip", "x-gzip" -> Optional.of(ContentEncoding.GZIP);
            case "zstd" -> Optional.of(ContentEncoding.ZSTD);
            default -> Optional.empty();
        };
    }
}
