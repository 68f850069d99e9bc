package io.clew.ingest.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Runs {@link OtlpFuzz} in a JVM of 64 MiB. */
class OtlpFuzzTest {
    private static final int REQUESTS = 220_000;

    @Test
    void damagedRequestsAreReadOrMalformedInASmallHeap() throws Exception {
        Process fuzz = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("java.class.path"),
                        OtlpFuzz.class.getName(),
                        String.valueOf(REQUESTS),
                        "20261123")
                .redirectErrorStream(true)
                .start();
        try {
            String output = new String(fuzz.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            System.out.println(output);
            assertThat(fuzz.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(fuzz.exitValue()).as(output).isZero();
            assertThat(output).contains("done " + REQUESTS);
        } finally {
            fuzz.destroyForcibly();
        }
    }
}
