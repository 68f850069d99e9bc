package io.clew.ingest.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Runs {@link OtlpFuzz} and {@link OtlpBombs} in JVMs of 64 MiB. */
class OtlpFuzzTest {
    private static final int REQUESTS = 220_000;

    @Test
    void damagedRequestsAreReadOrMalformed() throws Exception {
        assertThat(run(OtlpFuzz.class, String.valueOf(REQUESTS), "20261123")).contains("done " + REQUESTS);
    }

    @Test
    void twentyBombsAtOnceAreRefused() throws Exception {
        assertThat(run(OtlpBombs.class)).contains("bombs: done, all refused");
    }

    /** Runs a main method, and returns what it printed if all went well. */
    private static String run(Class<?> main, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(List.of(arguments));
        Process child = new ProcessBuilder(command).redirectErrorStream(true).start();
        try {
            String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            System.out.println(output);
            assertThat(child.waitFor(2, TimeUnit.MINUTES)).isTrue();
            assertThat(child.exitValue()).as(output).isZero();
            return output;
        } finally {
            child.destroyForcibly();
        }
    }
}
