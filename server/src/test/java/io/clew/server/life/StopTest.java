package io.clew.server.life;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** An orderly stop lets nobody wait for nothing. */
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
}
