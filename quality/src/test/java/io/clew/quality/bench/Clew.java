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
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** This project's server on free loopback ports, started as {@code clew up} starts it. */
final class Clew implements Candidate {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path data;
    private final Child child;
    private final double readyMillis;
    private final JsonNode doors;
    private final URI ui;

    /** Starts it on a data directory, which is made when it is not there, and waits until it is ready. */
    Clew(ServerCommand how, Path data, String... flags) throws IOException, InterruptedException {
        this.data = data;
        Files.createDirectories(data);
        List<String> command = new ArrayList<>(how.words());
        command.addAll(List.of("up", "--data", data.toString(), "--bind", "127.0.0.1"));
        // A regular expression that nothing but reading can answer reads for most of a minute in 100 million spans.
        command.addAll(List.of("--query-timeout", "2m"));
        for (String door : List.of("otlp-grpc", "otlp-http", "ui")) {
            command.addAll(List.of("--ports-" + door, "0"));
        }
        command.addAll(List.of(flags));
        Path addresses = data.resolve("addresses.json");
        // What a killed server left would name its ports.
        Files.deleteIfExists(addresses);
        long started = System.nanoTime();
        child = new Child(command, Map.of(), data.resolveSibling(data.getFileName() + ".log"));
        try {
            child.await("the server", () -> Files.exists(addresses));
            doors = JSON.readTree(addresses.toFile()).get("addresses");
            ui = address("ui", "/");
            child.await("the server", () -> Child.answers(ui.resolve("/ready")));
        } catch (IOException | InterruptedException | RuntimeException e) {
            child.close();
            throw e;
        }
        readyMillis = (System.nanoTime() - started) / 1e6;
    }

    private URI address(String door, String path) throws IOException {
        return URI.create("http://127.0.0.1:" + port(door) + path);
    }

    /** The port of a door by its name in {@code addresses.json}. */
    int port(String door) throws IOException {
        for (JsonNode node : doors) {
            if (node.get("door").asText().equals(door)) {
                return node.get("port").asInt();
            }
        }
        throw new IOException("addresses.json names no door " + door);
    }

