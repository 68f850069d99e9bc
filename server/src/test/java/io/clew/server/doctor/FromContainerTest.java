package io.clew.server.doctor;

import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The doctor in a container's network, the real server outside of it: as {@code clew up} starts it, and as it is to be
 * started for containers.
 */
class FromContainerTest {

    private static final Duration START = Duration.ofSeconds(90);
    private static final int UI = 16_686;
    private static final int HTTP = 4_318;
    private static final int GRPC = 4_317;

    @TempDir
    private Path directory = Path.of("");

    private final List<Process> servers = new ArrayList<>();
    private int offset;
    private @Nullable ContainerNetwork container;

    @BeforeEach
    void network() throws IOException, InterruptedException {
        boolean root = Files.isWritable(Path.of("/proc/sys/net/ipv4/ip_forward"));
        Assumptions.assumeTrue(root, "network name spaces need Linux and root");
        container = new ContainerNetwork();
        offset = freeOffset();
    }

    @AfterEach
    void stop() throws Exception {
        for (Process server : servers) {
            server.destroy();
            assertThat(server.waitFor(30, SECONDS)).isTrue();
        }
        if (container != null) {
            container.close();
        }
    }

    @Test
    void onLoopbackTheServerCannotBeReachedAndTheFlagIsNamed() throws Exception {
        start("127.0.0.1");

        Visit machine = doctor(true, "http://" + ContainerNetwork.MACHINE + ":" + (HTTP + offset), "http/protobuf");
        assertThat(machine.said()).contains("nothing listens on " + ContainerNetwork.MACHINE, "--bind 0.0.0.0");
        assertThat(machine.code()).isEqualTo(1);

        Visit loopback = doctor(true, "http://127.0.0.1:" + (HTTP + offset), "http/protobuf");
        assertThat(loopback.said())
                .contains("is this container itself", "host.docker.internal:" + (HTTP + offset), "--bind 0.0.0.0");
        assertThat(loopback.code()).isEqualTo(1);

        // From the machine the cause is certain, and what listens is known.
        Visit outside = doctor(false, "http://" + ContainerNetwork.MACHINE + ":" + (HTTP + offset), "http/protobuf");
        assertThat(outside.said())
                .contains("listens on 127.0.0.1:" + (HTTP + offset) + " only", "--bind 0.0.0.0", "=http://127.0.0.1:");
        assertThat(outside.code()).isEqualTo(1);

        Visit fine = doctor(false, "http://127.0.0.1:" + (HTTP + offset), "http/protobuf");
        assertThat(fine.said()).contains("would arrive", "listens on loopback only");
        assertThat(fine.code()).isZero();
    }

    @Test
    void boundToAllAddressesItIsReachedOverBothProtocols() throws Exception {
        start("0.0.0.0");
        String machine = "http://" + ContainerNetwork.MACHINE + ":";

        Visit http = doctor(true, machine + (HTTP + offset), "http/protobuf");
        assertThat(http.said()).contains("accepted", "would arrive").doesNotContain("loopback only");
        assertThat(http.code()).isZero();
        assertThat(doctor(true, machine + (GRPC + offset), "grpc").code()).isZero();

        Visit loopback = doctor(true, "http://127.0.0.1:" + (HTTP + offset), "http/protobuf");
        assertThat(loopback.said())
                .contains(
                        "is this container itself", "OTEL_EXPORTER_OTLP_ENDPOINT=" + machine + (HTTP + offset) + "\n");
        assertThat(loopback.code()).isEqualTo(1);

        Visit port = doctor(true, machine + (UI + offset), "http/protobuf");
        assertThat(port.said())
                .contains("wrong port", "OTEL_EXPORTER_OTLP_ENDPOINT=" + machine + (HTTP + offset) + "\n");
        assertThat(port.code()).isEqualTo(1);
    }

    @Test
    void whereNothingListensItSaysSo() throws Exception {
        Visit visit = doctor(true, "http://" + ContainerNetwork.MACHINE + ":" + (HTTP + offset), "http/protobuf");

        assertThat(visit.said()).contains("nothing listens on " + ContainerNetwork.MACHINE + ":" + (HTTP + offset));
        assertThat(visit.code()).isEqualTo(1);
    }

    private void start(String bind) throws IOException {
        Path log = directory.resolve("server.log");
        servers.add(new ProcessBuilder(java(
                        "up", "--bind", bind, "--port-offset", "" + offset, "--data", "" + directory.resolve("data")))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start());
        var ready = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + (UI + offset) + "/ready"))
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            await().atMost(START).ignoreExceptions().until(() -> {
                if (!servers.getFirst().isAlive()) {
                    throw new AssertionError(Files.readString(log));
                }
                return client.send(ready, BodyHandlers.discarding()).statusCode() == 200;
            });
        }
    }

    private record Visit(int code, String said) {}

    private Visit doctor(boolean inside, String endpoint, String protocol) throws IOException, InterruptedException {
        List<String> command = java("doctor", "--lang", "en", "--endpoint", endpoint, "--protocol", protocol);
        ProcessBuilder builder =
                new ProcessBuilder(inside ? requireNonNull(container).inside(command) : command);
        // No name server can be reached from in there: names that are looked up fail soon.
        builder.environment().put("RES_OPTIONS", "timeout:1 attempts:1");
        Process process = builder.redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Visit(process.waitFor(), said);
    }

    private static List<String> java(String... arguments) {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                "io.clew.server.Main"));
        command.addAll(List.of(arguments));
        return command;
    }

    /**
     * An offset whose ports are free on all addresses, and none of those (from 32,768 on) that the system gives to
     * connections, so that they stay free until the server has them.
     */
    private static int freeOffset() throws IOException {
        for (int offset = 15_000; offset < 16_000; offset += 11) {
            if (free(HTTP + offset) && free(GRPC + offset) && free(UI + offset)) {
                return offset;
            }
        }
        throw new IOException("no free ports");
    }

    private static boolean free(int port) {
        try (var _ = new ServerSocket(port, 1, InetAddress.ofLiteral("0.0.0.0"))) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
