package io.clew.quality.pages;

import static org.assertj.core.api.Assertions.assertThat;

import io.clew.quality.crash.ServerProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the page tests of {@code web/pages} (Playwright in the system's Chromium) against the server as it ships. They post
 * their own spans and, of real ones, the Train-Ticket traces. Chromium is {@code CLEW_CHROMIUM}, else the one of the PATH's
 * usual place; without one the test fails and says so.
 */
class PagesTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path TRAIN_TICKET = ROOT.resolve("ingest/src/test/resources/train-ticket");

    @Test
    void pagesWorkInARealBrowser(@TempDir Path directory) throws IOException, InterruptedException {
        assertThat(TRAIN_TICKET).isDirectory();
        Path output = directory.resolve("pages.log");
        Path torn = directory.resolve("damaged");
        String trace = damagedStore(torn);
        try (ServerProcess server = ServerProcess.start(directory.resolve("data"));
                ServerProcess damaged = ServerProcess.start(torn)) {
            ProcessBuilder builder = new ProcessBuilder("npm", "run", "--silent", "test:pages")
                    .directory(ROOT.resolve("web").toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            builder.environment()
                    .putAll(Map.of(
                            "CLEW_URL", server.uri("ui", "").toString(),
                            "CLEW_OTLP_URL", server.uri("otlp-http", "").toString(),
                            "CLEW_DAMAGED_URL", damaged.uri("ui", "").toString(),
                            "CLEW_DAMAGED_TRACE", trace,
                            "CLEW_TRAIN_TICKET", TRAIN_TICKET.toString(),
                            "NO_COLOR", "1"));
            Process pages = builder.start();
            try {
                assertThat(pages.waitFor(8, TimeUnit.MINUTES))
                        .as(() -> "the page tests ended in time; so far:\n" + read(output))
                        .isTrue();
            } finally {
                pages.descendants().forEach(ProcessHandle::destroy);
                pages.destroy();
            }
            String said = read(output);
            assertThat(pages.exitValue()).as(said).isZero();
            assertThat(said).containsPattern("Tests +\\d+ passed");
            for (ServerProcess ending : List.of(server, damaged)) {
                ending.terminate();
                assertThat(ending.awaitExit()).as(ending.output()).isZero();
            }
            System.out.println(said.lines()
                    .filter(line ->
                            line.strip().startsWith("Tests ") || line.strip().startsWith("Duration "))
                    .collect(Collectors.joining("\n", "pages:\n", "")));
        }
    }

    /**
     * Makes a store of two blocks, the first of them damaged.
     *
     * @return a trace with a span in each of the blocks
     */
    private static String damagedStore(Path directory) throws IOException, InterruptedException {
        for (int block = 1; block <= 2; block++) {
            try (ServerProcess server = ServerProcess.start(directory)) {
                for (int trace = 1; trace <= 20; trace += block) {
                    post(server.uri("otlp-http", "/v1/traces"), span(trace, block));
                }
                server.terminate();
                assertThat(server.awaitExit()).isZero();
            }
        }
        Path first = directory.resolve("block-0000000000000001.clew");
        byte[] bytes = Files.readAllBytes(first);
        // Within the ids of its spans.
        bytes[20] ^= 0x55;
        Files.write(first, bytes);
        return traceId(1);
    }

    private static String traceId(int trace) {
        return String.format(Locale.ROOT, "%032x", trace);
    }

    private static String span(int trace, int span) {
        long start = (System.currentTimeMillis() - 60_000) * 1_000_000 + trace;
        return """
                {"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"shop"}}]},
                "scopeSpans":[{"spans":[{"traceId":"%s","spanId":"%016x","name":"step %d","kind":2,
                "startTimeUnixNano":"%d","endTimeUnixNano":"%d"}]}]}]}""".formatted(traceId(trace), span, span, start, start + 1_000_000);
    }

    private static void post(URI door, String request) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(door)
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString(request))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
