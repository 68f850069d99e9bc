package io.clew.server.otlp;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpHeaders;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.clew.ingest.BusyException;
import io.clew.model.ContentEncoding;
import io.clew.model.MalformedRequestException;
import io.clew.model.MalformedRequestException.Reason;
import io.clew.server.intake.Body;
import io.clew.server.intake.BodyReader;
import io.clew.server.intake.Outcome;
import io.clew.server.telemetry.Counters;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * OTLP over gRPC: the unary {@code Export} methods, framed by hand (gRPC's doc/PROTOCOL-HTTP2.md and
 * doc/compression.md), since the request's own bytes are what is decoded and kept. Any other method is UNIMPLEMENTED.
 */
final class GrpcDoor implements HttpService {
    /** A flag of one byte and a length of four. */
    private static final int FRAME_HEAD = 5;

    private static final String LABEL = "otlp-grpc";
    private static final String ENCODING = "grpc-encoding";
    private static final String ACCEPT_ENCODING = "grpc-accept-encoding";
    private static final Duration SOON = Duration.ofSeconds(1);

    private final Exports exports;
    private final Counters counters;
    private final String door;

    /** @param door label in counters */
    GrpcDoor(Exports exports, Counters counters, String door) {
        this.exports = exports;
        this.counters = counters;
        this.door = door;
    }

    static boolean isGrpc(RequestHeaders headers) {
        return headers.get(HttpHeaderNames.CONTENT_TYPE, "")
                .toLowerCase(Locale.ROOT)
                .startsWith("application/grpc");
    }

    @Override
    public HttpResponse serve(ServiceRequestContext context, HttpRequest request) {
        Optional<Signal> signal = Signal.ofMethod(context.path());
        Reply reply = new Reply(signal.map(Signal::method).orElse("other"));
        if (signal.isEmpty()) {
            return reply.error(
                    GrpcStatus.UNIMPLEMENTED,
                    "There is no method " + context.path() + "; OTLP traces go to " + Signal.TRACES.method());
        }
        String type = request.headers().get(HttpHeaderNames.CONTENT_TYPE, "");
        if (!type.matches("(?i)application/grpc(\\+proto)?\\s*(;.*)?")) {
            return reply.error(GrpcStatus.UNIMPLEMENTED, "Messages must be protobuf (application/grpc), not " + type);
        }
        Optional<ContentEncoding> compression =
                ContentCodings.of(request.headers().get(ENCODING));
        if (compression.isEmpty()) {
            return reply.error(
                    GrpcStatus.UNIMPLEMENTED,
                    ENCODING + " must be one of " + ContentCodings.ACCEPTED + ", not "
                            + request.headers().get(ENCODING));
        }
        Optional<Outcome> busy = exports.busy();
        if (busy.isPresent()) {
            return reply.of(signal.get(), busy.get());
        }
        return HttpResponse.of(BodyReader.read(context, request, exports.limit(), FRAME_HEAD, exports.budget())
                .thenCompose(body -> take(signal.get(), body, compression.get()))
                .handle((outcome, failure) ->
                        failure == null ? reply.of(signal.get(), outcome) : reply.failed(failure)));
    }

    private CompletableFuture<Outcome> take(Signal signal, Body body, ContentEncoding compression) {
        try {
            return exports.take(
                    signal,
                    body,
                    FRAME_HEAD,
                    messageLength(body),
                    Encoding.PROTOBUF,
                    compressionOfMessage(body, compression),
                    LABEL);
        } catch (BadFrameException e) {
            body.close();
            return CompletableFuture.failedFuture(e);
        }
    }

    private int messageLength(Body body) throws BadFrameException {
        if (body.length() < FRAME_HEAD) {
            throw new BadFrameException(
                    body.length() == 0
                            ? "the call ended without a message"
                            : "the call ended within the head of a message");
        }
        long length = ByteBuffer.wrap(body.bytes()).getInt(1) & 0xFFFF_FFFFL;
        if (length > body.length() - FRAME_HEAD) {
            throw new BadFrameException("a message of " + length + " bytes is announced, but only "
                    + (body.length() - FRAME_HEAD) + " came");
        }
        if (length < body.length() - FRAME_HEAD) {
            throw new BadFrameException("Export takes one message, but " + (body.length() - FRAME_HEAD - length)
                    + " bytes follow the first of " + length);
        }
        return (int) length;
    }

