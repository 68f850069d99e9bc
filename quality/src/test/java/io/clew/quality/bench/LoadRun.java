package io.clew.quality.bench;

import io.clew.quality.load.ReferenceLoad;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Sends the reference load over a few connections, each waiting for its answer before it sends again. What is answered 429
 * or 503 is sent again a little later, as exporters do, and counted; any other answer but 2xx ends the run.
 */
final class LoadRun {
    private static final int CONNECTIONS = 4;
    private static final int SAMPLES = 400;

    private final Candidate candidate;
    private final ReferenceLoad load;
    private final SplittableRandom random = new SplittableRandom(1);
    private final Latencies acknowledged = new Latencies();
    private final AtomicLong spans = new AtomicLong();
    private final AtomicLong busy = new AtomicLong();
    private final List<Sample> samples = new ArrayList<>();
    private long requests;

    LoadRun(Candidate candidate, ReferenceLoad load) {
        this.candidate = candidate;
        this.load = load;
    }

    /** What one stretch of the run measured. */
    record Stretch(long spans, double seconds, double microsPerSpan, Latencies acknowledged, long busy) {
        double spansPerSecond() {
            return spans / seconds;
        }
    }

    /** Some of the spans sent, to ask for. */
    List<Sample> samples() {
        return samples;
    }

    /**
     * Sends until a number of spans is acknowledged or a time has passed.
     *
     * @param most spans
     * @param settled whether the time until the server is idle again counts as its work
     */
    Stretch send(String what, long most, double seconds, boolean settled) throws IOException, InterruptedException {
        acknowledged.clear();
        long spansBefore = spans.get();
        long busyBefore = busy.get();
        long cpuBefore = candidate.meter().cpuMicros();
        long start = System.nanoTime();
        long end = start + (long) (seconds * 1e9);
        List<Thread> threads = new ArrayList<>();
        List<Exception> failures = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            threads.add(Thread.ofPlatform().start(() -> {
                try {
                    while (System.nanoTime() < end && spans.get() - spansBefore < most && failures.isEmpty()) {
                        post(next());
                    }
                } catch (IOException | InterruptedException | RuntimeException e) {
                    synchronized (failures) {
                        failures.add(e);
                    }
                }
            }));
        }
        long reported = spansBefore;
        while (threads.stream().anyMatch(Thread::isAlive)) {
            TimeUnit.SECONDS.sleep(1);
            if ((System.nanoTime() - start) / 1_000_000_000L % 10 == 0) {
                System.out.printf(
                        "bench: %s, %s: %,d spans, %,d busy answers%n",
                        candidate.name(), what, spans.get(), busy.get());
            }
            reported = spans.get();
        }
        if (!failures.isEmpty()) {
            throw new IOException("sending to " + candidate.name() + " failed", failures.getFirst());
        }
        double elapsed = (System.nanoTime() - start) / 1e9;
        if (settled) {
            candidate.settle();
        }
        long sent = reported - spansBefore;
        double micros = (double) (candidate.meter().cpuMicros() - cpuBefore) / sent;
        Latencies latencies = new Latencies();
        latencies.addAll(acknowledged);
        return new Stretch(sent, elapsed, micros, latencies, busy.get() - busyBefore);
    }

    /** Sends one request and returns when it is acknowledged. */
    void post(byte[] body) throws IOException, InterruptedException {
        java.net.http.HttpRequest request = candidate.intake(body);
        while (true) {
            long sent = System.nanoTime();
            HttpResponse<Void> answer = Child.HTTP.send(request, HttpResponse.BodyHandlers.discarding());
            int status = answer.statusCode();
            if (status / 100 == 2) {
                acknowledged.add(System.nanoTime() - sent);
                spans.addAndGet(ReferenceLoad.SPANS);
                return;
            }
            if (status != 429 && status != 503) {
                throw new IOException(candidate.name() + " answered " + status);
            }
            busy.incrementAndGet();
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    private byte[] next() {
        synchronized (load) {
            byte[] body = load.next();
            if (samples.size() < SAMPLES && requests++ % 4 == 0) {
                Sample.of(body, random).ifPresent(samples::add);
            }
            return body;
        }
    }

    /**
     * How long after a request is sent its spans are found by their trace's id, while {@code perSecond} requests a second
     * come.
     */
    Latencies visible(int count, int perSecond) throws IOException, InterruptedException {
        Latencies out = new Latencies();
        for (int i = 0; i < count; i++) {
            byte[] body = next();
            Sample sample = Sample.anyOf(body);
            long sent = System.nanoTime();
            post(body);
            while (!Child.answers(candidate.byId(sample))) {
                if (System.nanoTime() - sent > TimeUnit.SECONDS.toNanos(30)) {
                    throw new IOException("an acknowledged trace is not found after 30 s: " + sample.traceId());
                }
            }
            out.add(System.nanoTime() - sent);
            long next = sent + 1_000_000_000L / perSecond;
            TimeUnit.NANOSECONDS.sleep(Math.max(0, next - System.nanoTime()));
        }
        return out;
    }

    /**
     * Asks one question of several samples, {@code count} times or for half a minute, but three times at least.
     *
     * @param named whether the answer must name the sample's trace
     */
    static Latencies ask(
            List<Sample> samples,
            java.util.function.Function<Sample, java.net.URI> question,
            int count,
            boolean named) {
        Latencies out = new Latencies();
        try {
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
            for (int i = -3; i < count && (i < 3 || System.nanoTime() < end); i++) {
                Sample sample = samples.get((i + 3) % samples.size());
                java.net.URI uri = question.apply(sample);
                long asked = System.nanoTime();
                HttpResponse<byte[]> answer = Child.HTTP.send(
                        java.net.http.HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofByteArray());
                // The first three warm the connection and the server's code.
                if (i >= 0) {
                    out.add(System.nanoTime() - asked);
                }
                boolean good = answer.statusCode() == 200
                        && answer.body().length > 10
                        && (!named
                                || new String(answer.body(), java.nio.charset.StandardCharsets.UTF_8)
                                        .contains(sample.traceId()));
                if (!good) {
                    throw new IOException(
                            uri + " was answered " + answer.statusCode() + " with " + answer.body().length + " bytes");
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
        return out;
    }
}
