package io.clew.server.life;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.clew.server.config.AnalysisConfig;
import io.clew.server.intake.StoreGate;
import io.clew.store.TraceStore;
import io.clew.store.kit.NaiveTraceStore;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LiveAnalysisTest {
    private final AtomicBoolean broken = new AtomicBoolean(true);
    private final AtomicInteger failures = new AtomicInteger();

    /** A store that fails with an Error when it is read, while it is broken. */
    private TraceStore store() {
        TraceStore whole = new NaiveTraceStore();
        return (TraceStore) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {TraceStore.class}, (_, method, arguments) -> {
                    if (method.getName().equals("snapshot") && broken.get()) {
                        failures.incrementAndGet();
                        throw new AssertionError("nothing can be read");
                    }
                    try {
                        return method.invoke(whole, arguments);
                    } catch (InvocationTargetException failed) {
                        throw requireNonNull(failed.getCause());
                    }
                });
    }

    @Test
    void anErrorIsToldAndDoesNotEndIt() {
        StoreGate gate = new StoreGate();
        gate.open(store());
        AnalysisConfig config = new AnalysisConfig(true, Duration.ofSeconds(1));
        try (LiveAnalysis live = new LiveAnalysis(gate, config, Duration.ofMillis(10))) {
            live.start();
            Instant since = await().until(() -> live.state().behindSince(), told -> told != null);
            assertThat(live.state().trouble()).contains("nothing can be read");
            int before = failures.get();
            await().until(() -> failures.get() > before + 1);
            assertThat(live.state().behindSince()).as("since the first failure").isEqualTo(since);
            assertThat(live.state().cells().caughtUp()).isFalse();
            broken.set(false);
            await().until(() -> live.state().cells().caughtUp());
            await().until(() -> live.state().behindSince() == null);
            assertThat(live.state().trouble()).isNull();
        }
    }
}
