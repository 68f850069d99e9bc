package io.clew.server.query;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.clew.server.intake.StoreGate;
import io.clew.store.DamagedException;
import io.clew.store.ReadControl;
import io.clew.store.ReadStoppedException;
import io.clew.store.Snapshot;
import io.clew.store.TraceStore;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs queries of all doors on a few threads of their own, each against one snapshot, until its deadline or until its
 * client goes away. Waiting counts: a query that waited past its deadline does not start. Thread-safe.
 */
public final class Queries implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Queries.class);
    private static final JsonFactory JSON = new JsonFactory();
    private static final int MOST_WAITING = 256;
    private static final int MOST_STREAMS = 2;

    private final StoreGate gate;
    private final Duration longest;
    private final ThreadPoolExecutor threads;
    private final Semaphore streams = new Semaphore(MOST_STREAMS);

    /** Writes one answer about the store itself. */
    public interface StoreQuery {
        void answer(TraceStore store, ReadControl control, JsonGenerator json) throws IOException, Problem;
    }

    /** Writes one answer. */
    public interface Query {
        void answer(Snapshot snapshot, ReadControl control, JsonGenerator json) throws IOException, Problem;
    }

    /**
     * Starts the threads.
     *
     * @param longest time a query may take
     */
    public Queries(StoreGate gate, Duration longest) {
        this.gate = gate;
        this.longest = longest;
        int count = Math.max(2, Runtime.getRuntime().availableProcessors());
        this.threads = new ThreadPoolExecutor(
                count,
                count,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(MOST_WAITING),
                Thread.ofPlatform().name("clew-query-", 0).factory());
    }

    /** Longest time a query may take; also what one takes that asks for nothing else. */
    public Duration longest() {
        return longest;
    }

    /**
     * Answers with JSON.
     *
     * @param timeout deadline of this query, from now
     * @param pretty whether to indent
     * @param onProblem how this door says what is wrong
     */
    public HttpResponse json(
            ServiceRequestContext context,
            Duration timeout,
            boolean pretty,
            Function<Problem, HttpResponse> onProblem,
            Query query) {
        return storeJson(context, timeout, pretty, onProblem, (store, control, json) -> {
            try (Snapshot snapshot = store.snapshot()) {
                query.answer(snapshot, control, json);
            }
        });
    }

    /** As {@link #json}, for what needs more of the store than a snapshot. */
    public HttpResponse storeJson(
            ServiceRequestContext context,
            Duration timeout,
            boolean pretty,
            Function<Problem, HttpResponse> onProblem,
            StoreQuery query) {
        return answer(context, timeout, jsonHeaders(), onProblem, (store, control, body) -> {
            // Flushed only after success: what failed is answered otherwise or broken off.
            @SuppressWarnings("resource")
            JsonGenerator json = JSON.createGenerator(body)
                    .disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET)
                    // A body that is not flushed is answered in one piece, and its thread is free at once.
                    .disable(JsonGenerator.Feature.FLUSH_PASSED_TO_STREAM);
            if (pretty) {
                json.useDefaultPrettyPrinter();
            }
            query.answer(store, control, json);
            // Gives its buffers to the next answer, too.
            json.close();
        });
    }

    /** Answers with text as it is written, within the longest time a query may take. */
    public HttpResponse text(ServiceRequestContext context, String mediaType, Stream text) {
        return answer(context, longest, headers(mediaType), Problem::toResponse, text);
    }

    private HttpResponse answer(
            ServiceRequestContext context,
            Duration timeout,
            ResponseHeaders headers,
            Function<Problem, HttpResponse> onProblem,
            Stream stream) {
        long deadline = System.nanoTime() + timeout.toNanos();
        // The deadline is kept here, where the answer can say so.
        context.clearRequestTimeout();
        AtomicBoolean gone = new AtomicBoolean();
        var _ = context.whenRequestCancelling().thenAccept(_ -> gone.set(true));
        CompletableFuture<HttpResponse> response = new CompletableFuture<>();
        try {
            threads.execute(() -> {
                StreamedBody body = new StreamedBody(headers, response, () -> deadline);
                try {
                    run(stream, new ReadControl(deadline, gone::get), body);
                } catch (Problem problem) {
                    body.breakOff(problem);
                    response.complete(onProblem.apply(problem));
                } catch (Exception | Error e) {
                    body.breakOff(e);
                    response.complete(onProblem.apply(problem(e, timeout)));
                    if (e instanceof Error error) {
                        throw error;
                    }
                }
            });
        } catch (RejectedExecutionException e) {
            response.complete(onProblem.apply(Problem.unavailable(MOST_WAITING + " queries are waiting already")));
        }
        return HttpResponse.of(response);
    }

    /** Writes an answer, reading the store as it goes. */
    public interface Stream {
        void write(TraceStore store, ReadControl control, OutputStream out) throws IOException, Problem;
    }

    /**
     * Answers with as many bytes as there are, as fast as the client takes them, on a thread of its own and without a
     * deadline: only a client that reads too slowly is given up, see {@link Pace}. At most {@value #MOST_STREAMS} at a time.
     */
    public HttpResponse stream(ServiceRequestContext context, String mediaType, Stream stream) throws Problem {
        if (!streams.tryAcquire()) {
            throw Problem.unavailable(MOST_STREAMS + " exports are under way already");
        }
        context.clearRequestTimeout();
        AtomicBoolean gone = new AtomicBoolean();
        var _ = context.whenRequestCancelling().thenAccept(_ -> gone.set(true));
        CompletableFuture<HttpResponse> response = new CompletableFuture<>();
        Thread.ofPlatform().name("clew-export").start(() -> {
            StreamedBody body = new StreamedBody(headers(mediaType), response, new Pace(System::nanoTime));
            ReadControl control = ReadControl.until(() -> gone.get() || threads.isShutdown());
            try {
                TraceStore store = gate.store();
                if (store == null) {
                    throw Problem.unavailable(String.valueOf(gate.closedBecause()));
                }
                stream.write(store, control, body);
                body.close();
            } catch (Problem problem) {
                body.breakOff(problem);
                response.complete(problem.toResponse());
            } catch (Exception | Error e) {
                body.breakOff(e);
                response.complete(problem(e, Pace.PATIENCE).toResponse());
                if (e instanceof ReadStoppedException stopped
                        && stopped.stoppedBy() == ReadStoppedException.Cause.DEADLINE) {
                    LOG.warn(
                            "An export was broken off, because its client reads less than {} bytes a second",
                            Pace.BYTES_PER_SECOND);
                }
                if (e instanceof Error error) {
                    throw error;
                }
            } finally {
                streams.release();
            }
        });
        return HttpResponse.of(response);
    }

    private void run(Stream stream, ReadControl control, StreamedBody body) throws IOException, Problem {
        control.check();
        TraceStore store = gate.store();
        if (store == null) {
            throw Problem.unavailable(String.valueOf(gate.closedBecause()));
        }
        stream.write(store, control, body);
        body.close();
    }

    private static ResponseHeaders jsonHeaders() {
        return headers("application/json");
    }

    private static ResponseHeaders headers(String mediaType) {
        return ResponseHeaders.builder(HttpStatus.OK)
                .add(HttpHeaderNames.CONTENT_TYPE, mediaType)
                .add(HttpHeaderNames.CACHE_CONTROL, "no-store")
                .build();
    }

    private static Problem problem(Throwable e, Duration timeout) {
        return switch (e) {
            case ReadStoppedException stopped
            when stopped.stoppedBy() == ReadStoppedException.Cause.DEADLINE ->
                new Problem(
                        HttpStatus.GATEWAY_TIMEOUT,
                        "Out of time",
                        "the query did not end within " + timeout.toMillis() + " ms; narrow it");
            case ReadStoppedException _ -> Problem.unavailable("the query was given up");
            case DamagedException damaged -> {
                LOG.error("A query met a damaged file", damaged);
                yield new Problem(
                        HttpStatus.INTERNAL_SERVER_ERROR, "A file is damaged", String.valueOf(damaged.getMessage()));
            }
            default -> {
                LOG.error("A query failed", e);
                yield new Problem(
                        HttpStatus.INTERNAL_SERVER_ERROR,
                        "An error inside of the server",
                        "the query failed: " + e + "; the server's log says more");
            }
        };
    }

    /** Starts no further query and waits for those that run, at most 5 s. */
    @Override
    public void close() {
        threads.shutdown();
        threads.getQueue().clear();
        try {
            if (!threads.awaitTermination(5, TimeUnit.SECONDS)) {
                threads.shutdownNow();
            }
            if (!streams.tryAcquire(MOST_STREAMS, 5, TimeUnit.SECONDS)) {
                LOG.warn("An export did not end within 5 s of the stop");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