    private static ContentEncoding compressionOfMessage(Body body, ContentEncoding compression)
            throws BadFrameException {
        byte flag = body.bytes()[0];
        if (flag == 0) {
            return ContentEncoding.IDENTITY;
        }
        if (flag != 1) {
            throw new BadFrameException("the compressed flag of a message is 0 or 1, not " + (flag & 0xFF));
        }
        if (compression == ContentEncoding.IDENTITY) {
            throw new BadFrameException(
                    "the message is flagged as compressed, but " + ENCODING + " names no compression");
        }
        return compression;
    }

    /** The bytes are not gRPC frames. */
    private static final class BadFrameException extends Exception {
        private static final long serialVersionUID = 1;

        BadFrameException(String message) {
            super(message);
        }
    }

    /** The answer to one call. */
    private final class Reply {
        private final String route;

        Reply(String route) {
            this.route = route;
        }

        HttpResponse of(Signal signal, Outcome outcome) {
            return switch (outcome) {
                case Outcome.Kept kept -> ok(Exports.response(signal, kept, false));
                case Outcome.Unreadable wrong ->
                    error(
                            wrong.reason() == Reason.TOO_LARGE
                                    ? GrpcStatus.RESOURCE_EXHAUSTED
                                    : GrpcStatus.INVALID_ARGUMENT,
                            wrong.message());
                case Outcome.TryLater later -> error(GrpcStatus.UNAVAILABLE, later.message(), later.after());
            };
        }

        HttpResponse failed(Throwable failure) {
            Throwable cause =
                    failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
            return switch (cause) {
                case MalformedRequestException large ->
                    error(GrpcStatus.RESOURCE_EXHAUSTED, String.valueOf(large.getMessage()));
                case BusyException busy -> error(GrpcStatus.UNAVAILABLE, String.valueOf(busy.getMessage()), SOON);
                case BadFrameException bad -> error(GrpcStatus.INTERNAL, String.valueOf(bad.getMessage()));
                default -> HttpResponse.ofFailure(cause);
            };
        }

        private HttpResponse ok(byte[] message) {
            count(GrpcStatus.OK);
            ByteBuffer frame = ByteBuffer.allocate(FRAME_HEAD + message.length);
            frame.put((byte) 0).putInt(message.length).put(message);
            return HttpResponse.of(
                    head().build(), HttpData.wrap(frame.array()), HttpHeaders.of("grpc-status", GrpcStatus.OK.code()));
        }

        HttpResponse error(GrpcStatus status, String message) {
            return error(status, message, null);
        }

        // An answer of trailers alone: they stand in the only header block.
        private HttpResponse error(GrpcStatus status, String message, @Nullable Duration after) {
            count(status);
            ResponseHeadersBuilder head = head();
            head.add("grpc-status", Integer.toString(status.code()));
            head.add("grpc-message", percentEncoded(message));
            head.add(
                    "grpc-status-details-bin",
                    Base64.getEncoder().withoutPadding().encodeToString(Exports.status(status, message, after, false)));
            return HttpResponse.of(head.endOfStream(true).build());
        }

        private ResponseHeadersBuilder head() {
            return ResponseHeaders.builder(HttpStatus.OK)
                    .add(HttpHeaderNames.CONTENT_TYPE, "application/grpc")
                    .add(ACCEPT_ENCODING, ContentCodings.ACCEPTED);
        }

        private void count(GrpcStatus status) {
            counters.request(new Counters.RequestKind(door, route, "grpc-" + status.code()));
        }
    }

    /** As gRPC wants messages in headers: bytes of UTF-8 outside of printable ASCII, and %, as %XX. */
    private static String percentEncoded(String message) {
        StringBuilder out = new StringBuilder();
        for (byte b : message.getBytes(StandardCharsets.UTF_8)) {
            if (b >= ' ' && b <= '~' && b != '%') {
                out.append((char) b);
            } else {
                out.append("%%%02X".formatted(b & 0xFF));
            }
        }
        return out.toString();
    }
}
