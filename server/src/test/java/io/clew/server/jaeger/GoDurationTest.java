package io.clew.server.jaeger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Durations as Go reads them. */
class GoDurationTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "1ns, 1",
        "1.5us, 1500",
        "2µs, 2000",
        "100ms, 100000000",
        "1.2s, 1200000000",
        "1h15m30.918s, 4530918000000",
        "-3s, -3000000000",
        ".5s, 500000000"
    })
    void reads(String text, long nanos) {
        assertThat(GoDuration.nanos(text)).isEqualTo(nanos);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "s", "1d", "1s1", "one", "1 s", "300000h1m1x", "9999999999999h"})
    void refuses(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> GoDuration.nanos(text));
    }
}
