package io.clew.quality.shop;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the demo's services say they counted themselves, as it printed it when no more customers came and nothing was
 * underway, held against the map and RED. All comparisons are exact. Left out, since the services cannot count it:
 *
 * <ul>
 *   <li>{@code GET /counts}: asking for the counts is a request, too, and traced as one, but part of no count, since it
 *       has not ended when it is answered.
 *   <li>The callee's side of the database: H2 runs without an agent and counts nothing. The caller's side is compared, and
 *       the map may know of no other.
 *   <li>From which service a call came, on the callee's side, and by which entry point and path: a service does not know.
 *       Compared are the callee's sums over all callers and entry points.
 *   <li>The other companies (carrier, payment gateway): in the demo only a wait; nothing is sent, so nothing is counted.
 *   <li>Durations and times.
 * </ul>
 */
record CountedShop(List<Line> lines) {

    private static final Pattern LIST =
            Pattern.compile("What the services counted themselves[^\n]*\n((?:  [^\n]*\n)*)");
    private static final Pattern LINE =
            Pattern.compile("  (?<service>\\w+) (?:(?<what>served|did) |called (?<callee>\\w+), )(?<operation>.+):"
                    + " (?<calls>\\d+), (?<errors>\\d+)");
    private static final Pattern TABLE = Pattern.compile("\\b(?:FROM|INTO|UPDATE) (\\w+)");
    private static final String DATABASE = "database/h2/mem:shop";
    private static final String ASKING = "GET /counts";

    /** A line of the list; only of a call it names the callee, which else is empty. */
    record Line(String service, String what, String callee, String operation, Sum sum) {

        private boolean statement() {
            return callee.equals("database");
        }

        private String verb() {
            return operation.substring(0, operation.indexOf(' '));
        }

        /** The one table that a statement of the shop is about; empty for anything else. */
        private String table() {
            if (!statement()) {
                return "";
            }
            Matcher table = TABLE.matcher(operation);
            assertThat(table.find()).as(operation).isTrue();
            return table.group(1);
        }

        private String calleeId() {
            return statement() ? DATABASE : "service/" + callee;
        }

        /** As the agent names the span: an HTTP client knows no route. */
        private String spanName() {
            if (!what.equals("called")) {
                return operation;
            }
            return statement() ? verb() + " mem:shop." + table() : verb();
        }

        private String spanKind() {
            return switch (what) {
                case "served" -> "server";
                case "called" -> "client";
                default -> "internal";
            };
        }
    }

    record Sum(long calls, long errors) {

        private Sum plus(Sum other) {
            return new Sum(calls + other.calls, errors + other.errors);
        }
    }

    /** Reads the list out of all that the demo said in English. */
    static CountedShop of(String said) {
        Matcher list = LIST.matcher(said);
        assertThat(list.find()).as(said).isTrue();
        var lines = new ArrayList<Line>();
        for (String text : list.group(1).lines().toList()) {
            Matcher line = LINE.matcher(text);
            assertThat(line.matches()).as(text).isTrue();
            String callee = line.group("callee");
            lines.add(new Line(
                    line.group("service"),
                    callee == null ? line.group("what") : "called",
                    callee == null ? "" : callee,
                    line.group("operation"),
                    new Sum(Long.parseLong(line.group("calls")), Long.parseLong(line.group("errors")))));
        }
        return new CountedShop(lines);
    }

    /** What the customers know, and what one service says of another: the lists themselves are whole. */
    void agreesWithItsCustomers(int customers, int failed) {
        assertThat(sums(line -> line.what.equals("served") && line.service.equals("storefront"), Line::operation))
                .isEqualTo(
                        Map.of("GET /products", new Sum(customers, 0), "POST /checkout", new Sum(customers, failed)));
        assertThat(sums(
                        line -> line.what.equals("called") && !line.statement(),
                        line -> line.callee + " " + line.operation))
                .isEqualTo(sums(this::servedByAnother, line -> line.service + " " + line.operation));
        assertThat(sums(line -> line.what.equals("did"), Line::operation))
                .isEqualTo(Map.of(
                        "place order", new Sum(customers, failed),
                        "charge card", new Sum(customers, failed),
                        "send confirmation", new Sum(customers - failed, 0)));
        assertThat(sums(Line::statement, Line::table))
                .containsOnlyKeys("carrier", "customer", "merchant", "outbox", "product", "purchase");
    }

