package io.clew.quality.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A server process that the bench started, and stops; its output goes to a file. */
final class Child implements AutoCloseable {
    static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    private final Process process;
    private final Path log;
    private final Thread atExit;

    Child(List<String> command, Map<String, String> environment, Path log) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        this.log = log;
        process = builder.start();
        atExit = new Thread(process::destroyForcibly);
        Runtime.getRuntime().addShutdownHook(atExit);
    }

    ProcessMeter meter() {
        return new ProcessMeter(process.pid());
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** The last lines of its output. */
    String lastWords() throws IOException {
        List<String> lines = Files.readAllLines(log);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 15), lines.size()));
    }

    /** Waits until {@code ready} holds; fails with the end of the log when the process ends or two minutes pass. */
    void await(String what, Condition ready) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
        while (!ready.holds()) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new IOException(what + (process.isAlive() ? " takes more than two minutes" : " ended too early")
                        + ", its last words: " + lastWords());
            }
            Thread.sleep(5);
        }
    }

    /** Something to wait for. */
    interface Condition {
        boolean holds() throws IOException, InterruptedException;
    }

    /** Whether a GET is answered with 200. */
    static boolean answers(URI uri) throws InterruptedException {
        try {
            return HTTP.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException e) {
            return false;
        }
    }

    /** Ends it as {@code kill -9} does and returns when it is gone. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
        forget();
    }

    /** Ends it as TERM does, and if that takes more than a minute, by force. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        forget();
    }

    private void forget() {
        try {
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException exiting) {
            // The hook is running already.
            return;
        }
    }
}
