package io.clew.server.intake;

import io.clew.ingest.BusyException;
import io.clew.model.DecodeLimits;
import io.clew.model.MalformedRequestException;
import io.clew.model.Refusals;
import io.clew.model.RequestDecoder;
import io.clew.model.SourceRequest;
import io.clew.model.SpanBatch;
import io.clew.server.telemetry.Counters;
import io.clew.server.telemetry.TimeToVisible;
import io.clew.store.AppendResult;
import io.clew.store.TraceStore;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decodes requests and appends their spans, for all doors, on a few threads of its own: event loops must not wait. Each
 * thread keeps its decoders and their scratch memory. Thread-safe.
 */
public final class Intake implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Intake.class);
    private static final int MOST_WAITING = 1024;
    /**
     * Time that a request may wait until it is decoded; when it would be more, no other is let in. So what is taken is
     * answered well within the ten seconds that exporters wait, and what waits does not fill the memory.
     */
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(3);

    /** When to try again if nothing better is known. */
    public static final Duration SOON = Duration.ofSeconds(1);

    private final StoreGate gate;
    private final Counters counters;
    private final TimeToVisible timeToVisible;
    private final DecodeLimits limits;
    private final Witness witness;
    private final ThreadPoolExecutor threads;
    private final ThreadLocal<Desk> desks;
    /** Moving average of the time from taking a request from the queue to handing its spans to the store. */
    private final AtomicLong meanNanos = new AtomicLong();

    /** Sees every batch before it is appended. */
    public interface Witness {
        /** Looks at a batch, which changes afterwards. */
        Arrival arriving(SpanBatch batch);
    }

    /** A batch on its way into the store. */
    public interface Arrival {
        /** Called once, when its spans are stored and visible, or will not be. */
        void ended(boolean stored);
    }

    /** What one thread works with. */
    private record Desk(Map<Integer, RequestDecoder> decoders, Refusals refusals) {}

    /**
     * Starts the threads.
     *
     * @param decoders makes a thread's decoders, one for each codec
     */
    public Intake(
            StoreGate gate,
            Counters counters,
            TimeToVisible timeToVisible,
            DecodeLimits limits,
            Witness witness,
            Supplier<List<RequestDecoder>> decoders) {
        this.gate = gate;
        this.counters = counters;
        this.timeToVisible = timeToVisible;
        this.limits = limits;
        this.witness = witness;
        this.desks = ThreadLocal.withInitial(() -> {
            Map<Integer, RequestDecoder> byCodec = new HashMap<>();
            decoders.get().forEach(decoder -> byCodec.put(decoder.codec(), decoder));
            return new Desk(byCodec, new Refusals());
        });
        int count = Math.max(2, Runtime.getRuntime().availableProcessors());
        this.threads = new ThreadPoolExecutor(
                count,
                count,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(MOST_WAITING),
                Thread.ofPlatform().name("clew-intake-", 0).factory());
    }

    public DecodeLimits limits() {
        return limits;
    }

    /**
     * Takes a request in.
     *
     * @param body holds the request's bytes; closed when nothing needs them any more
     * @param protocol label for the counters
     * @return never fails
     */
    public CompletableFuture<Outcome> take(SourceRequest request, Body body, String protocol) {
        CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        return start(body, outcome, () -> take(request, body.receivedAt(), protocol, outcome));
    }

    /** Runs other work on a request's bytes on the same threads; never fails; closes the body at the end. */
    public CompletableFuture<Outcome> run(Body body, Supplier<Outcome> work) {
        CompletableFuture<Outcome> outcome = new CompletableFuture<>();
        return start(body, outcome, () -> outcome.complete(work.get()));
    }

    /**
     * The answer to requests that come now, when those that are here will take longer than any may wait. May be asked
     * before a body is read, so that it need not be kept.
     */
    public Optional<Outcome> busy() {
        long longest = LONGEST_WAIT.toNanos();
        boolean late = threads.getQueue().peek() instanceof Waiting first && System.nanoTime() - first.since > longest;
        return late || threads.getQueue().size() * meanNanos.get() / threads.getMaximumPoolSize() > longest
                ? Optional.of(new Outcome.TryLater("more is arriving than can be read; send it again", SOON))
                : Optional.empty();
    }

    /** Answers the outcome once the body is closed: who is answered finds the memory free that the request took. */
    private CompletableFuture<Outcome> start(Body body, CompletableFuture<Outcome> outcome, Runnable work) {
        CompletableFuture<Outcome> closed = outcome.whenComplete((_, _) -> body.close());
        Optional<Outcome> busy = busy();
        if (busy.isPresent()) {
            outcome.complete(busy.get());
            return closed;
        }
        try {
            threads.execute(new Waiting(outcome, work));
        } catch (RejectedExecutionException e) {
            outcome.complete(new Outcome.TryLater(MOST_WAITING + " requests are waiting already", SOON));
        }
        return closed;
    }

    /** Work in the queue. */
    private final class Waiting implements Runnable {
        /** When it was put there, on the clock of {@link System#nanoTime}. */
        private final long since = System.nanoTime();

        private final CompletableFuture<Outcome> outcome;
        private final Runnable work;

        Waiting(CompletableFuture<Outcome> outcome, Runnable work) {
            this.outcome = outcome;
            this.work = work;
        }

        @Override
        public void run() {
            long begun = System.nanoTime();
            try {
                work.run();
            } catch (RuntimeException | Error e) {
                outcome.complete(failed(e));
                if (e instanceof Error error) {
                    throw error;
                }
            } finally {
                meanNanos.accumulateAndGet(System.nanoTime() - begun, (mean, took) -> mean + (took - mean) / 16);
            }
        }
    }

    private void take(SourceRequest request, long receivedAt, String protocol, CompletableFuture<Outcome> outcome) {
        TraceStore store = gate.store();
        if (store == null) {
            outcome.complete(new Outcome.TryLater(String.valueOf(gate.closedBecause()), SOON));
            return;
        }
        Desk desk = desks.get();
        RequestDecoder decoder = desk.decoders.get(request.codec());
        if (decoder == null) {
            throw new IllegalArgumentException("no decoder for codec " + request.codec());
        }
        Refusals refusals = desk.refusals;
        refusals.clear();
        SpanBatch batch = store.newBatch();
        try {
            decoder.decode(request, limits, batch, refusals);
        } catch (MalformedRequestException e) {
            store.discard(batch);
            outcome.complete(new Outcome.Unreadable(e.reason(), String.valueOf(e.getMessage())));
            return;
        } catch (BusyException e) {
            store.discard(batch);
            outcome.complete(new Outcome.TryLater(String.valueOf(e.getMessage()), SOON));
            return;
        }
        int spans = batch.spanCount();
        TimeToVisible.Arrival arrival = timeToVisible.arrived(batch, request.receiveTime());
        int refused = refusals.count();
        String message = refusals.firstMessage();
        Arrival witnessed = witness.arriving(batch);
        CompletableFuture<AppendResult> appended;
        try {
            appended = store.append(batch, request, limits, refusals);
        } catch (Throwable failure) {
            witnessed.ended(false);
            throw failure;
        }
        // Told apart only here: what is asked to be sent again must not count twice.
        Map<Refusals.Reason, Integer> byReason = refusals.count() == 0 ? Map.of() : Counters.byReason(refusals);
        var _ = appended.whenComplete((result, _) -> witnessed.ended(result instanceof AppendResult.Stored))
                .thenApply(result -> {
                    gate.appended(result);
                    if (result instanceof AppendResult.Stored) {
                        arrival.visible(System.nanoTime() - receivedAt);
                        counters.received(protocol, spans + refused);
                        counters.refused(byReason);
                    }
                    return outcome(result, refused, message);
                })
                .handle((known, failure) -> outcome.complete(failure == null ? known : failed(failure)));
    }

    private static Outcome outcome(AppendResult result, int refused, @Nullable String message) {
        return switch (result) {
            case AppendResult.Stored _ -> new Outcome.Kept(refused, message);
            case AppendResult.Busy busy ->
                new Outcome.TryLater("more is arriving than can be written; send it again", busy.retryAfter());
            case AppendResult.DiskFull full -> new Outcome.TryLater(full.message(), full.retryAfter());
            case AppendResult.Failed failed -> new Outcome.TryLater(failed.message(), SOON);
        };
    }

    private static Outcome failed(Throwable cause) {
        LOG.error("A request with spans could not be taken in", cause);
        return new Outcome.TryLater("an error inside of the server; its log says more", SOON);
    }

    /** Takes nothing more and waits until what was taken has its outcome from the decoders, at most 10 s. */
    @Override
    public void close() {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(10, TimeUnit.SECONDS)) {
                LOG.warn("Decoding did not end within 10 s of the stop");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
