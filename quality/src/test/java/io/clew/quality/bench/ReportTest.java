package io.clew.quality.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the bench prints, and what it is told. */
class ReportTest {
    @Test
    void barsAndRatiosAreShown() throws Exception {
        Report report = new Report();
        report.section("Beside Zipkin");
        report.atMost("trace by id, p50", "ms", 2.5, 20);
        report.beside("rare value, p50", "ms", 1.5, 30, false);
        report.beside("spans a second", "", 150_000, 30_000, true);
        report.section("Store");
        report.atLeast("scan", "M", 250, 200);
        assertThat(report.kept()).isTrue();
        report.atMost("bytes a span on disk", "", 46.25, 45);
        report.atLeast("offered", "x", 2, 2.9);
        report.missing("overload", "needs two cores");
        assertThat(report.kept()).isFalse();
        assertThat(report.missed()).containsExactly("bytes a span on disk", "offered", "overload");
        assertThat(report).hasToString("""
                ### Beside Zipkin

                | figure | Clew | bar | Zipkin | better by |
                |---|---|---|---|---|
                | trace by id, p50 | 2.5 ms | <= 20 ms |  |  |
                | rare value, p50 | 1.50 ms |  | 30 ms | 20x |
                | spans a second | 150,000 |  | 30,000 | 5x |

                ### Store

                | figure | Clew | bar |
                |---|---|---|
                | scan | 250 M | >= 200 M |
                | bytes a span on disk | 46 | <= 45 **missed** |
                | offered | 2 x | >= 2.9 x **missed** |
                | overload | **not measured**: needs two cores |  |

                """);
        JsonNode json = new ObjectMapper().readTree(report.json(Map.of("seed", 1)));
        assertThat(json.path("kept").asBoolean(true)).isFalse();
        assertThat(json.path("run").path("seed").asInt()).isEqualTo(1);
        assertThat(json.path("figures")).hasSize(7);
        assertThat(json.path("figures").path(1).path("zipkin").asDouble()).isEqualTo(30);
        assertThat(json.path("figures").path(4).path("atMost").asDouble()).isEqualTo(45);
        assertThat(json.path("figures").path(4).path("kept").asBoolean(true)).isFalse();
        assertThat(json.path("figures").path(6).path("why").asText()).isEqualTo("needs two cores");
    }

    @Test
    void figuresOfSeveralSizesStandSideBySide() {
        Report report = new Report();
        report.section("1 M");
        report.add("blocks", "", 3);
        report.section("10 M");
        report.add("blocks", "", 5);
        report.add("disk", "MiB", 280);
        report.sideBySide("Cost over size", List.of("1 M", "10 M"));
        assertThat(report.toString()).endsWith("""
                ### Cost over size

                | figure | 1 M | 10 M |
                |---|---|---|
                | blocks | 3 | 5 |
                | disk |  | 280 MiB |

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
        Options all = Options.of();
        assertThat(all.series()).isEqualTo(EnumSet.complementOf(EnumSet.of(Series.SOAK)));
        assertThat(all.sizes()).containsExactly(10_000_000L);
        Options some = Options.of("queries", "start", "--spans", "2000000,500000", "--seconds", "7");
        assertThat(some.series()).containsExactlyInAnyOrder(Series.QUERIES, Series.START);
        assertThat(some.sizes()).containsExactly(500_000L, 2_000_000L);
        assertThat(some.seconds()).isEqualTo(7);
        assertThat(Options.of("--quick", "--no-zipkin").series())
                .isEqualTo(EnumSet.complementOf(EnumSet.of(Series.SOAK, Series.ZIPKIN)));
        assertThat(Options.of("--long").series()).isEqualTo(EnumSet.allOf(Series.class));
        assertThatThrownBy(() -> Options.of("--spans")).hasMessage("--spans needs a value");
        assertThatThrownBy(() -> Options.of("--spans", "0")).hasMessage("--spans takes a number of 1 or more, not '0'");
        assertThatThrownBy(() -> Options.of("--fast")).hasMessage("unknown flag '--fast'");
        assertThatThrownBy(() -> Options.of("fast")).hasMessage("unknown series 'fast'");
        assertThatThrownBy(() -> Options.of("zipkin", "--no-zipkin")).hasMessage("nothing is left to measure");
        for (Series series : Series.values()) {
            assertThat(Options.USAGE).contains("  " + series.word() + " ");
        }
    }
}
