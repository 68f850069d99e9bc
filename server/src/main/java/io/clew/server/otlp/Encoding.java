package io.clew.server.otlp;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import io.clew.model.SourceProtocol;
import java.util.Optional;

/** How an OTLP message is written; requests are answered in their own encoding. */
enum Encoding {
    PROTOBUF("otlp-protobuf", SourceProtocol.OTLP_PROTOBUF, "application/x-protobuf"),
    JSON("otlp-json", SourceProtocol.OTLP_JSON, "application/json");

    private final String label;
    private final int codec;
    private final String mediaType;

    Encoding(String label, int codec, String mediaType) {
        this.label = label;
        this.codec = codec;
        this.mediaType = mediaType;
    }

    /** Label in counters. */
    String label() {
        return label;
    }

    int codec() {
        return codec;
    }

    MediaType mediaType() {
        return MediaType.parse(mediaType);
    }

    /** The encoding a request names; parameters such as a charset do not matter; empty for anything else. */
    static Optional<Encoding> of(RequestHeaders headers) {
        String type = headers.get(HttpHeaderNames.CONTENT_TYPE, "");
        int semicolon = type.indexOf(';');
        String bare =
                (semicolon < 0 ? type : type.substring(0, semicolon)).trim().toLowerCase(java.util.Locale.ROOT);
        return switch (bare) {
            case "application/x-protobuf", "application/protobuf" -> Optional.of(PROTOBUF);
            case "application/json" -> Optional.of(JSON);
            default -> Optional.empty();
        };
    }
}
