package io.clew.server.life;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clew.server.config.AnalysisConfig;
import io.clew.server.intake.StoreGate;
import io.clew.store.TraceStore;
import io.clew.store.kit.NaiveTraceStore;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** What the thread of live analysis does when the store cannot be read. */
class LiveAnalysisTest {
    private final AtomicBoolean broken = new AtomicBoolean(true);
    private final AtomicInteger failures = new AtomicInteger();

    /** A store that fails with an Error when it is read, while it is broken. */
    private TraceStore store() {
        return Intercepted.of(TraceStore.class, new NaiveTraceStore(), (method, call) -> {
            if (method.getName().equals("snapshot") && broken.get()) {
                failures.incrementAndGet();
                throw new AssertionError("nothing can be read");
            }
            return call.goOn();
        });
    }

    @Test
    void anErrorIsToldAndDoesNotEndIt() {
        StoreGate gate = new StoreGate();
        gate.open(store());
        AnalysisConfig config = new AnalysisConfig(
                true, Duration.ofSeconds(1), AnalysisConfig.DEFAULT.age(), AnalysisConfig.DEFAULT.bytes());
        try (LiveAnalysis live = new LiveAnalysis(gate, config, Duration.ofMillis(10))) {
            live.start();
            Instant since = await().atMost(Duration.ofMinutes(2))
                    .until(() -> live.state().behindSince(), told -> told != null);
            assertThat(live.state().trouble()).contains("nothing can be read");
            int before = failures.get();
            await().atMost(Duration.ofMinutes(2)).until(() -> failures.get() > before + 1);
            assertThat(live.state().behindSince()).as("since the first failure").isEqualTo(since);
            assertThat(live.state().cells().caughtUp()).isFalse();
            broken.set(false);
            await().atMost(Duration.ofMinutes(2))
                    .until(() -> live.state().cells().caughtUp());
            await().atMost(Duration.ofMinutes(2)).until(() -> live.state().behindSince() == null);
            assertThat(live.state().trouble()).isNull();
        }
    }
}
