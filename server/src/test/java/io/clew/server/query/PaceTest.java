package io.clew.server.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients of several speeds, on a clock that stands still unless it is moved. */
class PaceTest {
    private static final int PIECE = 64 << 10;

    private long now;

    /** Reads one piece in this time; false when the client was given up before. */
    private boolean reads(Pace pace, Duration time) {
        long deadline = pace.deadline();
        if (now + time.toNanos() > deadline) {
            now = deadline;
            return false;
        }
        now += time.toNanos();
        pace.taken(PIECE, time.toNanos());
        return true;
    }

    @ParameterizedTest
    @CsvSource({"PT0S", "PT0.01S", "PT1S"})
    void whoKeepsThePaceReadsForEver(Duration time) {
        Pace pace = new Pace(() -> now);
        for (int piece = 0; piece < 100_000; piece++) {
            assertThat(reads(pace, time)).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({"PT1.1S, PT110M", "PT2S, PT20M", "PT30S, PT620S", "PT60S, PT610S", "PT61S, PT60S"})
    void whoIsSlowerIsGivenUp(Duration time, Duration after) {
        Pace pace = new Pace(() -> now);
        while (reads(pace, time)) {
            assertThat(now).isLessThan(Duration.ofDays(1).toNanos());
        }
        assertThat(Duration.ofNanos(now)).isBetween(after.minusSeconds(10), after.plusSeconds(2));
    }

    @Test
    void whoFellBehindMayCatchUp() {
        Pace pace = new Pace(() -> now);
        for (int round = 0; round < 100; round++) {
            for (int piece = 0; piece < 9; piece++) {
                assertThat(reads(pace, Duration.ofSeconds(59))).isTrue();
            }
            for (int piece = 0; piece < 600; piece++) {
                assertThat(reads(pace, Duration.ofMillis(10))).isTrue();
            }
        }
    }

    @Test
    void timeInWhichNobodyWaitsForTheClientDoesNotCount() {
        Pace pace = new Pace(() -> now);
        for (int piece = 0; piece < 1000; piece++) {
            now += Duration.ofMinutes(5).toNanos();
            assertThat(reads(pace, Duration.ofMillis(100))).isTrue();
        }
    }
}
