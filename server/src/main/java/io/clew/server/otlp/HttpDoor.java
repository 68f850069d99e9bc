package io.clew.server.otlp;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.clew.ingest.BusyException;
import io.clew.model.ContentEncoding;
import io.clew.model.MalformedRequestException;
import io.clew.model.MalformedRequestException.Reason;
import io.clew.server.intake.BodyReader;
import io.clew.server.intake.Outcome;
import io.clew.server.telemetry.Counters;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * OTLP over HTTP (opentelemetry-proto 1.11, docs/specification.md, "OTLP/HTTP"). Every error says what would have been
 * right; bodies of errors are {@code google.rpc.Status} in the request's encoding, or text when it has none.
 */
final class HttpDoor implements HttpService {
    private static final Duration SOON = Duration.ofSeconds(1);

    private final Exports exports;
    private final Counters counters;
    private final String door;
    private final boolean openToPages;

    /**
     * @param door label in counters
     * @param openToPages whether web pages of other origins may send
     */
    HttpDoor(Exports exports, Counters counters, String door, boolean openToPages) {
        this.exports = exports;
        this.counters = counters;
        this.door = door;
        this.openToPages = openToPages;
    }

    @Override
    public HttpResponse serve(ServiceRequestContext context, HttpRequest request) {
        RequestHeaders headers = request.headers();
        Optional<Signal> signal = Signal.ofPath(context.path());
        String route = signal.map(Signal::path).orElse("other");
        if (openToPages && Cors.isPreflight(headers)) {
            counters.request(new Counters.RequestKind(door, route, "204"));
            return Cors.preflight(headers);
        }
        Answer answer = new Answer(headers, route);
        if (signal.isEmpty()) {
            return refused(
                    context, request, answer.error(HttpStatus.NOT_FOUND, GrpcStatus.UNIMPLEMENTED, lost(context)));
        }
        if (headers.method() != HttpMethod.POST) {
            answer.headers.add(HttpHeaderNames.ALLOW, openToPages ? "POST, OPTIONS" : "POST");
            return refused(
                    context,
                    request,
                    answer.error(
                            HttpStatus.METHOD_NOT_ALLOWED,
                            GrpcStatus.UNIMPLEMENTED,
                            route + " takes POST, not " + headers.method()));
        }
        if (answer.encoding.isEmpty()) {
            return refused(
                    context,
                    request,
                    answer.error(
                            HttpStatus.UNSUPPORTED_MEDIA_TYPE,
                            GrpcStatus.INVALID_ARGUMENT,
                            "Content-Type must be application/x-protobuf or application/json, not "
                                    + headers.get(HttpHeaderNames.CONTENT_TYPE, "absent")));
        }
        Optional<ContentEncoding> compression = ContentCodings.of(headers.get(HttpHeaderNames.CONTENT_ENCODING));
        if (compression.isEmpty()) {
            answer.headers.add(HttpHeaderNames.ACCEPT_ENCODING, ContentCodings.ACCEPTED);
            return refused(
                    context,
                    request,
                    answer.error(
                            HttpStatus.UNSUPPORTED_MEDIA_TYPE,
                            GrpcStatus.UNIMPLEMENTED,
                            "Content-Encoding must be one of " + ContentCodings.ACCEPTED + ", not "
                                    + headers.get(HttpHeaderNames.CONTENT_ENCODING)));
        }
        Optional<Outcome> busy = exports.busy();
        if (busy.isPresent()) {
            return refused(context, request, answer.of(signal.get(), busy.get()));
        }
        Encoding encoding = answer.encoding.get();
        return HttpResponse.of(BodyReader.read(context, request, exports.limit(), 0, exports.budget())
                .thenCompose(body -> exports.take(
                        signal.get(), body, 0, body.length(), encoding, compression.get(), encoding.label()))
                .handle((outcome, failure) ->
                        failure == null ? answer.of(signal.get(), outcome) : answer.failed(failure)));
    }

    /** Reads on to the end of the body, where that must be, before the answer goes out. */
    private static HttpResponse refused(ServiceRequestContext context, HttpRequest request, HttpResponse answer) {
        CompletableFuture<Void> read = BodyReader.discard(context, request);
        return HttpResponse.of(read.thenApply(_ -> answer));
    }

    private String lost(ServiceRequestContext context) {
        if (Signal.ofMethod(context.path()).isPresent()) {
            return context.path() + " is a gRPC method: it takes Content-Type application/grpc over HTTP/2. "
                    + "Over plain HTTP, POST traces to " + Signal.TRACES.path();
        }
        return "There is nothing at " + context.path() + ". This is where Clew takes OTLP: POST traces to "
                + Signal.TRACES.path() + " (an exporter's endpoint setting may want the address without that path, its "
                + "traces endpoint setting with it). The UI and the APIs are on another port.";
    }

    /** The answer to one request. */
    private final class Answer {
        private final RequestHeaders asked;
        private final String route;
        private final Optional<Encoding> encoding;
        private final ResponseHeadersBuilder headers = ResponseHeaders.builder();

        Answer(RequestHeaders asked, String route) {
            this.asked = asked;
            this.route = route;
            this.encoding = Encoding.of(asked);
        }

        HttpResponse of(Signal signal, Outcome outcome) {
            return switch (outcome) {
                case Outcome.Kept kept -> {
                    Encoding own = encoding.orElse(Encoding.JSON);
                    yield send(HttpStatus.OK, own.mediaType(), Exports.response(signal, kept, own == Encoding.JSON));
                }
                case Outcome.Unreadable wrong ->
                    wrong.reason() == Reason.TOO_LARGE
                            ? error(HttpStatus.REQUEST_ENTITY_TOO_LARGE, GrpcStatus.RESOURCE_EXHAUSTED, wrong.message())
                            : error(HttpStatus.BAD_REQUEST, GrpcStatus.INVALID_ARGUMENT, wrong.message());
                case Outcome.TryLater later -> tryLater(later.message(), later.after());
            };
        }

        HttpResponse failed(Throwable failure) {
            Throwable cause =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            return switch (cause) {
                case MalformedRequestException large ->
                    error(
                            HttpStatus.REQUEST_ENTITY_TOO_LARGE,
                            GrpcStatus.RESOURCE_EXHAUSTED,
                            String.valueOf(large.getMessage()));
                case BusyException busy -> tryLater(String.valueOf(busy.getMessage()), SOON);
                default -> HttpResponse.ofFailure(cause);
            };
        }

        private HttpResponse tryLater(String message, Duration after) {
            headers.add(HttpHeaderNames.RETRY_AFTER, Long.toString(Math.max(1, after.toSeconds())));
            return error(HttpStatus.SERVICE_UNAVAILABLE, GrpcStatus.UNAVAILABLE, message, after);
        }

        HttpResponse error(HttpStatus status, GrpcStatus code, String message) {
            return error(status, code, message, null);
        }

        private HttpResponse error(HttpStatus status, GrpcStatus code, String message, @Nullable Duration after) {
            if (encoding.isEmpty()) {
                return send(status, MediaType.PLAIN_TEXT_UTF_8, (message + "\n").getBytes(StandardCharsets.UTF_8));
            }
            Encoding own = encoding.get();
            return send(status, own.mediaType(), Exports.status(code, message, after, own == Encoding.JSON));
        }

        private HttpResponse send(HttpStatus status, MediaType type, byte[] body) {
            counters.request(new Counters.RequestKind(door, route, status.codeAsText()));
            headers.status(status).contentType(type);
            if (openToPages) {
                Cors.allow(asked, headers);
            }
            return HttpResponse.of(headers.build(), HttpData.wrap(body));
        }
    }
}
