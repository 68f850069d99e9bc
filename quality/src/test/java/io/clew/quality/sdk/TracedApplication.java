package io.clew.quality.sdk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * One run of an application in a process of its own.
 *
 * @param printed what it wrote to standard output
 * @param complained what it wrote to standard error
 */
record TracedApplication(String printed, String complained) {

    /**
     * Runs it to its end, which must be a good one.
     *
     * @param settings its {@code OTEL_} variables; it sees no others
     * @param output directory for what it writes
     */
    static TracedApplication run(List<String> command, Path directory, Map<String, String> settings, Path output)
            throws IOException, InterruptedException {
        Path out = output.resolve("application.out");
        Path err = output.resolve("application.err");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().keySet().removeIf(variable -> variable.startsWith("OTEL_"));
        builder.environment().putAll(settings);
        Process process = builder.start();
        try {
            assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        TracedApplication run = new TracedApplication(Files.readString(out), Files.readString(err));
        assertThat(process.exitValue()).as(run.toString()).isZero();
        return run;
    }
}
