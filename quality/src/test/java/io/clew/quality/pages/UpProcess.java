package io.clew.quality.pages;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** {@code up} as a process of its own, on free ports and a data directory of its own; {@code close} stops it as TERM does. */
public final class UpProcess implements AutoCloseable {
    private static final Path FLAGS =
            Path.of("../server/src/main/launch/jvm.flags").toAbsolutePath().normalize();
    private static final Duration START = Duration.ofSeconds(60);

    private final Process process;
    private final Path output;
    private final JsonNode addresses;

    private UpProcess(Process process, Path output, JsonNode addresses) {
        this.process = process;
        this.output = output;
        this.addresses = addresses;
    }

    /** Returns once {@code /ready} says so; the server's output goes to {@code directory/up.log}. */
    public static UpProcess start(Path directory) throws IOException {
        Path data = directory.resolve("data");
        Path output = directory.resolve("up.log");
        Process process = new ProcessBuilder(List.of(
                        Path.of(property("java.home"), "bin", "java").toString(),
                        "@" + FLAGS,
                        "-cp",
                        property("java.class.path"),
                        "io.clew.server.Main",
                        "up",
                        "--bind=127.0.0.1",
                        "--data=" + data,
                        "--ports-otlp-grpc=0",
                        "--ports-otlp-http=0",
                        "--ports-ui=0"))
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            Path file = data.resolve("addresses.json");
            await().atMost(START).until(() -> alive(process, output) && Files.exists(file));
            JsonNode addresses =
                    new ObjectMapper().readTree(Files.readString(file)).get("addresses");
            UpProcess started = new UpProcess(process, output, addresses);
            await().atMost(START).until(() -> alive(process, output) && started.isReady());
            return started;
        } catch (RuntimeException | IOException e) {
            process.destroyForcibly();
            throw e;
        }
    }

    /** The address of a door as this host reaches it, e.g. of {@code ui}. */
    public String address(String door) {
        for (JsonNode address : addresses) {
            if (address.get("door").asText().equals(door)) {
                return address.get("fromHost").asText();
            }
        }
        throw new IllegalArgumentException("no door '" + door + "' in " + addresses);
    }

    private boolean isReady() throws IOException, InterruptedException {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(address("ui") + "/ready")).build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (ConnectException e) {
            return false;
        }
    }

    private static String property(String name) {
        return Objects.requireNonNull(System.getProperty(name), name);
    }

    private static boolean alive(Process process, Path output) throws IOException {
        if (!process.isAlive()) {
            throw new IOException("the server ended with " + process.exitValue() + ":\n" + Files.readString(output));
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (process.waitFor(30, TimeUnit.SECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
        throw new IOException("the server did not stop within 30 s of TERM:\n" + Files.readString(output));
    }
}
