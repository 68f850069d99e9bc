package io.clew.server.exchange;

import io.clew.ingest.otlp.OtlpProtobufWriter;
import io.clew.model.ContentEncoding;
import io.clew.model.MalformedRequestException;
import io.clew.model.Refusals;
import io.clew.model.SourceProtocol;
import io.clew.model.SourceRequest;
import io.clew.model.SpanBatch;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * Imports into a server through its OTLP door. Sends again what is answered 429, 502, 503 or 504, after the time that
 * Retry-After gives or after 1, 2, 4, ... at most 30 s; a server that takes nothing for so long as {@link #PATIENCE} is
 * given up. Of a message that is taken in part it says which part is not.
 */
final class ServerTarget implements ImportTarget {
    static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final URI traces;
    private final Counter stored;
    private final Duration patience;
    private final Decoding decoding = new Decoding();
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    /** Says how many spans the server has. */
    interface Counter {
        long spansStored() throws IOException;
    }

    /** @param endpoint where OTLP over HTTP is, without the path {@code /v1/traces} */
    ServerTarget(URI endpoint, Counter stored, Duration patience) {
        String base = endpoint.toString().replaceFirst("/+$", "");
        this.traces = URI.create(base.endsWith("/v1/traces") ? base : base + "/v1/traces");
        this.stored = stored;
        this.patience = patience;
    }

    @Override
    public Outcome take(Message message) throws IOException, InterruptedException {
        SpanBatch batch = new SpanBatch();
        Refusals refusals = new Refusals();
        SourceRequest request;
        switch (message) {
            case Message.Request given -> {
                request = given.request();
                try {
                    decoding.decode(request, batch, refusals);
                } catch (MalformedRequestException e) {
                    return Outcome.unreadable(String.valueOf(e.getMessage()));
                }
            }
            case Message.Spans rows -> {
                batch = rows.spans();
                byte[] body = new OtlpProtobufWriter().write(batch);
                request = new SourceRequest(
                        SourceProtocol.OTLP_PROTOBUF, ContentEncoding.IDENTITY, body, 0, body.length, 0);
            }
            case Message.Unreadable unreadable -> {
                return Outcome.unreadable(unreadable.wrong());
            }
        }
        HttpResponse<byte[]> answer = send(request);
        return switch (answer.statusCode()) {
            case 200 -> taken(batch.spanCount(), refusals, PartialSuccess.of(answer, request.codec()));
            case 400, 413, 415, 422 ->
                Outcome.unreadable("the server answered " + answer.statusCode() + ": " + words(answer.body()));
            default -> throw new IOException(traces + " answered " + answer.statusCode() + ": " + words(answer.body()));
        };
    }

    /** What the server refuses is among what does not keep to OTLP, or the other way round: the larger number counts. */
    private static Outcome taken(int readable, Refusals unreadable, PartialSuccess told) {
        int all = readable + unreadable.count();
        int refused = (int) Math.min(all, Math.max(unreadable.count(), told.rejected()));
        String why = told.rejected() > 0 ? told.why() : unreadable.firstMessage();
        return new Outcome(all - refused, refused, why);
    }

    private HttpResponse<byte[]> send(SourceRequest request) throws IOException, InterruptedException {
        HttpRequest.Builder post = HttpRequest.newBuilder(traces)
                .timeout(Duration.ofMinutes(2))
                .header(
                        "Content-Type",
                        request.codec() == SourceProtocol.OTLP_JSON ? "application/json" : "application/x-protobuf")
                .POST(HttpRequest.BodyPublishers.ofByteArray(request.bytes(), request.offset(), request.length()));
        if (request.encoding() != ContentEncoding.IDENTITY) {
            post.header("Content-Encoding", request.encoding().name().toLowerCase(Locale.ROOT));
        }
        HttpRequest built = post.build();
        long deadline = System.nanoTime() + patience.toNanos();
        Duration pause = Duration.ofSeconds(1);
        while (true) {
            IOException failure;
            Duration wait = pause;
            try {
                HttpResponse<byte[]> answer = client.send(built, HttpResponse.BodyHandlers.ofByteArray());
                switch (answer.statusCode()) {
                    case 429, 502, 503, 504 -> {
                        wait = answer.headers()
                                .firstValue("Retry-After")
                                .map(ServerTarget::seconds)
                                .orElse(pause);
                        failure = new IOException(
                                traces + " answers " + answer.statusCode() + ": " + words(answer.body()));
                    }
                    default -> {
                        return answer;
                    }
                }
            } catch (IOException e) {
                failure = new IOException(
                        traces + " does not answer: " + (e.getMessage() == null ? "no connection" : e.getMessage()), e);
            }
            if (System.nanoTime() + wait.toNanos() > deadline) {
                throw failure;
            }
            TimeUnit.NANOSECONDS.sleep(wait.toNanos());
            pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) < 0 ? pause.multipliedBy(2) : LONGEST_PAUSE;
        }
    }

    private static Duration seconds(String retryAfter) {
        try {
            return Duration.ofSeconds(Math.max(0, Long.parseLong(retryAfter.strip())));
        } catch (NumberFormatException date) {
            return Duration.ofSeconds(1);
        }
    }

    private static String words(byte[] body) {
        String text = new String(body, StandardCharsets.UTF_8).strip().replaceAll("\\p{Cntrl}+", " ");
        return text.isEmpty() ? "no reason given" : text.length() > 500 ? text.substring(0, 500) + "..." : text;
    }

    @Override
    public long spansStored() throws IOException {
        return stored.spansStored();
    }

    @Override
    public String name() {
        return traces.toString();
    }

    @Override
    public void close() {
        client.close();
    }
}
