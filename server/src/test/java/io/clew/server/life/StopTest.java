package io.clew.server.life;

import static org.assertj.core.api.Assertions.assertThat;

import io.clew.server.net.Door;
import io.clew.store.TraceStore;
import io.clew.store.kit.NaiveTraceStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** An orderly stop lets nobody wait for nothing, and answers who asked before. */
class StopTest {
    /** Netty's groups wait so long for further tasks, unless told otherwise. */
    private static final Duration QUIET_PERIOD = Duration.ofSeconds(2);

    @Test
    void anIdleServerStopsAtOnce() throws IOException {
        try (RunningServer server = RunningServer.inMemory()) {
            long began = System.nanoTime();
            server.server().close();
            assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(QUIET_PERIOD);
        }
    }

    @Test
    void whatWasAskedBeforeTheStopIsAnswered() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        try (HttpClient client = HttpClient.newHttpClient();
                RunningServer server = RunningServer.over(_ -> waiting(reading, goOn))) {
            CompletableFuture<HttpResponse<String>> answer = client.sendAsync(
                    HttpRequest.newBuilder(server.uri(Door.UI, "/clew/api/v1/services"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(reading.await(30, TimeUnit.SECONDS)).isTrue();
            CompletableFuture<Void> stop = CompletableFuture.runAsync(() -> close(server.server()));
            // While the door closes, nobody new is let in.
            while (isOpen(server)) {
                Thread.onSpinWait();
            }
            assertThat(answer).isNotDone();
            goOn.countDown();
            assertThat(answer.get(30, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
            stop.get(30, TimeUnit.SECONDS);
        }
    }

    private static boolean isOpen(RunningServer server) {
        try (var _ = new Socket(InetAddress.getLoopbackAddress(), server.port(Door.UI))) {
            return true;
        } catch (IOException refused) {
            return false;
        }
    }

    private static void close(ClewServer server) {
        try {
            server.close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** A store whose reader tells that it reads, and waits to go on. */
    private static TraceStore waiting(CountDownLatch reading, CountDownLatch goOn) {
        return Intercepted.of(TraceStore.class, new NaiveTraceStore(), (method, call) -> {
            if (method.getName().equals("snapshot")) {
                reading.countDown();
                assertThat(goOn.await(30, TimeUnit.SECONDS)).isTrue();
            }
            return call.goOn();
        });
    }
}
