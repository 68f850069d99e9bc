package io.clew.quality.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** This project's server, started as {@code clew up} starts it. */
final class Clew implements Candidate {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path data;
    private final Child child;
    private final double readyMillis;
    private final String intake;
    private final String api;

    /**
     * Starts it on free ports and an empty data directory.
     *
     * @param jar the server's, with its libraries in {@code lib} beside it and perhaps a start-up cache
     */
    Clew(Path jar, Path flags, Path data, List<String> jvmFlags) throws IOException, InterruptedException {
        this.data = data;
        Files.createDirectories(data);
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "@" + flags));
        startUpCache(jar).ifPresent(cache -> command.add("-XX:AOTCache=" + cache));
        command.addAll(jvmFlags);
        command.addAll(List.of("-jar", jar.toString(), "up", "--data", data.toString(), "--bind", "127.0.0.1"));
        for (String door : List.of("otlp-grpc", "otlp-http", "ui")) {
            command.addAll(List.of("--ports-" + door, "0"));
        }
        long started = System.nanoTime();
        child = new Child(command, Map.of(), data.resolveSibling(data.getFileName() + ".log"));
        Path addresses = data.resolve("addresses.json");
        child.await("the server", () -> Files.exists(addresses));
        JsonNode doors = JSON.readTree(addresses.toFile()).get("addresses");
        intake = address(doors, "otlp-http") + "/v1/traces";
        String ui = address(doors, "ui");
        api = ui + "/clew/api/v1/";
        child.await("the server", () -> Child.answers(URI.create(ui + "/ready")));
        readyMillis = (System.nanoTime() - started) / 1e6;
    }

    private static java.util.Optional<Path> startUpCache(Path jar) throws IOException {
        try (Stream<Path> files = Files.list(jar.toAbsolutePath().getParent())) {
            return files.filter(f -> f.toString().endsWith(".aot")).findFirst();
        }
    }

    private static String address(JsonNode doors, String door) throws IOException {
        for (JsonNode node : doors) {
            if (node.get("door").asText().equals(door)) {
                return "http://127.0.0.1:" + node.get("port").asInt();
            }
        }
        throw new IOException("addresses.json names no door " + door);
    }

    /** From starting the process to {@code /ready}. */
    double readyMillis() {
        return readyMillis;
    }

    @Override
    public String name() {
        return "Clew";
    }

    @Override
    public ProcessMeter meter() {
        return child.meter();
    }

    @Override
    public HttpRequest intake(byte[] otlp) {
        return HttpRequest.newBuilder(URI.create(intake))
                .header("content-type", "application/x-protobuf")
                .POST(HttpRequest.BodyPublishers.ofByteArray(otlp))
                .build();
    }

    @Override
    public URI byId(Sample sample) {
        return URI.create(api + "traces/" + sample.traceId());
    }

    @Override
    public URI serviceAndTime(Sample sample) {
        return search(
                "{ resource.service.name = \"" + sample.service() + "\" }",
                "&start=" + sample.start() + "&end=" + (sample.start() + 1_000_000_000L));
    }

    @Override
    public URI rareAttribute(Sample sample) {
        return search("{ span.url.full = \"" + sample.url() + "\" }", "");
    }

    @Override
    public URI durationRange(Sample sample) {
        long micros = sample.duration() / 1000;
        return search(
                String.format(Locale.ROOT, "{ duration >= %dus && duration <= %dus }", micros, micros + micros / 50),
                "");
    }

    private URI search(String query, String window) {
        return URI.create(api + "search?limit=20&q=" + URLEncoder.encode(query, StandardCharsets.UTF_8) + window);
    }

    /** {@code GET status}. */
    JsonNode status() throws IOException, InterruptedException {
        return JSON.readTree(Child.HTTP
                .send(
                        HttpRequest.newBuilder(URI.create(api + "status")).build(),
                        HttpResponse.BodyHandlers.ofInputStream())
                .body());
    }

    /** Waits until nothing is unflushed and the data directory has stopped changing for five seconds. */
    @Override
    public void settle() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        String last = "";
        long since = System.nanoTime();
        while (System.nanoTime() < deadline && System.nanoTime() - since < TimeUnit.SECONDS.toNanos(5)) {
            JsonNode status = status();
            String now = status.get("unflushedBytes") + " " + status.get("blocks") + " " + dataBytes();
            if (!now.equals(last) || status.get("unflushedBytes").asLong() > 0) {
                last = now;
                since = System.nanoTime();
            }
            Thread.sleep(250);
        }
    }

    /** Size of all files of the data directory, index and log included. */
    long dataBytes() throws IOException {
        try (Stream<Path> files = Files.walk(data)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> {
                        try {
                            return Files.size(file);
                        } catch (java.nio.file.NoSuchFileException e) {
                            return 0;
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    })
                    .sum();
        } catch (UncheckedIOException e) {
            // A file that a merge removed while it was listed: the next look counts right.
            return -1;
        }
    }

    @Override
    public void close() throws IOException {
        child.close();
    }
}
