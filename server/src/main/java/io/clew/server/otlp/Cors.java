package io.clew.server.otlp;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpHeadersBuilder;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;

/**
 * Lets pages of any origin send telemetry (Fetch standard, CORS protocol). The origin is named rather than {@code *},
 * because browsers' {@code sendBeacon} sends with credentials, for which the star does not count. There is nothing to read
 * behind these doors that an origin must be kept from.
 */
final class Cors {
    private static final String PRIVATE_NETWORK = "access-control-request-private-network";

    private Cors() {}

    static boolean isPreflight(RequestHeaders headers) {
        return headers.method() == HttpMethod.OPTIONS
                && headers.contains(HttpHeaderNames.ORIGIN)
                && headers.contains(HttpHeaderNames.ACCESS_CONTROL_REQUEST_METHOD);
    }

    static HttpResponse preflight(RequestHeaders headers) {
        ResponseHeadersBuilder answer = ResponseHeaders.builder(HttpStatus.NO_CONTENT);
        allow(headers, answer);
        answer.add(HttpHeaderNames.ACCESS_CONTROL_ALLOW_METHODS, "POST, OPTIONS");
        String asked = headers.get(HttpHeaderNames.ACCESS_CONTROL_REQUEST_HEADERS);
        if (asked != null) {
            answer.add(HttpHeaderNames.ACCESS_CONTROL_ALLOW_HEADERS, asked);
        }
        answer.add(HttpHeaderNames.ACCESS_CONTROL_MAX_AGE, "7200");
        if (headers.contains(PRIVATE_NETWORK)) {
            answer.add("access-control-allow-private-network", "true");
        }
        return HttpResponse.of(answer.build());
    }

    /** Adds what lets the asking page read the answer. */
    static void allow(RequestHeaders headers, HttpHeadersBuilder answer) {
        String origin = headers.get(HttpHeaderNames.ORIGIN);
        if (origin != null) {
            answer.add(HttpHeaderNames.ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            answer.add(HttpHeaderNames.ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
            answer.add(HttpHeaderNames.ACCESS_CONTROL_EXPOSE_HEADERS, "Retry-After");
        }
        answer.add(HttpHeaderNames.VARY, "Origin");
    }
}