    /** @param map the answer of {@code /clew/api/v1/map} for all of the demo's time */
    void agreesWithMap(JsonNode map) {
        assertThat(map.has("missed")).isFalse();
        List<JsonNode> edges = rows(map.path("edges"));
        Map<String, Sum> called = sums(
                line -> line.what.equals("called"),
                line -> edge("service/" + line.service, line.calleeId(), line.table()));
        assertThat(sums(edges, CountedShop::edge, "calls", "callerErrors"))
                .as("edges, as the callers counted")
                .isEqualTo(called);
        // Who failed, failed on both sides: no call of the demo is lost on its way.
        assertThat(sums(edges, CountedShop::edge, "calls", "errors"))
                .as("edges, either side")
                .isEqualTo(called);
        assertThat(sums(
                        edges.stream()
                                .filter(edge -> !edge.path("to").asText().equals(DATABASE))
                                .toList(),
                        edge -> edge.path("to").asText(),
                        "calls",
                        "calleeErrors"))
                .as("edges into a service, as it counted")
                .isEqualTo(sums(this::servedByAnother, line -> "service/" + line.service));
        assertThat(edges)
                .filteredOn(edge -> edge.path("to").asText().equals(DATABASE))
                .as("errors said by the database, which says nothing")
                .allMatch(edge -> edge.path("calleeErrors").asLong(-1) == 0);
        assertThat(edges).allMatch(edge -> edge.path("kind").asText().equals("call"));

        assertThat(sums(
                        shops(rows(map.path("entries"))),
                        entry -> entry.path("service").asText() + " "
                                + entry.path("kind").asText() + " "
                                + entry.path("operation").asText(),
                        "requests",
                        "errors"))
                .as("entry points")
                .isEqualTo(sums(
                        line -> line.what.equals("served") && !servedByAnother(line),
                        line -> line.service + " server " + line.operation));

        Map<String, Sum> asked = sums(this::servedByAnother, line -> "service/" + line.service + " " + line.operation);
        asked.putAll(sums(Line::statement, line -> DATABASE + " " + line.table()));
        assertThat(sums(
                        rows(map.path("callsPerRequest")),
                        row -> row.path("callee").asText() + " "
                                + row.path("calleeOperation").asText(),
                        "calls",
                        "errors"))
                .as("calls per request, over all entry points")
                .isEqualTo(asked);
    }

    /** @param red the answer of {@code /clew/api/v1/red?by=operation} for all of the demo's time */
    void agreesWithRed(JsonNode red) {
        assertThat(red.has("missed")).isFalse();
        assertThat(red.path("other").isNull()).isTrue();
        assertThat(sums(
                        shops(listed(red)),
                        row -> row.path("service").asText() + " "
                                + row.path("kind").asText() + " "
                                + row.path("operation").asText(),
                        "calls",
                        "errors"))
                .isEqualTo(sums(_ -> true, line -> line.service + " " + line.spanKind() + " " + line.spanName()));
    }

    /** Customers come to the storefront alone, and no service calls it. */
    private boolean servedByAnother(Line line) {
        return line.what.equals("served") && !line.service.equals("storefront");
    }

    private Map<String, Sum> sums(Predicate<Line> which, Function<Line, String> key) {
        var sums = new TreeMap<String, Sum>();
        lines.stream().filter(which).forEach(line -> sums.merge(key.apply(line), line.sum, Sum::plus));
        return sums;
    }

    private static Map<String, Sum> sums(
            List<JsonNode> rows, Function<JsonNode, String> key, String calls, String errors) {
        var sums = new TreeMap<String, Sum>();
        for (JsonNode row : rows) {
            assertThat(row.path(calls).isNumber() && row.path(errors).isNumber())
                    .as(row.toString())
                    .isTrue();
            sums.merge(
                    key.apply(row),
                    new Sum(row.path(calls).asLong(), row.path(errors).asLong()),
                    Sum::plus);
        }
        return sums;
    }

    /** All rows of a list of the map, of which none is folded or cut off. */
    private static List<JsonNode> rows(JsonNode list) {
        assertThat(list.path("callsOfOthers").asLong(-1)).isZero();
        return listed(list);
    }

    private static List<JsonNode> listed(JsonNode list) {
        var rows = new ArrayList<JsonNode>();
        list.path("rows").forEach(rows::add);
        assertThat(rows).hasSize(list.path("total").asInt(-1));
        return rows;
    }

    private static List<JsonNode> shops(List<JsonNode> rows) {
        return rows.stream()
                .filter(row -> !row.path("operation").asText().equals(ASKING)
                        || !row.path("kind").asText().equals("server"))
                .toList();
    }

    private static String edge(JsonNode edge) {
        return edge(
                edge.path("from").asText(),
                edge.path("to").asText(),
                edge.path("table").asText());
    }

    private static String edge(String from, String to, String table) {
        return from + " -> " + to + " " + table;
    }
}
