package io.clew.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clew.server.config.Setting;
import io.clew.server.life.Requests;
import io.clew.server.net.Container;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.assertj.core.api.AbstractStringAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the process says and how it ends when it cannot start, and that it stops with everything kept. */
class StartTest {
    @TempDir
    private Path scratch;

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            up --prot-offset 3              | the nearest is '--port-offset'
            up --port-offset x              | --port-offset: expected a whole number from 0 to 48849, read 'x'
            up --port-offset 50000          | --port-offset: expected a whole number from 0 to 48849, read '50000'
            up --ports-ui 70000             | --ports-ui: expected a whole number from 0 to 65535, read '70000'
            up --query-timeout soon         | --query-timeout: expected a duration from 1ms to 1h, such as 500ms
            up --retention-max-bytes 0      | --retention-max-bytes: expected a size from 1MiB to 8EiB, such as 500MiB
            up --config /no/such/file.yaml  | --config: there is no file /no/such/file.yaml
            upp                             | there is no command 'upp'; the nearest is 'up'
            store exprt                     | there is no command 'exprt'; the nearest is 'export'
            store export --to x --fromat f  | there is no option '--fromat'; the nearest is '--format'
            """)
    void aWrongCommandLineIsNamed(String arguments, String words) {
        ServerProcess server = ServerProcess.start(scratch, List.of(), arguments.split(" "));
        assertThat(server.exitCode()).isEqualTo(2);
        assertThat(server.output()).contains(words).doesNotContain("\tat ");
    }

    @Test
    void helpListsEverySettingWithItsDefault() {
        ServerProcess server = ServerProcess.start(scratch, List.of(), "up", "--help");
        assertThat(server.exitCode()).isZero();
        assertThat(server.output()).doesNotContain("WARN");
        for (Setting setting : Setting.values()) {
            assertThat(server.output()).contains(setting.flag() + "=" + setting.valueName());
            assertThat(server.output().replaceAll("\\s+", " ")).contains(setting.description());
        }
    }

    /** What the launcher makes its start-up cache of. */
    @Test
    void itRehearsesByItself() throws IOException {
        Path data = scratch.resolve("data");
        ServerProcess server = ServerProcess.start(scratch, List.of(), "rehearse", "--data", data.toString());
        assertThat(server.exitCode()).as(server.output()).isZero();
        try (var files = Files.list(data)) {
            assertThat(files.filter(file -> file.toString().endsWith(".clew"))).isNotEmpty();
        }
    }

    @Test
    void configPrintsWhatUpWouldHaveAndWhereItIsFrom() throws IOException {
        Path file = Files.writeString(scratch.resolve("clew.yaml"), "query-timeout: 9s\n");
        ServerProcess table = ServerProcess.start(
                scratch, List.of(), "config", "--config", file.toString(), "--retention-max-age=30d");
        assertThat(table.exitCode()).isZero();
        assertThat(table.output())
                .containsPattern("(?m)^query-timeout +9s +" + file + " line 1$")
                .containsPattern("(?m)^retention.max-age +30d +--retention-max-age$")
                .containsPattern("(?m)^ports.ui +16686 +default$");
        ServerProcess yaml = ServerProcess.start(scratch, List.of(), "config", "--yaml", "--config", file.toString());
        assertThat(yaml.exitCode()).isZero();
        assertThat(yaml.output()).contains("query-timeout: 9s  # " + file + " line 1\n");
    }

    @Test
    void anUnknownSettingIsNamedWithItsLineAndTheNearest() throws IOException {
        Path file = Files.writeString(scratch.resolve("clew.yaml"), "data: x\nports:\n  otlp-htp: 1\n");
        ServerProcess server = ServerProcess.start(scratch, List.of(), "up", "--config", file.toString());
        assertThat(server.exitCode()).isEqualTo(2);
        assertThat(server.output())
                .contains(file + " line 3: there is no setting 'ports.otlp-htp'; the nearest is 'ports.otlp-http'");
    }

    @Test
    void aTakenPortIsNamedWithItsOwner() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            ServerProcess server = ServerProcess.start(
                    scratch,
                    List.of(),
                    "up",
                    "--data=" + scratch.resolve("data"),
                    "--ports-otlp-grpc=0",
                    "--ports-otlp-http=" + taken.getLocalPort(),
                    "--ports-ui=0");
            assertThat(server.exitCode()).isEqualTo(1);
            assertOneLine(server.output())
                    .contains("port " + taken.getLocalPort() + " (OTLP HTTP) is taken by process "
                            + ProcessHandle.current().pid() + " (java ")
                    .contains("--port-offset");
        }
    }

    @Test
    void anAddressOfAnotherMachineIsNamed() {
        ServerProcess server = ServerProcess.start(
                scratch, List.of(), "up", "--data=" + scratch.resolve("data"), "--bind", "192.0.2.1");
        assertThat(server.exitCode()).isEqualTo(1);
        assertOneLine(server.output()).contains("192.0.2.1").contains("--bind");
    }

    @Test
    void aDataDirectoryThatIsAFileIsNamed() throws IOException {
        Path file = Files.writeString(scratch.resolve("data"), "no directory");
        ServerProcess server = upOn(file);
        assertThat(server.exitCode()).isEqualTo(1);
        assertOneLine(server.output()).contains(file + " is not a directory");
    }

    @Test
    void aReadOnlyDataDirectoryIsNamed() throws Exception {
        try (Mounted disk = Mounted.tmpfs(scratch.resolve("disk"), "ro,size=1m")) {
            ServerProcess server = upOn(disk.path());
            assertThat(server.exitCode()).isEqualTo(1);
            assertOneLine(server.output()).contains(disk.path().toString()).containsIgnoringCase("read-only");
        }
    }

    @Test
    void aFullDataDirectoryIsNamedAndReadingGoesOn() throws Exception {
        try (Mounted disk = Mounted.tmpfs(scratch.resolve("disk"), "size=1m")) {
            Files.write(disk.path().resolve("other"), new byte[1 << 20]);
            try (ServerProcess server = ServerProcess.up(disk.path(), List.of())) {
                assertThat(server.output())
                        .contains("cannot write to " + disk.path())
                        .containsIgnoringCase("no space left");
                var ready = server.get("/ready");
                assertThat(ready.statusCode()).isEqualTo(503);
                assertThat(ready.body()).contains(disk.path().toString());
                var answer = server.postSpans(Requests.one(1, 1).toByteArray());
                assertThat(answer.statusCode()).isEqualTo(503);
                assertThat(answer.headers().firstValue("Retry-After")).isPresent();
                assertThat(server.get("/clew/api/v1/search").statusCode()).isEqualTo(200);
                assertThat(server.get("/clew/api/v1/status").body()).contains("\"writable\":false");
            }
        }
    }

    @Test
    void aSecondServerOnTheSameDataIsRefusedAndNamesTheFirst() {
        Path data = scratch.resolve("data");
        try (ServerProcess first = ServerProcess.up(data, List.of())) {
            ServerProcess second = upOn(data);
            assertThat(second.exitCode()).isEqualTo(1);
            assertOneLine(second.output())
                    .contains(data.toString())
                    .contains("in use by")
                    .contains(Long.toString(first.pid()));
            assertThat(data.resolve("addresses.json")).exists();
            assertThat(first.get("/ready").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aSignalStopsItWithEverythingKeptAndExitCodeZero() throws IOException {
        Path data = scratch.resolve("data");
        try (ServerProcess first = ServerProcess.up(data, List.of())) {
            assertThat(first.postSpans(Requests.one(1, 1).toByteArray()).statusCode())
                    .isEqualTo(200);
            assertThat(Files.readString(data.resolve("addresses.json")))
                    .contains("\"otlp-http\"")
                    .contains(Integer.toString(first.port("OTLP HTTP")));
            assertThat(first.terminate()).isZero();
            assertThat(first.output()).contains("stopped, everything is kept in " + data);
            assertThat(data.resolve("addresses.json")).doesNotExist();
        }
        try (ServerProcess second = ServerProcess.up(data, List.of())) {
            assertThat(second.get("/clew/api/v1/status").body())
                    .contains("\"spansStored\":1")
                    .contains("\"spansReceived\":0");
        }
    }

    @Test
    void onLoopbackItSaysThatContainersCannotReachItAndBeyondItHowTheyDo() {
        try (ServerProcess server = ServerProcess.up(scratch.resolve("data"), List.of(), "--bind=127.0.0.1")) {
            await().atMost(Duration.ofMinutes(2))
                    .untilAsserted(() ->
                            assertThat(server.output()).contains("containers cannot. --bind 0.0.0.0 changes that"));
        }
        try (ServerProcess server = ServerProcess.up(scratch.resolve("data"), List.of(), "--bind=0.0.0.0")) {
            await().atMost(Duration.ofMinutes(2)).untilAsserted(() -> {
                assertThat(server.output())
                        .contains("from a container: http://host.docker.internal:" + server.port("OTLP gRPC"))
                        .doesNotContain("containers cannot");
                assertThat(server.output().contains("This is a container:")).isEqualTo(Container.isAround());
            });
        }
    }

    private ServerProcess upOn(Path data) {
        return ServerProcess.start(
                scratch,
                List.of(),
                "up",
                "--data=" + data,
                ServerProcess.FREE_PORTS[0],
                ServerProcess.FREE_PORTS[1],
                ServerProcess.FREE_PORTS[2]);
    }

    private static AbstractStringAssert<?> assertOneLine(String output) {
        assertThat(output.strip().lines()).hasSize(1);
        return assertThat(output).startsWith("clew: ").doesNotContain("Exception");
    }
}
