package io.clew.quality.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

/** What the bench prints, and what it is told. */
class ReportTest {
    @Test
    void barsAndRatiosAreShown() {
        Report report = new Report();
        report.add("trace by id, p50", "ms", 2.5, 20.0, 5.0);
        report.addRate("spans a second", 150_000, 30_000.0);
        assertThat(report.kept()).isTrue();
        report.add("bytes a span on disk", "", 46, 45.0, null);
        assertThat(report.kept()).isFalse();
        assertThat(report).hasToString("""
                | figure | Clew | bar | Zipkin | better by |
                |---|---|---|---|---|
                | trace by id, p50 | 2.5 ms | <= 20 ms | 5.0 ms | 2.0x |
                | spans a second | 150,000 |  | 30,000 | 5.0x |
                | bytes a span on disk | 46 | <= 45 **missed** |  |  |
                """);
    }

    @Test
    void percentilesAreExact() {
        Latencies latencies = new Latencies();
        for (int i = 1; i <= 2000; i++) {
            latencies.add(i * 1_000_000L);
        }
        assertThat(latencies.millis(0.5)).isEqualTo(1000);
        assertThat(latencies.millis(0.99)).isEqualTo(1980);
        assertThat(latencies.millis(1)).isEqualTo(2000);
        assertThat(new Latencies().millis(0.5)).isZero();
    }

    @Test
    void theCommandLineIsCheckedBeforeAnythingStarts() {
        assertThat(Options.of(new String[] {"--quick", "--seconds", "7", "--no-zipkin"}))
                .extracting(Options::spans, Options::warmUp, Options::seconds, Options::zipkin)
                .containsExactly(300_000L, 10, 7, false);
        assertThatThrownBy(() -> Options.of(new String[] {"--spans"}))
                .hasMessage("--spans takes a number of 1 or more");
        assertThatThrownBy(() -> Options.of(new String[] {"--spans", "0"}))
                .hasMessage("--spans takes a number of 1 or more");
        assertThatThrownBy(() -> Options.of(new String[] {"--fast"})).hasMessage("unknown flag '--fast'");
    }
}
