package io.clew.quality.bench;

import io.clew.quality.load.ReferenceLoad;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Sends the reference load over a few connections, each waiting for its answer before it sends again. What is answered 429
 * or 503 is sent again a little later, as exporters do, and counted; any other answer but 2xx ends the run. Keeps a sample
 * of spans, drawn evenly from all that was sent.
 */
final class LoadRun {
    private static final int CONNECTIONS = 4;
    private static final int SAMPLES = 500;
    private static final int LAST = 64;

    private Candidate candidate;
    private final ReferenceLoad load;
    private final SplittableRandom random = new SplittableRandom(1);
    private final AtomicLong spans = new AtomicLong();
    private final AtomicLong busy = new AtomicLong();
    private final List<Sample> samples = new ArrayList<>();
    private volatile Latencies acknowledged = new Latencies();
    private final ArrayDeque<byte[]> last = new ArrayDeque<>();
    private long requests;
    private boolean inStep;

    LoadRun(Candidate candidate, ReferenceLoad load) {
        this.candidate = candidate;
        this.load = load;
    }

    /** Traces start when they are sent from now on, however fast that is. */
    void keepInStep() {
        inStep = true;
    }

    /** The server was started anew: goes on with it. */
    void continueWith(Candidate restarted) {
        candidate = restarted;
    }

    /** What one stretch of the run measured; {@code micros} is the processor time of the server. */
    record Stretch(long spans, double seconds, double micros, Latencies acknowledged, long busy, double mostMemory) {
        double spansPerSecond() {
            return spans / seconds;
        }

        double microsPerSpan() {
            return micros / spans;
        }
    }

    /** Some of the spans sent, to ask for. */
    List<Sample> samples() {
        synchronized (load) {
            return List.copyOf(samples);
        }
    }

    /** A span of each of the last requests that were acknowledged. */
    List<Sample> lastAcknowledged() {
        synchronized (last) {
            return last.stream().map(Sample::anyOf).toList();
        }
    }

    /** Spans acknowledged in all stretches. */
    long spans() {
        return spans.get();
    }

    Stretch send(String what, long most, double seconds) throws IOException, InterruptedException {
        return send(what, candidate.sender(), most, seconds);
    }

    /**
     * Sends until a number of spans is acknowledged or a time has passed.
     *
     * @param most spans
     */
    Stretch send(String what, Sender sender, long most, double seconds) throws IOException, InterruptedException {
        Latencies latencies = new Latencies();
        acknowledged = latencies;
        long spansBefore = spans.get();
        long busyBefore = busy.get();
        long cpuBefore = candidate.meter().cpuMicros();
        long start = System.nanoTime();
        long end = start + (long) Math.min(seconds * 1e9, Long.MAX_VALUE / 4.0);
        List<Thread> threads = new ArrayList<>();
        List<Exception> failures = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            threads.add(Thread.ofPlatform().start(() -> {
                try {
                    while (System.nanoTime() < end && spans.get() - spansBefore < most && !failed(failures)) {
                        post(sender, next());
                    }
                } catch (IOException | InterruptedException | RuntimeException e) {
                    synchronized (failures) {
                        failures.add(e);
                    }
                }
            }));
        }
        double mostMemory = 0;
        for (int second = 0; threads.stream().anyMatch(Thread::isAlive); ) {
            TimeUnit.MILLISECONDS.sleep(50);
            int passed = (int) ((System.nanoTime() - start) / 1_000_000_000L);
            if (passed > second) {
                second = passed;
                mostMemory = Math.max(mostMemory, candidate.meter().anonymousMebibytes());
                if (second % 10 == 0) {
                    tell(what, spans.get() - spansBefore, second, busy.get() - busyBefore);
                }
            }
        }
        if (failed(failures)) {
            throw new IOException(
                    "sending to " + candidate.name() + " failed: " + failures.getFirst(), failures.getFirst());
        }
        return new Stretch(
                spans.get() - spansBefore,
                (System.nanoTime() - start) / 1e9,
                candidate.meter().cpuMicros() - cpuBefore,
                latencies,
                busy.get() - busyBefore,
                mostMemory);
    }

    private void tell(String what, long sent, int seconds, long refused) {
        Progress.say(
                "%s, %s: %,d spans in %d s%s",
                candidate.name(), what, sent, seconds, refused > 0 ? ", " + refused + " busy answers" : "");
    }

    private static boolean failed(List<Exception> failures) {
        synchronized (failures) {
            return !failures.isEmpty();
        }
    }

    /** Sends one request and returns when it is acknowledged. */
    private void post(Sender sender, byte[] body) throws IOException, InterruptedException {
        while (true) {
            long sent = System.nanoTime();
            int status = sender.send(body);
            if (status / 100 == 2) {
                acknowledged.add(System.nanoTime() - sent);
                spans.addAndGet(ReferenceLoad.SPANS);
                synchronized (last) {
                    last.addLast(body);
                    if (last.size() > LAST) {
                        last.removeFirst();
                    }
                }
                return;
            }
            if (status != 429 && status != 503) {
                throw new IOException(candidate.name() + " answered " + status);
            }
            busy.incrementAndGet();
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    /** Every request sent so far is in the sample with the same chance (Vitter's algorithm R). */
    private byte[] next() {
        synchronized (load) {
            if (inStep) {
                load.notBefore(Workbench.now());
            }
            byte[] body = load.next();
            requests++;
            long place = samples.size() < SAMPLES ? samples.size() : random.nextLong(requests);
            if (place < SAMPLES) {
                Sample.of(body, random).ifPresent(sample -> {
                    if (place < samples.size()) {
                        samples.set((int) place, sample);
                    } else {
                        samples.add(sample);
                    }
                });
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
        Sender sender = candidate.sender();
        for (int i = 0; i < count; i++) {
            byte[] body = next();
            Sample sample = Sample.anyOf(body);
            long sent = System.nanoTime();
            post(sender, body);
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
}
