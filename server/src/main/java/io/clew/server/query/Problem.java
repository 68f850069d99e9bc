package io.clew.server.query;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpHeadersBuilder;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

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
    private final transient HttpHeadersBuilder headers = HttpHeaders.builder();

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
        Problem problem = new Problem(HttpStatus.SERVICE_UNAVAILABLE, "Not now", detail);
        problem.headers.add(HttpHeaderNames.RETRY_AFTER, "1");
        return problem;
    }

    /**
     * There is such a thing, but it does not take this method (RFC 9110, 15.5.6).
     *
     * @param what as a sentence begins with it
     * @param takes all methods that it takes; where GET is, HEAD is too
     */
    public static Problem wrongMethod(String what, HttpMethod method, Set<HttpMethod> takes) {
        TreeSet<String> names = takes.stream().map(HttpMethod::name).collect(Collectors.toCollection(TreeSet::new));
        if (takes.contains(HttpMethod.GET)) {
            names.add(HttpMethod.HEAD.name());
        }
        String allowed = String.join(", ", names);
        Problem problem = new Problem(
                HttpStatus.METHOD_NOT_ALLOWED, "Wrong method", what + " takes " + allowed + ", not " + method);
        problem.headers.add(HttpHeaderNames.ALLOW, allowed);
        return problem;
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
        return toResponse("application/problem+json", body());
    }

    /** An answer with this problem's status and headers, for doors that say in another form what is wrong. */
    public HttpResponse toResponse(String mediaType, byte[] body) {
        ResponseHeadersBuilder answer = ResponseHeaders.builder(status)
                .add(HttpHeaderNames.CONTENT_TYPE, mediaType)
                .add(HttpHeaderNames.CACHE_CONTROL, "no-store")
                .add(headers.build());
        return HttpResponse.of(answer.build(), HttpData.wrap(body));
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
