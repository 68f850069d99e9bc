package io.clew.quality.pages;

import static org.assertj.core.api.Assertions.assertThat;

import io.clew.quality.crash.ServerProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
        try (ServerProcess server = ServerProcess.start(directory.resolve("data"))) {
            ProcessBuilder builder = new ProcessBuilder("npm", "run", "--silent", "test:pages")
                    .directory(ROOT.resolve("web").toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            builder.environment()
                    .putAll(Map.of(
                            "CLEW_URL", server.uri("ui", "").toString(),
                            "CLEW_OTLP_URL", server.uri("otlp-http", "").toString(),
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
            System.out.println(said.lines()
                    .filter(line ->
                            line.strip().startsWith("Tests ") || line.strip().startsWith("Duration "))
                    .collect(Collectors.joining("\n", "pages:\n", "")));
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
