package io.clew.quality.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** Asks one question after the other, each of another sample, and holds the answers to what they must contain. */
final class Asking {
    /** What must be true of an answer. */
    enum Expected {
        /** The sample's trace among others or alone. */
        THE_SAMPLE,
        SOMETHING,
        NOTHING
    }

    /** One question of a sample. */
    interface Ask {
        URI of(Sample sample, int turn);
    }

    /** Questions that are asked first and not measured: they warm the connection and the server's code. */
    static final int NOT_MEASURED = 10;

    private Asking() {}

    /** Asks {@code count} times or until {@code seconds} have passed, but three times at least. */
    static Latencies ask(List<Sample> samples, Ask ask, int count, double seconds, Expected expected)
            throws IOException, InterruptedException {
        Latencies out = new Latencies();
        long end = System.nanoTime() + (long) (seconds * 1e9);
        for (int turn = 0; turn < NOT_MEASURED + count; turn++) {
            boolean late = System.nanoTime() > end;
            if (late && out.count() >= 3) {
                break;
            }
            Sample sample = samples.get(turn % samples.size());
            URI uri = ask.of(sample, turn);
            long asked = System.nanoTime();
            HttpResponse<byte[]> answer = Child.HTTP.send(
                    HttpRequest.newBuilder(uri).timeout(Duration.ofMinutes(2)).build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            long took = System.nanoTime() - asked;
            if (turn >= NOT_MEASURED || late) {
                out.add(took);
            }
            check(uri, sample, answer, expected);
        }
        return out;
    }

    private static void check(URI uri, Sample sample, HttpResponse<byte[]> answer, Expected expected)
            throws IOException {
        String body = new String(answer.body(), StandardCharsets.UTF_8);
        boolean empty = body.contains("\"traces\":[]") || body.length() < 3;
        boolean good = answer.statusCode() == 200
                && switch (expected) {
                    case THE_SAMPLE -> body.contains(sample.traceId());
                    case SOMETHING -> !empty;
                    case NOTHING -> empty;
                };
        if (!good) {
            throw new IOException(uri + " must be answered with " + expected + ", but was answered "
                    + answer.statusCode() + ": " + body.substring(0, Math.min(300, body.length())));
        }
    }
}
