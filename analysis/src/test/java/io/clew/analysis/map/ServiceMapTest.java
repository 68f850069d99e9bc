package io.clew.analysis.map;

import static io.clew.model.SpanKind.CLIENT;
import static io.clew.model.SpanKind.CONSUMER;
import static io.clew.model.SpanKind.PRODUCER;
import static io.clew.model.SpanKind.SERVER;
import static io.clew.model.SpanKind.UNSPECIFIED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.clew.analysis.TestTraces;
import io.clew.analysis.cell.Row;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ServiceMapTest {
    private static final String SHOP_TO_ORDERS = "0||shop|0||orders||0";

    private final TestTraces traces = new TestTraces().trace();

    private Map<String, Long> edges() {
        Map<String, Long> calls = new java.util.TreeMap<>();
        traces.rows(ServiceMap.EDGES).forEach((key, sums) -> calls.put(key, sums.getFirst()));
        return calls;
    }

    private Row edge(String key) {
        return TestTraces.row(traces.cell().table(ServiceMap.EDGES), key);
    }

    @Test
    void aCallIsSeenFromBothSidesWithTheGapBetween() {
        traces.span(1, 0, "shop", "GET /", SERVER, 0, 200)
                .span(2, 1, "shop", "GET", CLIENT, 10, 110)
                .span(3, 2, "orders", "GET /orders", SERVER, 20, 90)
                .failed();
        assertThat(edges()).isEqualTo(Map.of(SHOP_TO_ORDERS, 1L));
        Row edge = edge(SHOP_TO_ORDERS);
        assertThat(edge.sketch(ServiceMap.CALLER).max()).isEqualTo(100_000_000);
        assertThat(edge.sketch(ServiceMap.CALLEE).max()).isEqualTo(70_000_000);
        assertThat(edge.sketch(ServiceMap.GAP).max()).isEqualTo(30_000_000);
        assertThat(edge.sum(ServiceMap.EDGE_ERRORS)).isEqualTo(1);
        assertThat(edge.sum(ServiceMap.CALLER_ERRORS)).isZero();
        assertThat(edge.sum(ServiceMap.CALLEE_ERRORS)).isEqualTo(1);
        assertThat(edge.first()).isEqualTo(TestTraces.T0 + 20_000_000);
        assertThat(edge.last()).isEqualTo(edge.first());
    }

    @Test
    void aServiceWithoutANameIsANodeOfItsPath() {
        traces.span(1, 0, "shop", "GET /", SERVER, 0, 200)
                .span(2, 1, "", "GET /orders", SERVER, 20, 90)
                .span(3, 2, "stock", "GET /stock", SERVER, 30, 80);
        Map<String, List<Long>> paths = new java.util.TreeMap<>();
        traces.rows(ServiceMap.PATHS).forEach((key, sums) -> paths.put(key.replaceAll("\\|+$", ""), sums));
        assertThat(paths)
                .isEqualTo(Map.of(
                        "shop", List.of(1L, 1L, 0L),
                        "shop|(no service.name)", List.of(1L, 1L, 0L),
                        "shop|(no service.name)|stock", List.of(1L, 1L, 0L)));
        assertThat(edges()).containsOnlyKeys("0||shop|0||(no service.name)||0", "0||(no service.name)|0||stock||0");
    }

    @Test
    void withoutKindsAnotherServiceIsACall() {
        traces.span(1, 0, "gateway", "HTTP GET", UNSPECIFIED, 0, 100)
                .span(2, 1, "orders", "/orders", UNSPECIFIED, 5, 95)
                .span(3, 2, "orders", "OrderController.find", UNSPECIFIED, 6, 90);
        assertThat(edges()).isEqualTo(Map.of("0||gateway|0||orders||0", 1L));
        assertThat(edge("0||gateway|0||orders||0").sketch(ServiceMap.GAP).max()).isEqualTo(10_000_000);
    }

    @Test
    void aServiceThatCallsItselfIsAnEdgeOnlyByKinds() {
        traces.span(1, 0, "shop", "GET /", SERVER, 0, 100)
                .span(2, 1, "shop", "GET", CLIENT, 0, 100)
                .span(3, 2, "shop", "GET /self", SERVER, 0, 100)
                .span(4, 3, "shop", "filter", SERVER, 0, 100);
        assertThat(edges()).isEqualTo(Map.of("0||shop|0||shop||0", 1L));
    }

    @Test
    void zipkinsSharedIdsAreTwoSides() {
        traces.span(1, 0, "shop", "get", CLIENT, 0, 100).span(1, 0, "orders", "get", SERVER, 10, 60);
        assertThat(edges()).isEqualTo(Map.of(SHOP_TO_ORDERS, 1L));
        assertThat(traces.rows(ServiceMap.ENTRIES).keySet()).containsExactly("shop|get|3|0");
    }

    @Test
    void databasesOldAndNewConventionsWithTheTableTheQueryNames() {
        traces.span(1, 0, "shop", "GET /", SERVER, 0, 100)
                .span(
                        2,
                        1,
                        "shop",
                        "SELECT",
                        CLIENT,
                        0,
                        10,
                        "db.system.name",
                        "postgresql",
                        "db.namespace",
                        "shop",
                        "db.collection.name",
                        "orders")
                .span(
                        3,
                        1,
                        "shop",
                        "SELECT",
                        CLIENT,
                        0,
                        10,
                        "db.system",
                        "postgresql",
                        "db.name",
                        "shop",
                        "db.statement",
                        "select * from public.\"orders\" where id = ?")
                .span(
                        4,
                        1,
                        "shop",
                        "SELECT",
                        CLIENT,
                        0,
                        10,
                        "db.system.name",
                        "postgresql",
                        "db.namespace",
                        "shop",
                        "db.query.summary",
                        "SELECT orders")
                .span(
                        5,
                        1,
                        "shop",
                        "GET",
                        CLIENT,
                        0,
                        1,
                        "db.system",
                        "redis",
                        "net.peer.name",
                        "cache",
                        "net.peer.port",
                        6379);
        assertThat(edges())
                .isEqualTo(Map.of("0||shop|1|postgresql|shop|orders|0", 3L, "0||shop|2|redis|cache:6379||0", 1L));
    }

    @Test
    void hostsOutsideByServicePeerUrlOrAddress() {
        traces.span(1, 0, "shop", "GET /", SERVER, 0, 100)
                .span(
                        2,
                        1,
                        "shop",
                        "POST",
                        CLIENT,
                        0,
                        10,
                        "http.url",
                        "https://user:secret@api.pay.example/charge?x=1",
                        "http.method",
                        "POST")
                .span(
                        3,
                        1,
                        "shop",
                        "POST",
                        CLIENT,
                        0,
                        10,
                        "url.full",
                        "https://api.pay.example/charge",
                        "http.request.method",
                        "POST",
                        "server.address",
                        "api.pay.example",
                        "server.port",
                        443)
                .span(4, 1, "shop", "Charge", CLIENT, 0, 10, "rpc.system", "grpc", "peer.service", "ledger")
                .span(5, 1, "shop", "Charge", CLIENT, 0, 10, "rpc.system.name", "grpc", "service.peer.name", "ledger")
                .span(6, 1, "shop", "nothing known", CLIENT, 0, 10);
        assertThat(edges()).isEqualTo(Map.of("0||shop|4|http|api.pay.example||0", 2L, "0||shop|4|grpc|ledger||0", 2L));
    }

    @Test
    void ofNestedClientsOneCounts() {
        traces.span(1, 0, "shop", "GET /", SERVER, 0, 100)
                .span(2, 1, "shop", "search", CLIENT, 0, 50, "db.system", "elasticsearch", "peer.service", "search")
                .span(3, 2, "shop", "POST", CLIENT, 0, 40, "server.address", "es1", "http.request.method", "POST")
                .span(4, 1, "shop", "retrying", CLIENT, 0, 50, "server.address", "outer")
                .span(5, 4, "shop", "POST", CLIENT, 0, 40, "server.address", "inner")
                .span(6, 1, "shop", "retrying", CLIENT, 0, 50, "server.address", "outer")
                .span(7, 6, "shop", "POST", CLIENT, 0, 40, "server.address", "inner")
                .span(8, 7, "orders", "POST /", SERVER, 0, 30);
        assertThat(edges())
                .isEqualTo(
                        Map.of("0||shop|1|elasticsearch|search||0", 1L, "0||shop|4||inner||0", 1L, SHOP_TO_ORDERS, 1L));
    }

    @Test
    void messagesGoThroughTheirQueueAndFromServiceToService() {
        traces.span(1, 0, "shop", "POST /", SERVER, 0, 50)
                .span(
                        2,
                        1,
                        "shop",
                        "orders send",
                        PRODUCER,
                        10,
                        20,
                        "messaging.system",
                        "kafka",
                        "messaging.destination.name",
                        "orders")
                .span(
                        3,
                        2,
                        "mailer",
                        "orders process",
                        CONSUMER,
                        500,
                        600,
                        "messaging.system",
                        "kafka",
                        "messaging.destination",
                        "orders");
        assertThat(edges())
                .isEqualTo(Map.of(
                        "0||shop|3|kafka|orders||1", 1L,
                        "3|kafka|orders|0||mailer||1", 1L,
                        "0||shop|0||mailer||1", 1L));
        assertThat(edge("0||shop|0||mailer||1").sketch(ServiceMap.GAP).max()).isEqualTo(480_000_000);
    }

    @Test
    void linksWithinTheTraceAreMessagesToo() {
        traces.span(1, 0, "shop", "POST /", SERVER, 0, 50)
                .span(2, 1, "shop", "orders send", PRODUCER, 10, 20)
                .span(3, 1, "shop", "orders send", PRODUCER, 20, 30)
                .span(4, 0, "mailer", "orders process", CONSUMER, 500, 600)
                .link(1, 2)
                .link(1, 3)
                .link(99, 3);
        assertThat(edges()).isEqualTo(Map.of("0||shop|0||mailer||1", 2L));
    }

    @Test
    void aNegativeGapIsCountedAndNotMeasured() {
        traces.span(1, 0, "shop", "fire and forget", CLIENT, 0, 10).span(2, 1, "orders", "job", SERVER, 5, 500);
        Row edge = edge(SHOP_TO_ORDERS);
        assertThat(edge.sum(ServiceMap.SKEWED)).isEqualTo(1);
        assertThat(edge.sketch(ServiceMap.GAP).count()).isZero();
    }

    @Test
    void entryPointsTellWhetherTheirCallerIsKnownButMissing() {
        traces.span(1, 0, "shop", "GET /", SERVER, 0, 100).failed().trace().span(5, 77, "shop", "GET /", SERVER, 0, 40);
        assertThat(traces.rows(ServiceMap.ENTRIES))
                .isEqualTo(Map.of("shop|GET /|2|0", List.of(1L, 1L), "shop|GET /|2|1", List.of(1L, 0L)));
    }

    @Test
    void pathsAndCallsPerRequest() {
        for (int i = 0; i < 2; i++) {
            traces.trace()
                    .span(1, 0, "shop", "GET /", SERVER, 0, 100)
                    .span(2, 1, "shop", "GET", CLIENT, 0, 40)
                    .span(3, 2, "orders", "GET /orders", SERVER, 0, 40);
            for (int query = 0; query <= 4 * i; query++) {
                traces.span(
                        10 + query,
                        3,
                        "orders",
                        "SELECT",
                        CLIENT,
                        0,
                        5,
                        "db.system",
                        "mysql",
                        "db.name",
                        "orders",
                        "db.sql.table",
                        "item");
            }
        }
        Map<String, List<Long>> paths = new java.util.TreeMap<>();
        traces.rows(ServiceMap.PATHS).forEach((key, sums) -> paths.put(key.replaceAll("\\|+$", ""), sums));
        assertThat(paths)
                .isEqualTo(Map.of(
                        "shop", List.of(2L, 2L, 0L),
                        "shop|orders", List.of(2L, 2L, 0L),
                        "shop|orders|orders", List.of(2L, 6L, 0L)));
        assertThat(traces.rows(ServiceMap.MATRIX))
                .isEqualTo(Map.of(
                        "shop|GET /|0||orders|GET /orders", List.of(2L, 2L, 0L),
                        "shop|GET /|1|mysql|orders|item", List.of(2L, 6L, 0L)));
        assertThat(TestTraces.row(traces.cell().table(ServiceMap.MATRIX), "shop|GET /|1|mysql|orders|item")
                        .maximum(ServiceMap.MOST_CALLS))
                .isEqualTo(5);
    }

    @Test
    void longChainsEndAtTheDeepestNodeToldApart() {
        traces.span(1, 0, "s0", "in", SERVER, 0, 100);
        for (int i = 1; i < 20; i++) {
            traces.span(i + 1, i, "s" + i, "in", SERVER, 0, 100);
        }
        Map<String, List<Long>> paths = traces.rows(ServiceMap.PATHS);
        assertThat(paths).hasSize(ServiceMap.DEPTH);
        assertThat(paths.get("s0|s1|s2|s3|s4|s5|s6|s7|s8|s9|s10|s11")).isEqualTo(List.of(1L, 9L, 0L));
    }

    @Test
    void aCircleOfParentsCountsEverySpanOnceAndEnds() {
        traces.span(1, 2, "a", "x", SERVER, 0, 10)
                .span(2, 1, "b", "y", SERVER, 0, 10)
                .span(3, 1, "c", "z", SERVER, 0, 10);
        assertThat(edges()).isEqualTo(Map.of("0||a|0||c||0", 1L));
        assertThat(TestTraces.row(traces.cell().table(ServiceMap.EDGES), "0||a|0||c||0")
                        .sketch(ServiceMap.CALLEE)
                        .quantile(1))
                .isCloseTo(10e6, within(1e5));
    }
}
