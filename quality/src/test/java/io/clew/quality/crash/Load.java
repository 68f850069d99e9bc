package io.clew.quality.crash;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Clients that post the ledger's requests to one server until stopped or until it does not answer any more. */
final class Load implements AutoCloseable {
    private static final long BACK_OFF_NANOS = 20_000_000;

    private final HttpClient client = HttpClient.newHttpClient();
    private final ServerProcess server;
    private final Ledger ledger;
    private final AtomicInteger acknowledged = new AtomicInteger();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopped;

    private Load(ServerProcess server, Ledger ledger) {
        this.server = server;
        this.ledger = ledger;
    }

    static Load start(ServerProcess server, Ledger ledger, int clients) {
        Load load = new Load(server, ledger);
        for (int i = 0; i < clients; i++) {
            load.threads.add(Thread.ofPlatform().name("load-" + i).start(load::run));
        }
        return load;
    }

    private void run() {
        while (!stopped) {
            Ledger.Request request = ledger.next();
            boolean success = false;
            try {
                success = post(request) == 200;
            } catch (IOException goneOrGoing) {
                stopped = !server.isAlive();
            } catch (InterruptedException interrupted) {
                stopped = true;
            }
            if (success) {
                ledger.acknowledged(request);
                acknowledged.incrementAndGet();
            } else {
                ledger.inDoubt(request);
                // As an exporter backs off, so that a server about to stop is not flooded.
                LockSupport.parkNanos(BACK_OFF_NANOS);
            }
        }
    }

    private int post(Ledger.Request request) throws IOException, InterruptedException {
        HttpRequest post = HttpRequest.newBuilder(server.uri("otlp-http", "/v1/traces"))
                .header("Content-Type", "application/x-protobuf")
                .timeout(Duration.ofMinutes(1))
                .POST(HttpRequest.BodyPublishers.ofByteArray(request.body()))
                .build();
        return client.send(post, HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    /** Requests acknowledged so far. */
    int acknowledged() {
        return acknowledged.get();
    }

    /** Lets each client finish its request. */
    @Override
    public void close() {
        stopped = true;
        boolean interrupted = false;
        for (Thread thread : threads) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException again) {
                    interrupted = true;
                }
            }
        }
        client.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
