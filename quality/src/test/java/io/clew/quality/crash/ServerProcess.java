package io.clew.quality.crash;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * {@code clew up} as a process of its own: the server's main class with the flags of the launcher and the class path of
 * this JVM, on free loopback ports. {@link #start} returns once it is ready; closing kills it.
 */
public final class ServerProcess implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Process process;
    private final Path data;
    private final ConcurrentLinkedQueue<String> output = new ConcurrentLinkedQueue<>();
    private final HttpClient client = HttpClient.newHttpClient();
    private final Map<String, Integer> ports = new HashMap<>();
    private final Thread reader;

    private ServerProcess(Process process, Path data) {
        this.process = process;
        this.data = data;
        this.reader = Thread.ofPlatform().daemon().name("server-output").start(this::readOutput);
    }

    /**
     * Starts it on this data directory and waits until {@code /ready} says yes.
     *
     * @param jvmOptions further options of its JVM, which win over the launcher's
     * @throws AssertionError with its output, when it exits or is not ready in two minutes
     */
    public static ServerProcess start(Path data, String... jvmOptions) throws IOException {
        List<String> command = java(jvmOptions);
        command.addAll(List.of("io.clew.server.Main", "up", "--data", data.toString(), "--bind", "127.0.0.1"));
        command.addAll(List.of("--ports-ui", "0", "--ports-otlp-http", "0", "--ports-otlp-grpc", "0"));
        return launch(command, data).ready();
    }

    /** The same with {@link SmallStoreServer}. */
    static ServerProcess startSmall(Path data) throws IOException {
        return launchSmall(data).ready();
    }

    /** The same without waiting: it may never be ready. */
    static ServerProcess launchSmall(Path data, String... jvmOptions) throws IOException {
        List<String> command = java(jvmOptions);
        command.addAll(List.of(SmallStoreServer.class.getName(), data.toString()));
        return launch(command, data);
    }

    private static List<String> java(String... jvmOptions) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("@" + flagsFile());
        command.addAll(List.of(jvmOptions));
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        return command;
    }

    private static ServerProcess launch(List<String> command, Path data) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        return new ServerProcess(process, data);
    }

    private ServerProcess ready() {
        if (!awaitReady()) {
            throw new AssertionError("the server exited with " + process.exitValue() + ":\n" + output());
        }
        return this;
    }

    /** Asks a {@link SmallStoreServer} to delete a trace; whether it has is told by {@link #deleted}. */
    void delete(String trace) {
        try {
            process.getOutputStream().write(("delete " + trace + "\n").getBytes(StandardCharsets.US_ASCII));
            process.getOutputStream().flush();
        } catch (IOException gone) {
            output.add("(not asked to delete " + trace + ": " + gone.getMessage() + ")");
        }
    }

    /** Traces that it said it had deleted. */
    List<String> deleted() {
        return output().lines()
                .filter(line -> line.startsWith("deleted "))
                .map(line -> line.substring("deleted ".length()))
                .toList();
    }

    /** Waits until {@code /ready} says yes; false when it exited before. */
    boolean awaitReady() {
        try {
            Awaitility.await("the server to be ready")
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(20))
                    .until(this::isReadyOrGone);
        } catch (RuntimeException late) {
            close();
            throw new AssertionError("the server is not ready:\n" + output(), late);
        }
        return process.isAlive();
    }

    private static Path flagsFile() {
        String given = System.getProperty("clew.server.flags");
        return Path.of(given != null ? given : "../server/src/main/launch/jvm.flags");
    }

    private void readOutput() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                output.add(line);
            }
        } catch (IOException closed) {
            output.add("(output ended: " + closed.getMessage() + ")");
        }
    }

    private boolean isReadyOrGone() throws IOException, InterruptedException {
        if (!process.isAlive()) {
            return true;
        }
        if (ports.isEmpty() && !readPorts()) {
            return false;
        }
        try {
            return get("/ready").statusCode() == 200;
        } catch (IOException notYet) {
            return false;
        }
    }

    /** The file may still be the one of a process that was killed. */
    private boolean readPorts() throws IOException {
        Path file = data.resolve("addresses.json");
        if (!Files.exists(file)) {
            return false;
        }
        JsonNode addresses = JSON.readTree(file.toFile());
        if (addresses.path("pid").asLong() != process.pid()) {
            return false;
        }
        for (JsonNode address : addresses.path("addresses")) {
            ports.put(address.path("door").asText(), address.path("port").asInt());
        }
        return !ports.isEmpty();
    }

    /** Where a door is, by its name in {@code addresses.json}: otlp-http, otlp-grpc or ui. */
    public URI uri(String door, String pathAndQuery) {
        Integer port = ports.get(door);
        if (port == null) {
            throw new IllegalArgumentException("no door " + door + " among " + ports.keySet());
        }
        return URI.create("http://127.0.0.1:" + port + pathAndQuery);
    }

    /** GET on the UI's port. */
    public HttpResponse<byte[]> get(String pathAndQuery) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(uri("ui", pathAndQuery))
                        .timeout(PATIENCE)
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
    }

    /** GET on the UI's port of something that must be there. */
    public JsonNode getJson(String pathAndQuery) throws IOException, InterruptedException {
        HttpResponse<byte[]> response = get(pathAndQuery);
        if (response.statusCode() != 200) {
            throw new AssertionError(pathAndQuery + " answered " + response.statusCode() + ": "
                    + new String(response.body(), StandardCharsets.UTF_8));
        }
        return JSON.readTree(response.body());
    }

    /** Kills it as {@code kill -9} does and waits until it is gone. */
    public void kill9() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /** Asks it to end, as TERM does, without waiting. */
    public void terminate() {
        process.destroy();
    }

    /** Waits for its end and for all of its output, and returns the exit code. */
    public int awaitExit() throws InterruptedException {
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("the server did not end:\n" + output());
        }
        reader.join();
        return process.exitValue();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public long pid() {
        return process.pid();
    }

    /** What it has printed so far. */
    public String output() {
        return String.join("\n", output);
    }

    @Override
    public void close() {
        process.destroyForcibly();
        client.close();
    }
}
