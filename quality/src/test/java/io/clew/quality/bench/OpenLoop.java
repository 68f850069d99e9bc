package io.clew.quality.bench;

import io.clew.quality.load.ReferenceLoad;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A client that sends at its own pace, whether it is answered or not: what is due is sent over a further connection when
 * all others wait. It keeps a ledger: what was acknowledged, refused for now (429, 503 with Retry-After), refused for
 * good, never answered. Refused requests are not sent again.
 */
final class OpenLoop implements AutoCloseable {
    /** Requests on their way at most: 200 KB each. What is due beyond that is counted as not offered. */
    private static final int MOST_UNDER_WAY = 2000;

    /** One in so many acknowledged requests has a span looked for afterwards. */
    private static final int REMEMBERED = 10;

    private final URI intake;
    private final ReferenceLoad load;
    private final Duration patience;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Semaphore underWay = new Semaphore(MOST_UNDER_WAY);
    private final SplittableRandom random = new SplittableRandom(3);
    private final Latencies acknowledgedIn = new Latencies();
    private final Latencies refusedIn = new Latencies();
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong wrong = new AtomicLong();
    private final AtomicLong unanswered = new AtomicLong();
    private final List<Sample> remembered = new ArrayList<>();
    private volatile @Nullable String firstWrong;
    private long offered;
    private long notOffered;

    /** @param patience after which a request is given up */
    OpenLoop(URI intake, ReferenceLoad load, Duration patience) {
        this.patience = patience;
        this.intake = intake;
        this.load = load;
    }

    /** Sends at a pace for a time, then waits until everything is answered or given up. */
    void run(double spansPerSecond, double seconds) throws InterruptedException {
        long start = System.nanoTime();
        double gap = ReferenceLoad.SPANS / spansPerSecond * 1e9;
        long due = 0;
        while (due * gap < seconds * 1e9) {
            long wait = start + (long) (due * gap) - System.nanoTime();
            if (wait > 0) {
                LockSupport.parkNanos(wait);
                continue;
            }
            due++;
            if (underWay.tryAcquire()) {
                offered++;
                send(load.next());
            } else {
                notOffered++;
            }
        }
        underWay.acquire(MOST_UNDER_WAY);
        underWay.release(MOST_UNDER_WAY);
    }

    private void send(byte[] body) {
        HttpRequest request = HttpRequest.newBuilder(intake)
                .header("content-type", "application/x-protobuf")
                .timeout(patience)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        long sent = System.nanoTime();
        var _ = client.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray())
                .handle((answer, failure) -> {
                    try {
                        note(body, System.nanoTime() - sent, answer, failure);
                    } finally {
                        // At last: who waits for all of them reads what is noted.
                        underWay.release();
                    }
                    return true;
                });
    }

    private void note(byte[] body, long took, @Nullable HttpResponse<byte[]> answer, @Nullable Throwable failure) {
        if (answer == null) {
            unanswered.incrementAndGet();
            boolean late = failure instanceof HttpTimeoutException
                    || (failure != null && failure.getCause() instanceof HttpTimeoutException);
            remember(late ? "no answer within " + patience.toSeconds() + " s" : String.valueOf(failure));
            return;
        }
        boolean later = answer.headers().firstValue("retry-after").isPresent();
        switch (answer.statusCode()) {
            case 200 -> {
                acknowledgedIn.add(took);
                if (acknowledged.incrementAndGet() % REMEMBERED == 1) {
                    Sample sample = Sample.anyOf(body);
                    synchronized (remembered) {
                        remembered.add(sample);
                    }
                }
            }
            case 429, 503 -> {
                if (later) {
                    refused.incrementAndGet();
                    refusedIn.add(took);
                } else {
                    wrong.incrementAndGet();
                    remember(answer.statusCode() + " without Retry-After");
                }
            }
            default -> {
                wrong.incrementAndGet();
                remember("status " + answer.statusCode());
            }
        }
    }

    private void remember(String what) {
        if (firstWrong == null) {
            firstWrong = what;
        }
    }

    long offered() {
        return offered;
    }

    /** Requests that were due while too many were under way: then the load was not what was asked for. */
    long notOffered() {
        return notOffered;
    }

    long acknowledged() {
        return acknowledged.get();
    }

    long refused() {
        return refused.get();
    }

    /** Answers that do not say "later". */
    long wrong() {
        return wrong.get();
    }

    long unanswered() {
        return unanswered.get();
    }

    /** The first wrong answer or failure, or null. */
    @Nullable
    String firstWrong() {
        return firstWrong;
    }

    Latencies acknowledgedIn() {
        return acknowledgedIn;
    }

    Latencies refusedIn() {
        return refusedIn;
    }

    /**
     * Sends one request by itself.
     *
     * @return how long it took, nanoseconds, or -1 when it was not acknowledged
     */
    long probe() throws InterruptedException {
        byte[] body = load.next();
        HttpRequest request = HttpRequest.newBuilder(intake)
                .header("content-type", "application/x-protobuf")
                .timeout(patience)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        offered++;
        long sent = System.nanoTime();
        try {
            HttpResponse<byte[]> answer = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
            long took = System.nanoTime() - sent;
            note(body, took, answer, null);
            return answer.statusCode() == 200 ? took : -1;
        } catch (IOException e) {
            note(body, System.nanoTime() - sent, null, e);
            return -1;
        }
    }

    /** Some of the spans acknowledged, at most {@code most}. */
    List<Sample> someAcknowledged(int most) {
        synchronized (remembered) {
            List<Sample> some = new ArrayList<>(remembered);
            while (some.size() > most) {
                some.remove(random.nextInt(some.size()));
            }
            return some;
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
        try {
            if (!client.awaitTermination(Duration.ofSeconds(10))) {
                Progress.say("the client's connections did not close within 10 s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
