package io.clew.quality.bench;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Zipkin's server with its storage in memory, fetched by Maven when it is not here yet (135 MB). */
final class Zipkin implements Candidate {
    private static final String VERSION = "3.6.1";

    private final Child child;
    private final String api;

    Zipkin(Path jar, Path log) throws IOException, InterruptedException {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        child = new Child(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx6g",
                        "-jar",
                        jar.toString()),
                Map.of(
                        "QUERY_PORT", String.valueOf(port),
                        "MEM_MAX_SPANS", "100000000",
                        "STORAGE_TYPE", "mem",
                        // A search by tag looks at every span: over a million that takes longer than the 11 s it
                        // allows.
                        "QUERY_TIMEOUT", "120s"),
                log);
        api = "http://127.0.0.1:" + port + "/api/v2/";
        child.await("Zipkin", () -> Child.answers(URI.create("http://127.0.0.1:" + port + "/health")));
    }

    /** Its jar below {@code root}, fetched if need be. */
    static Path jar(Path root) throws IOException, InterruptedException {
        Path directory = root.resolve("target/bench");
        Path jar = directory.resolve("zipkin-server-" + VERSION + "-exec.jar");
        if (!Files.exists(jar)) {
            Progress.say("fetching Zipkin %s", VERSION);
            Process maven = new ProcessBuilder(
                            "mvn",
                            "-B",
                            "-q",
                            "org.apache.maven.plugins:maven-dependency-plugin:3.9.0:copy",
                            "-Dartifact=io.zipkin:zipkin-server:" + VERSION + ":jar:exec",
                            "-DoutputDirectory=" + directory)
                    .directory(root.toFile())
                    .inheritIO()
                    .start();
            if (maven.waitFor() != 0 || !Files.exists(jar)) {
                throw new IOException("Maven could not fetch io.zipkin:zipkin-server:" + VERSION + ":jar:exec;"
                        + " --no-zipkin leaves the comparison out");
            }
        }
        return jar;
    }

    @Override
    public String name() {
        return "Zipkin";
    }

    @Override
    public ProcessMeter meter() {
        return child.meter();
    }

    /** Its own protobuf: the comparison is of servers, each in what it was made for. */
    @Override
    public Sender sender() {
        return otlp -> Sender.post(HttpRequest.newBuilder(URI.create(api + "spans"))
                .header("content-type", "application/x-protobuf")
                .POST(HttpRequest.BodyPublishers.ofByteArray(ZipkinSpans.of(otlp))));
    }

    @Override
    public URI byId(Sample sample) {
        return URI.create(api + "trace/" + sample.traceId());
    }

    @Override
    public URI serviceAndTime(Sample sample) {
        return URI.create(api + "traces?limit=20&serviceName=" + sample.service() + "&lookback=2000&endTs="
                + (sample.start() / 1_000_000 + 1000));
    }

    @Override
    public URI rareAttribute(Sample sample) {
        return URI.create(api + "traces?limit=20&annotationQuery="
                + URLEncoder.encode("url.full=" + sample.url(), StandardCharsets.UTF_8) + all(sample));
    }

    @Override
    public URI durationRange(Sample sample) {
        long micros = sample.duration() / 1000;
        return URI.create(
                api + "traces?limit=20&minDuration=" + micros + "&maxDuration=" + (micros + micros / 50) + all(sample));
    }

    /** A window of an hour on both sides, which holds the whole load. */
    private static String all(Sample sample) {
        return "&lookback=7200000&endTs=" + (sample.start() / 1_000_000 + 3_600_000);
    }

    /** Zipkin answers before it has stored: waits until it uses no more than 5 % of a core. */
    @Override
    public boolean settle(double most) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + (long) (most * 1e9);
        long before;
        do {
            before = meter().cpuMicros();
            Thread.sleep(1000);
        } while (meter().cpuMicros() - before > 50_000 && System.nanoTime() < deadline);
        return System.nanoTime() < deadline;
    }

    @Override
    public void close() throws IOException {
        child.close();
    }
}
