package io.clew.quality.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The demo as a process of its own, as the launcher starts it; its output in a file. */
final class DemoProcess implements AutoCloseable {

    /** For one step on a machine that has much else to do. */
    private static final Duration STEP = Duration.ofMinutes(5);

    private static final int[] PORTS = {4_317, 4_318, 16_686, 17_081, 17_082, 17_083, 17_084};

    private final Process process;
    private final Path output;

    private DemoProcess(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    /** Starts it over the classes and libraries that the build left in the module {@code demo}. */
    static DemoProcess start(Path directory, int portOffset, String... arguments) throws IOException {
        Path built = Path.of("..", "demo", "target").toAbsolutePath().normalize();
        assertThat(built.resolve("lib")).as("built by Maven before this module").isDirectory();
        var command = new ArrayList<>(List.of(
                java(),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                // What a killed demo leaves behind goes with the test's directory.
                "-Djava.io.tmpdir=" + directory,
                "-cp",
                built.resolve("classes") + File.pathSeparator + built.resolve("lib") + "/*",
                "io.clew.demo.Demo",
                "--lang=en",
                "--port-offset=" + portOffset,
                "--server-class-path=" + System.getProperty("java.class.path"),
                "--server-jvm-option=@"
                        + Path.of("..", "server", "src", "main", "launch", "jvm.flags")
                                .toRealPath()));
        command.addAll(List.of(arguments));
        Path output = directory.resolve("demo.out");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        return new DemoProcess(process, output);
    }

    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /**
     * An offset at which every port of the demo is free, and none of those (from 32,768 on) that the system gives to
     * connections, so that it stays free until the demo has it.
     */
    static int freeOffset() throws IOException {
        for (int offset = 2_000; offset < 15_000; offset += 7) {
            boolean free = true;
            for (int port : PORTS) {
                free &= free(port + offset);
            }
            if (free) {
                return offset;
            }
        }
        throw new IOException("no free ports");
    }

    private static boolean free(int port) {
        try (var _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Waits until a line with this text is printed. */
    void awaitLine(String text) {
        await().atMost(STEP).until(() -> {
            assertThat(process.isAlive() || said().contains(text)).as(said()).isTrue();
            return said().contains(text);
        });
    }

    /** The server, the database and the services, while they are all there. */
    Set<ProcessHandle> awaitChildren(int count) {
        await().atMost(STEP).until(() -> process.descendants().count() == count);
        return process.descendants().collect(Collectors.toSet());
    }

    /** Waits until it has ended; every process that was seen below it meanwhile. */
    Set<ProcessHandle> awaitExitSeeingChildren() {
        Set<ProcessHandle> seen = new HashSet<>();
        await().atMost(STEP).until(() -> {
            process.descendants().forEach(seen::add);
            return !process.isAlive();
        });
        return seen;
    }

    static void awaitGone(Set<ProcessHandle> children) {
        await().atMost(STEP).untilAsserted(() -> assertThat(children).noneMatch(ProcessHandle::isAlive));
    }

    int awaitExit() {
        await().atMost(STEP).until(() -> !process.isAlive());
        return process.exitValue();
    }

    /** SIGTERM. */
    void terminate() {
        process.destroy();
    }

    /** SIGKILL. */
    void kill() {
        process.destroyForcibly();
    }

    String said() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        process.destroy();
        awaitExit();
    }
}
