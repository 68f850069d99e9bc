package io.clew.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One process of the demo: a JVM on a {@link Leash} whose output goes to a log file of its own. */
final class Child {

    private static final int LOG_TAIL = 25;

    /**
     * A terminal sends Ctrl-C to every process in it; the children leave it to the demo, which ends them in an order in
     * which the agents can still hand over their last spans.
     */
    private static final List<String> DEAF_TO_CTRL_C = List.of("/bin/sh", "-c", "trap '' INT HUP; exec \"$@\"", "sh");

    private final String name;
    private final Process process;
    private final Path log;

    private Child(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    /**
     * Starts a JVM.
     *
     * @param name for messages and the log file
     * @param jvmOptions class path included
     * @param mainAndArguments the class to run on the leash and its arguments
     * @param environment added to ours, from which every {@code OTEL_} variable is taken out: the demo shows the
     *     agent's defaults, not the settings of the shell it was called from
     */
    static Child start(
            String name,
            List<String> jvmOptions,
            List<String> mainAndArguments,
            Map<String, String> environment,
            Path logDirectory) {
        Path log = logDirectory.resolve(name + ".log");
        var builder = new ProcessBuilder();
        builder.command().addAll(DEAF_TO_CTRL_C);
        builder.command()
                .add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        builder.command().addAll(jvmOptions);
        builder.command().add(Leash.class.getName());
        builder.command().addAll(mainAndArguments);
        builder.environment().keySet().removeIf(variable -> variable.startsWith("OTEL_"));
        builder.environment().putAll(environment);
        builder.redirectErrorStream(true).redirectOutput(log.toFile());
        try {
            return new Child(name, builder.start(), log);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start " + name, e);
        }
    }

    String name() {
        return name;
    }

    boolean alive() {
        return process.isAlive();
    }

    /** Asks the process to end; see {@link #awaitEnd}. */
    void askToEnd() {
        process.destroy();
    }

    /** Waits this many seconds for the end, then kills. */
    void awaitEnd(long seconds) {
        try {
            if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    /** The last lines the process wrote. */
    String lastWords() {
        try {
            List<String> lines = new String(Files.readAllBytes(log), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
            return String.join(
                    System.lineSeparator(), lines.subList(Math.max(0, lines.size() - LOG_TAIL), lines.size()));
        } catch (IOException e) {
            return log + ": " + e.getMessage();
        }
    }
}
