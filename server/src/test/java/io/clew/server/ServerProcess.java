package io.clew.server;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.core.ConditionTimeoutException;

/** {@code Main} in a JVM of its own, with the flags that {@code clew up} uses and the class path of the tests. */
final class ServerProcess implements AutoCloseable {
    /** For one step on a machine that has much else to do. */
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private static final Path FLAGS = Path.of("src/main/launch/jvm.flags");
    /** All ports free ones. */
    static final String[] FREE_PORTS = {"--ports-otlp-grpc=0", "--ports-otlp-http=0", "--ports-ui=0"};

    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final Process process;
    private final Path output;

    private ServerProcess(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    static ServerProcess start(Path scratch, List<String> jvmFlags, String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("@" + FLAGS);
        command.addAll(jvmFlags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
        command.addAll(List.of(arguments));
        try {
            Path output = Files.createTempFile(scratch, "server", ".out");
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            return new ServerProcess(process, output);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** {@code up} on free ports, waited for until ready. */
    static ServerProcess up(Path data, List<String> jvmFlags, String... more) {
        ServerProcess server = launch(data, jvmFlags, more);
        if (!server.awaitReady()) {
            throw new AssertionError("did not start: " + server.output());
        }
        return server;
    }

    /** {@code up} on free ports, not waited for. */
    static ServerProcess launch(Path data, List<String> jvmFlags, String... more) {
        List<String> arguments = new ArrayList<>(List.of("up", "--data", data.toString()));
        arguments.addAll(List.of(FREE_PORTS));
        arguments.addAll(List.of(more));
        return start(data.toAbsolutePath().resolveSibling("."), jvmFlags, arguments.toArray(String[]::new));
    }

    /** Waits until it is ready; false when it ended before. */
    boolean awaitReady() {
        try {
            await().atMost(PATIENCE).until(() -> output().contains("is ready") || !isAlive());
        } catch (ConditionTimeoutException tooLate) {
            close();
            throw new AssertionError("not ready within " + PATIENCE.toMinutes() + " minutes: " + output(), tooLate);
        }
        return isAlive();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    /** What it has written so far, to both streams. */
    String output() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Waits for the end and returns the exit code. */
    int exitCode() {
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("still running: " + output());
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** SIGTERM, then the exit code. */
    int terminate() {
        process.destroy();
        return exitCode();
    }

    /** SIGTERM, without waiting: what Ctrl-C does, in a form that can be sent from here. */
    void interrupt() {
        process.destroy();
    }

    /** The port of a door, by its title in the greeting. */
    int port(String title) {
        Matcher line =
                Pattern.compile(title + "\\s+http://127\\.0\\.0\\.1:(\\d+)").matcher(output());
        if (!line.find()) {
            throw new AssertionError("no " + title + " in: " + output());
        }
        return Integer.parseInt(line.group(1));
    }

    HttpResponse<String> get(String pathAndQuery) {
        return send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port("UI and API") + pathAndQuery))
                .build());
    }

    HttpResponse<String> delete(String path) {
        return send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port("UI and API") + path))
                .DELETE()
                .build());
    }

    HttpResponse<String> postSpans(byte[] request, String... headers) {
        HttpRequest.Builder post = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + port("OTLP HTTP") + "/v1/traces"))
                .header("Content-Type", "application/x-protobuf")
                .POST(HttpRequest.BodyPublishers.ofByteArray(request));
        if (headers.length > 0) {
            post.headers(headers);
        }
        return send(post.build());
    }

    private static HttpResponse<String> send(HttpRequest request) {
        try {
            return CLIENT.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
        exitCode();
    }
}