    /** Where OTLP over HTTP is taken. */
    URI intake() throws IOException {
        return address("otlp-http", "/v1/traces");
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
    public Sender sender() {
        try {
            return Sender.http(intake());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public URI byId(Sample sample) {
        return ui.resolve("/clew/api/v1/traces/" + sample.traceId());
    }

    /** Whether the span is found by its trace's id. */
    boolean holds(Sample sample) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer =
                Child.HTTP.send(HttpRequest.newBuilder(byId(sample)).build(), HttpResponse.BodyHandlers.ofByteArray());
        return answer.statusCode() == 200
                && new String(answer.body(), StandardCharsets.UTF_8).contains(sample.spanId());
    }

    @Override
    public URI serviceAndTime(Sample sample) {
        return search(
                "{ resource.service.name = \"" + sample.service() + "\" }",
                "&start=" + (sample.start() - 1_000_000_000L) + "&end=" + (sample.start() + 1_000_000_000L));
    }

    @Override
    public URI rareAttribute(Sample sample) {
        return search("{ span.url.full = \"" + sample.url() + "\" }", "");
    }

    @Override
    public URI durationRange(Sample sample) {
        long most = sample.duration() + Math.max(1000, sample.duration() / 50);
        return search(
                String.format(Locale.ROOT, "{ duration >= %dns && duration <= %dns }", sample.duration(), most), "");
    }

    /** A search for 20 traces. */
    URI search(String query, String window) {
        return ui.resolve(
                "/clew/api/v1/search?limit=20&q=" + URLEncoder.encode(query, StandardCharsets.UTF_8) + window);
    }

    /** {@code GET status}. */
    JsonNode status() throws IOException, InterruptedException {
        return JSON.readTree(get("/clew/api/v1/status"));
    }

    /** Where the bytes of its blocks are: a table in Markdown, largest first, columns below 0.05 bytes a span together. */
    private String bytesByColumn() throws IOException, InterruptedException {
        double spans = status().get("spansStored").asDouble();
        List<Map.Entry<String, JsonNode>> columns = new ArrayList<>(
                JSON.readTree(get("/clew/api/v1/store/stats")).path("columns").properties());
        columns.sort((a, b) -> Long.compare(b.getValue().asLong(), a.getValue().asLong()));
        StringBuilder table = new StringBuilder("| column | bytes a span |\n|---|---|\n");
        double rest = 0;
        for (Map.Entry<String, JsonNode> column : columns) {
            double each = column.getValue().asLong() / spans;
            if (each < 0.05) {
                rest += each;
            } else {
                table.append(String.format(Locale.ROOT, "| `%s` | %.2f |%n", column.getKey(), each));
            }
        }
        return table.append(String.format(Locale.ROOT, "| all others | %.2f |%n", rest))
                .toString();
    }

    /** Adds that table to the report; that there is none costs nothing else. */
    void tellColumns(String of, Report report) throws InterruptedException {
        try {
            report.table("Bytes by column, " + of, bytesByColumn());
        } catch (IOException e) {
            report.missing("bytes by column", String.valueOf(e.getMessage()));
        }
    }

    ServerMetrics metrics() throws IOException, InterruptedException {
        return ServerMetrics.of(new String(get("/metrics"), StandardCharsets.UTF_8));
    }

    /** Heap in use after a collection that is asked for, MiB. */
    double liveHeapMebibytes() throws IOException, InterruptedException {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        Process collection = new ProcessBuilder(jcmd, String.valueOf(meter().pid()), "GC.run")
                .redirectErrorStream(true)
                .start();
        String said = new String(collection.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (collection.waitFor() != 0) {
            throw new IOException("jcmd could not ask for a collection: " + said);
        }
        return metrics().heapMebibytes();
    }

    private byte[] get(String path) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = Child.HTTP.send(
                HttpRequest.newBuilder(ui.resolve(path)).build(), HttpResponse.BodyHandlers.ofByteArray());
        if (answer.statusCode() != 200) {
            throw new IOException(path + " was answered " + answer.statusCode());
        }
        return answer.body();
    }

    /** Waits until nothing is unflushed, no merge is due, and the directory has not changed for two and a half seconds. */
    @Override
    public boolean settle(double most) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + (long) (most * 1e9);
        String last = "";
        long since = System.nanoTime();
        while (System.nanoTime() - since < TimeUnit.MILLISECONDS.toNanos(2500)) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            JsonNode status = status();
            String now = status.get("blocks") + " " + dataBytes();
            boolean busy = status.get("unflushedBytes").asLong() > 0
                    || status.get("maintenanceDue").asBoolean();
            if (busy || !now.equals(last)) {
                last = now;
                since = System.nanoTime();
            }
            // Each look costs the server processor time, which is measured: once a second, as often as at Zipkin.
            Thread.sleep(1000);
        }
        return true;
    }

    /** As {@link #settle}, and until live analysis has nothing left to compute. */
    boolean settleLive(double most) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + (long) (most * 1e9);
        while (settle((deadline - System.nanoTime()) / 1e9)) {
            ServerMetrics now = metrics();
            if (now.value("clew_live_minutes_open") == 0 && now.value("clew_live_caught_up") == 1) {
                return true;
            }
        }
        return false;
    }

    /** The answer of the Clew API to a question of {@code path} and parameters. */
    JsonNode ask(String question) throws IOException, InterruptedException {
        return JSON.readTree(get("/clew/api/v1/" + question));
    }

    /** Size of all files of the data directory, index and log included. */
    long dataBytes() throws IOException {
        return bytes("");
    }

    /** Size of the log's files. */
    long logBytes() throws IOException {
        return bytes("log");
    }

    private long bytes(String below) throws IOException {
        try (Stream<Path> files = Files.walk(data.resolve(below))) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> {
                        try {
                            return Files.size(file);
                        } catch (NoSuchFileException e) {
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

    boolean isAlive() {
        return child.isAlive();
    }

    /** The end of what it printed. */
    String lastWords() throws IOException {
        return child.lastWords();
    }

    /** Ends it as {@code kill -9} does. */
    void kill() throws InterruptedException {
        child.kill();
    }

    @Override
    public void close() {
        child.close();
    }
}
