package io.clew.server.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clew.server.net.Door;
import io.clew.store.TraceStore;
import io.clew.store.kit.NaiveTraceStore;
import java.io.Closeable;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** An orderly stop lets nobody wait for nothing, and answers who asked before. */
class StopTest {
    /** Netty's groups wait so long for further tasks, unless told otherwise. */
    private static final Duration QUIET_PERIOD = Duration.ofSeconds(2);

    @Test
    void anIdleServerStopsAtOnce() throws IOException {
        Duration quickest = QUIET_PERIOD;
        // Who waits for the period does so each time; a machine with much else to do is slow now and then.
        for (int i = 0; i < 10 && quickest.compareTo(QUIET_PERIOD) >= 0; i++) {
            try (RunningServer server = RunningServer.inMemory()) {
                long began = System.nanoTime();
                server.server().close();
                quickest = Duration.ofNanos(System.nanoTime() - began);
            }
        }
        assertThat(quickest).isLessThan(QUIET_PERIOD);
    }

    @Test
    void whatWasAskedBeforeTheStopIsAnswered() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        try (HttpClient client = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build();
                RunningServer server = RunningServer.over(_ -> waiting(reading, goOn));
                Closeable _ = goOn::countDown) {
            CompletableFuture<HttpResponse<String>> answer = client.sendAsync(
                    HttpRequest.newBuilder(server.uri(Door.UI, "/clew/api/v1/services"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(reading.await(2, TimeUnit.MINUTES)).isTrue();
            CompletableFuture<Boolean> stopped = new CompletableFuture<>();
            Thread stop = Thread.ofPlatform().start(() -> stopped.complete(closes(server.server())));
            await().atMost(Duration.ofMinutes(2))
                    .pollInterval(Duration.ofMillis(5))
                    .until(() -> stopped.isDone() || waitsForAnswers(stop));
            assertThat(stopped).as("a stop with a request under way").isNotDone();
            goOn.countDown();
            assertThat(answer.get(2, TimeUnit.MINUTES).statusCode()).isEqualTo(200);
            assertThat(stopped.get(2, TimeUnit.MINUTES)).isTrue();
        }
    }

    private static boolean waitsForAnswers(Thread stop) {
        return stop.getState() == Thread.State.WAITING
                && Stream.of(stop.getStackTrace())
                        .anyMatch(frame -> frame.getClassName().equals(Doorway.class.getName()));
    }

    private static boolean closes(ClewServer server) {
        try {
            server.close();
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** A store whose reader tells that it reads, and waits to go on. */
    private static TraceStore waiting(CountDownLatch reading, CountDownLatch goOn) {
        return Intercepted.of(TraceStore.class, new NaiveTraceStore(), (method, call) -> {
            if (method.getName().equals("snapshot")) {
                reading.countDown();
                assertThat(goOn.await(2, TimeUnit.MINUTES)).isTrue();
            }
            return call.goOn();
        });
    }
}
