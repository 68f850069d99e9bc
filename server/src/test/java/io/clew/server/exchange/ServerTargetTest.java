package io.clew.server.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.clew.server.exchange.Exchanged.Caught;
import io.clew.server.life.Requests;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Importing into a server that is busy, that refuses, and that dies in the middle. */
class ServerTargetTest {
    @TempDir
    Path scratch;

    private Path frames(int count) throws IOException {
        Path file = scratch.resolve("spans.pb");
        try (var out = Files.newOutputStream(file)) {
            for (long trace = 1; trace <= count; trace++) {
                byte[] message = Requests.one(trace, trace).toByteArray();
                Frames.write(message, 0, message.length, out);
            }
        }
        return file;
    }

    /** Answers each request as {@code answer} says for its number, from 1; below 0 by closing. */
    private static HttpServer server(java.util.function.IntUnaryOperator answer, Set<Integer> taken)
            throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        AtomicInteger requests = new AtomicInteger();
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/v1/traces", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            int status = answer.applyAsInt(requests.incrementAndGet());
            if (status < 0) {
                exchange.close();
                return;
            }
            if (status == 200) {
                taken.add(java.util.Arrays.hashCode(body));
            }
            exchange.getResponseHeaders().add("Retry-After", "0");
            exchange.sendResponseHeaders(status, -1);
            exchange.close();
        });
        server.start();
        return server;
    }

    private static URI uri(HttpServer server) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    @Test
    void whatABusyServerRefusesIsSentAgain() throws IOException {
        Set<Integer> taken = ConcurrentHashMap.newKeySet();
        HttpServer server = server(n -> n % 3 == 1 ? 503 : n % 7 == 2 ? 429 : 200, taken);
        Caught err = new Caught();
        try (ServerTarget target = new ServerTarget(uri(server), () -> 0, Duration.ofSeconds(20))) {
            Import run = new Import(target, err);
            run.files(List.of(frames(50)), ImportState.read(scratch.resolve("state"), target.name(), 0));
            assertThat(run.spans()).isEqualTo(50);
            assertThat(run.unreadable()).isZero();
        } finally {
            server.stop(0);
        }
        assertThat(taken).hasSize(50);
        assertThat(err.text()).isEmpty();
    }

    @Test
    void whatAServerCannotReadIsNamedAndSkipped() throws IOException {
        HttpServer server = server(n -> n == 2 ? 400 : 200, ConcurrentHashMap.newKeySet());
        Caught err = new Caught();
        try (ServerTarget target = new ServerTarget(uri(server), () -> 0, Duration.ofSeconds(20))) {
            Import run = new Import(target, err);
            run.files(List.of(frames(20)), ImportState.read(scratch.resolve("state"), target.name(), 0));
            assertThat(run.spans()).isEqualTo(19);
            assertThat(run.unreadable()).isEqualTo(1);
        } finally {
            server.stop(0);
        }
        assertThat(err.text()).containsPattern("spans\\.pb message \\d+: the server answered 400");
    }

    @Test
    void anImportThatWasBrokenOffGoesOnWithoutSendingTwice() throws IOException {
        Path file = frames(200);
        Path place = ImportState.place(file);
        Set<Integer> first = ConcurrentHashMap.newKeySet();
        Set<Integer> second = ConcurrentHashMap.newKeySet();
        HttpServer dying = server(n -> n <= 120 ? 200 : -1, first);
        URI address = uri(dying);
        try (ServerTarget target = new ServerTarget(address, () -> 7, Duration.ZERO)) {
            ImportState state = ImportState.read(place, "the server", 0);
            Import run = new Import(target, new Caught());
            assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> run.files(List.of(file), state)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("does not answer");
            state.write(7);
        } finally {
            dying.stop(0);
        }
        HttpServer alive = server(_ -> 200, second);
        try (ServerTarget target = new ServerTarget(uri(alive), () -> 7, Duration.ofSeconds(20))) {
            Import run = new Import(target, new Caught());
            run.files(List.of(file), ImportState.read(place, "the server", 7));
            // What was under way when it broke off may have arrived; nothing acknowledged in order is sent again.
            assertThat(run.skipped()).isBetween(105L, 120L);
            assertThat(run.spans()).isEqualTo(200 - run.skipped());
            first.addAll(second);
            assertThat(first).hasSize(200);
            assertThat(ImportState.read(place, "another", 7).messages(file)).isZero();
            assertThat(ImportState.read(place, "the server", 6).messages(file))
                    .as("a store that lost spans is filled again")
                    .isZero();
        } finally {
            alive.stop(0);
        }
    }
}
