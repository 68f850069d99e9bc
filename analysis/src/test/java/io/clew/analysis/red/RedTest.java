package io.clew.analysis.red;

import static io.clew.model.SpanKind.CLIENT;
import static io.clew.model.SpanKind.CONSUMER;
import static io.clew.model.SpanKind.INTERNAL;
import static io.clew.model.SpanKind.SERVER;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.clew.analysis.TestTraces;
import io.clew.analysis.cell.Cell;
import io.clew.analysis.cell.CellFormat;
import io.clew.analysis.cell.Example;
import io.clew.analysis.cell.Row;
import io.clew.model.TraceId;
import java.util.List;
import org.junit.jupiter.api.Test;

class RedTest {
    @Test
    void countsCallsAndErrorsAtEveryLevel() {
        TestTraces traces = new TestTraces()
                .trace()
                .span(1, 0, "shop/a", "GET /", SERVER, 0, 100)
                .span(2, 1, "shop/a", "render", INTERNAL, 10, 20)
                .trace()
                .span(1, 0, "shop/b", "GET /", SERVER, 5, 50)
                .failed();
        assertThat(traces.rows(Red.SERVICES))
                .containsOnly(
                        java.util.Map.entry("shop|2|0", List.of(2L, 1L)),
                        java.util.Map.entry("shop|1|0", List.of(1L, 0L)));
        assertThat(traces.rows(Red.OPERATIONS)).containsEntry("shop|GET /|2|0", List.of(2L, 1L));
        assertThat(traces.rows(Red.INSTANCES))
                .containsEntry("shop|a|2|0", List.of(1L, 0L))
                .containsEntry("shop|b|2|0", List.of(1L, 1L));
        assertThat(traces.rows(Red.SERIES))
                .containsEntry("shop|GET /|a|0|2|0", List.of(1L, 0L))
                .containsEntry("shop|GET /|b|2|2|0", List.of(1L, 1L));
    }

    @Test
    void thePeakIsOfTheBusiestSecond() {
        TestTraces traces = new TestTraces();
        for (int i = 0; i < 3; i++) {
            traces.trace().span(1, 0, "shop", "a", SERVER, 2_000 + i * 300, 2_900);
            traces.trace().span(1, 0, "shop", "b", SERVER, 2_999, 3_100);
            traces.trace().span(1, 0, "shop", "a", SERVER, 3_000 + i, 3_100);
        }
        traces.trace().span(1, 0, "shop", "a", SERVER, 3_999, 5_000);
        Cell cell = traces.cell();
        assertThat(TestTraces.row(cell.table(Red.SERVICES), "shop|2|0").peak())
                .as("3 of a and 3 of b start in second 2")
                .isEqualTo(6);
        assertThat(TestTraces.row(cell.table(Red.OPERATIONS), "shop|a|2|0").peak())
                .isEqualTo(4);
        cell.seal();
        Cell kept = CellFormat.read(CellFormat.write(cell), cell.shapes());
        assertThat(TestTraces.row(kept.table(Red.SERVICES), "shop|2|0").peak()).isEqualTo(6);
    }

    @Test
    void durationsOfWaitingStandApart() {
        TestTraces traces = new TestTraces()
                .trace()
                .span(1, 0, "shop", "GET /", SERVER, 0, 10)
                .span(2, 0, "shop", "orders process", CONSUMER, 0, 5_000)
                .span(3, 0, "shop", "GET /", SERVER, 0, 30_000, "http.response.status_code", 101)
                .span(
                        4,
                        0,
                        "shop",
                        "POST",
                        CLIENT,
                        0,
                        30_000,
                        "http.url",
                        "http://nacos:8848/nacos/v1/cs/configs/listener")
                .span(5, 0, "shop", "BLPOP", CLIENT, 0, 30_000, "db.system", "redis", "db.operation", "BLPOP")
                .span(6, 0, "shop", "GET", CLIENT, 0, 3, "db.system", "redis", "db.operation", "GET")
                .span(7, 0, "shop", "poll", CLIENT, 0, 900, "messaging.operation", "receive");
        Cell cell = traces.cell();
        assertThat(TestTraces.row(cell.table(Red.OPERATIONS), "shop|GET /|2|0")
                        .sketch(0)
                        .max())
                .isEqualTo(10_000_000);
        assertThat(TestTraces.row(cell.table(Red.OPERATIONS), "shop|GET /|2|1")
                        .sketch(0)
                        .max())
                .isEqualTo(30_000_000_000L);
        assertThat(traces.rows(Red.OPERATIONS).keySet())
                .contains(
                        "shop|orders process|5|1", "shop|POST|3|1", "shop|BLPOP|3|1", "shop|GET|3|0", "shop|poll|3|1");
    }

    @Test
    void durationsAndExamples() {
        TestTraces traces = new TestTraces();
        for (int i = 1; i <= 1000; i++) {
            traces.trace().span(i, 0, "shop", "GET /", SERVER, 0, i);
        }
        Row row = TestTraces.row(traces.cell().table(Red.OPERATIONS), "shop|GET /|2|0");
        assertThat(row.sketch(0).count()).isEqualTo(1000);
        assertThat(row.sketch(0).sum()).isEqualTo(500_500L * 1_000_000);
        assertThat(row.sketch(0).quantile(0.5)).isCloseTo(500e6, within(5e6));
        assertThat(row.sketch(0).quantile(0.999)).isCloseTo(999e6, within(9.99e6));
        Example longest = requireNonNull(row.longest());
        assertThat(longest.trace()).isEqualTo(new TraceId(7, 1000));
        assertThat(longest.duration()).isEqualTo(1_000_000_000);
        Example typical = requireNonNull(row.typical());
        assertThat(typical.spanId()).isEqualTo(typical.trace().low());
    }
}
