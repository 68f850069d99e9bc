package io.clew.server.query;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A request that cannot be answered, as RFC 9457 has it ({@code application/problem+json}), with members of ours:
 * {@code parameter}, what was {@code read} and {@code expected}, and for query texts {@code line}, {@code column},
 * {@code caret} and, where there is one, a {@code hint}.
 */
public final class Problem extends Exception {
    private static final long serialVersionUID = 1;
    private static final JsonFactory JSON = new JsonFactory();

    private final transient HttpStatus status;
    private final String title;
    private final transient Map<String, Object> members = new LinkedHashMap<>();

    /**
     * A problem with nothing but the standard members.
     *
     * @param detail a sentence for the person who asked
     */
    public Problem(HttpStatus status, String title, String detail) {
        super(detail, null, false, false);
        this.status = status;
        this.title = title;
    }

    /** A parameter that cannot be understood. */
    public static Problem parameter(String parameter, String read, String expected) {
        return new Problem(
                        HttpStatus.BAD_REQUEST,
                        "A parameter is wrong",
                        "Parameter '" + parameter + "': expected " + expected + ", read '" + read + "'")
                .with("parameter", parameter)
                .with("read", read)
                .with("expected", expected);
    }

    /** The server cannot answer now, but will. */
    public static Problem unavailable(String detail) {
        return new Problem(HttpStatus.SERVICE_UNAVAILABLE, "Not now", detail);
    }

    /**
     * Adds a member.
     *
     * @param value text or an integer
     */
    public Problem with(String member, Object value) {
        members.put(member, value);
        return this;
    }

    public HttpStatus status() {
        return status;
    }

    public HttpResponse toResponse() {
        ResponseHeadersBuilder headers = ResponseHeaders.builder(status)
                .add(HttpHeaderNames.CONTENT_TYPE, "application/problem+json")
                .add(HttpHeaderNames.CACHE_CONTROL, "no-store");
        if (status.code() == 503) {
            headers.add(HttpHeaderNames.RETRY_AFTER, "1");
        }
        return HttpResponse.of(headers.build(), HttpData.wrap(body()));
    }

    private byte[] body() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (JsonGenerator json = JSON.createGenerator(bytes)) {
            json.writeStartObject();
            json.writeStringField("type", "about:blank");
            json.writeStringField("title", title);
            json.writeNumberField("status", status.code());
            json.writeStringField("detail", getMessage());
            for (Map.Entry<String, Object> member : members.entrySet()) {
                json.writeFieldName(member.getKey());
                if (member.getValue() instanceof Integer number) {
                    json.writeNumber(number);
                } else {
                    json.writeString(member.getValue().toString());
                }
            }
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
