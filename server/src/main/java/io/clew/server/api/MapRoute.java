package io.clew.server.api;

import com.fasterxml.jackson.core.JsonGenerator;
import com.linecorp.armeria.common.HttpResponse;
import io.clew.analysis.LiveCells;
import io.clew.analysis.cell.Cell;
import io.clew.analysis.cell.Row;
import io.clew.analysis.cell.Table;
import io.clew.analysis.map.ServiceMap;
import io.clew.model.SpanBatch;
import io.clew.model.SpanKind;
import io.clew.server.query.Missed;
import io.clew.server.query.Parameters;
import io.clew.server.query.Problem;
import io.clew.store.ReadControl;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/** {@code map}: who calls whom and what, entry points, paths, and calls per request. */
final class MapRoute implements ClewApi.Route {
    private static final String[] KINDS = {"service", "database", "cache", "queue", "external"};

    private final LiveCells cells;

    MapRoute(LiveCells cells) {
        this.cells = cells;
    }

    private record Node(int kind, String system, String name) implements Comparable<Node> {
        private String id() {
            return kind == ServiceMap.SERVICE ? "service/" + name : KINDS[kind] + "/" + system + "/" + name;
        }

        @Override
        public int compareTo(Node other) {
            return id().compareTo(other.id());
        }
    }

    @Override
    public String pattern() {
        return "map";
    }

    @Override
    public HttpResponse answer(ClewApi.Ask ask, String variable) throws Problem {
        Parameters parameters = ask.parameters();
        parameters.allowOnly("start", "end", "service", "limit", "timeout");
        Minutes minutes = Minutes.read(parameters);
        Optional<String> service = parameters.text("service");
        int limit = parameters.number("limit", 500, 1, 10_000);
        return ask.json((snapshot, control, json) -> write(minutes, service, limit, control, json));
    }

    private void write(Minutes minutes, Optional<String> service, int limit, ReadControl control, JsonGenerator json)
            throws IOException {
        Cell sum = cells.sum(minutes.first(), minutes.last(), RedRoute.threads(), control);
        json.writeStartObject();
        json.writeStringField("from", Long.toString(minutes.from()));
        json.writeStringField("to", Long.toString(minutes.to()));
        writeEdges(sum.table(ServiceMap.EDGES), service, limit, json);
        writeEntries(sum.table(ServiceMap.ENTRIES), service, limit, json);
        writePaths(sum.table(ServiceMap.PATHS), service, limit, json);
        writeMatrix(sum, service, limit, json);
        Missed.write(control.missed(), json);
        json.writeEndObject();
    }

    private static void writeEdges(Table table, Optional<String> service, int limit, JsonGenerator json)
            throws IOException {
        List<Integer> rows = select(
                table,
                ServiceMap.EDGE_CALLS,
                row -> service.isEmpty()
                        || isService(service.get(), node(table, row, 0))
                        || isService(service.get(), node(table, row, 3)));
        List<Integer> shown = rows.subList(0, Math.min(limit, rows.size()));
        TreeMap<Node, long[]> nodes = new TreeMap<>();
        for (int row : shown) {
            nodes.computeIfAbsent(node(table, row, 0), _ -> new long[2]);
            long[] called = nodes.computeIfAbsent(node(table, row, 3), _ -> new long[2]);
            called[0] += table.row(row).sum(ServiceMap.EDGE_CALLS);
            called[1] += table.row(row).sum(ServiceMap.EDGE_ERRORS);
        }
        json.writeArrayFieldStart("nodes");
        for (Map.Entry<Node, long[]> node : nodes.entrySet()) {
            json.writeStartObject();
            json.writeStringField("id", node.getKey().id());
            json.writeStringField("kind", KINDS[node.getKey().kind()]);
            json.writeStringField("system", node.getKey().system());
            json.writeStringField("name", node.getKey().name());
            json.writeNumberField("calls", node.getValue()[0]);
            json.writeNumberField("errors", node.getValue()[1]);
            json.writeEndObject();
        }
        json.writeEndArray();
        begin("edges", rows.size(), table.otherRow(), ServiceMap.EDGE_CALLS, json);
        for (int at : shown) {
            Row row = table.row(at);
            json.writeStartObject();
            json.writeStringField("from", node(table, at, 0).id());
            json.writeStringField("to", node(table, at, 3).id());
            json.writeStringField("kind", table.number(at, 7) == ServiceMap.MESSAGE ? "message" : "call");
            json.writeStringField("table", table.text(at, 6));
            json.writeNumberField("calls", row.sum(ServiceMap.EDGE_CALLS));
            json.writeNumberField("errors", row.sum(ServiceMap.EDGE_ERRORS));
            json.writeNumberField("callerErrors", row.sum(ServiceMap.CALLER_ERRORS));
            json.writeNumberField("calleeErrors", row.sum(ServiceMap.CALLEE_ERRORS));
            json.writeNumberField("skewed", row.sum(ServiceMap.SKEWED));
            json.writeNumberField("peakPerSecond", row.peak());
            RowJson.durations(json, "caller", row.sketch(ServiceMap.CALLER));
            RowJson.durations(json, "callee", row.sketch(ServiceMap.CALLEE));
            RowJson.durations(json, "gap", row.sketch(ServiceMap.GAP));
            seen(row, json);
            RowJson.example(json, "example", row.typical());
            RowJson.example(json, "slowest", row.longest());
            json.writeEndObject();
        }
        end(json);
    }

    private static void writeEntries(Table table, Optional<String> service, int limit, JsonGenerator json)
            throws IOException {
        List<Integer> rows = select(
                table,
                ServiceMap.REQUESTS,
                row -> service.isEmpty() || service.get().equals(table.text(row, 0)));
        begin("entries", rows.size(), table.otherRow(), ServiceMap.REQUESTS, json);
        for (int at : rows.subList(0, Math.min(limit, rows.size()))) {
            Row row = table.row(at);
            json.writeStartObject();
            json.writeStringField("service", table.text(at, 0));
            json.writeStringField("operation", table.text(at, 1));
            json.writeStringField("kind", SpanKind.of(table.number(at, 2)).word());
            json.writeBooleanField("callerMissing", table.number(at, 3) == 1);
            json.writeNumberField("requests", row.sum(ServiceMap.REQUESTS));
            json.writeNumberField("errors", row.sum(ServiceMap.ENTRY_ERRORS));
            json.writeNumberField("peakPerSecond", row.peak());
            RowJson.durations(json, "duration", row.sketch(0));
            seen(row, json);
            RowJson.example(json, "example", row.typical());
            RowJson.example(json, "slowest", row.longest());
            json.writeEndObject();
        }
        end(json);
    }

    private static void writePaths(Table table, Optional<String> service, int limit, JsonGenerator json)
            throws IOException {
        List<Integer> rows = select(
                table,
                ServiceMap.REQUESTS,
                row -> service.isEmpty() || path(table, row).contains(service.get()));
        begin("paths", rows.size(), table.otherRow(), ServiceMap.PATH_CALLS, json);
        for (int at : rows.subList(0, Math.min(limit, rows.size()))) {
            Row row = table.row(at);
            json.writeStartObject();
            json.writeArrayFieldStart("nodes");
            for (String node : path(table, at)) {
                json.writeString(node);
            }
            json.writeEndArray();
            json.writeNumberField("requests", row.sum(ServiceMap.REQUESTS));
            json.writeNumberField("calls", row.sum(ServiceMap.PATH_CALLS));
            json.writeNumberField("errors", row.sum(ServiceMap.PATH_ERRORS));
            RowJson.example(json, "example", row.typical());
            json.writeEndObject();
        }
        end(json);
    }

    private static List<String> path(Table table, int row) {
        List<String> path = new ArrayList<>();
        int last = ServiceMap.DEPTH - 1;
        while (last > 0 && table.text(row, last).isEmpty()) {
            last--;
        }
        for (int part = 0; part <= last; part++) {
            path.add(table.text(row, part));
        }
        return path;
    }

    private static void writeMatrix(Cell sum, Optional<String> service, int limit, JsonGenerator json)
            throws IOException {
        Table entries = sum.table(ServiceMap.ENTRIES);
        Map<List<String>, Long> requests = new HashMap<>();
        for (int i = 0; i < entries.size(); i++) {
            requests.merge(
                    List.of(entries.text(i, 0), entries.text(i, 1)),
                    entries.row(i).sum(ServiceMap.REQUESTS),
                    Long::sum);
        }
        Table table = sum.table(ServiceMap.MATRIX);
        List<Integer> rows = select(
                table,
                ServiceMap.MATRIX_CALLS,
                row -> service.isEmpty() || service.get().equals(table.text(row, 0)));
        begin("callsPerRequest", rows.size(), table.otherRow(), ServiceMap.MATRIX_CALLS, json);
        for (int at : rows.subList(0, Math.min(limit, rows.size()))) {
            Row row = table.row(at);
            json.writeStartObject();
            json.writeStringField("service", table.text(at, 0));
            json.writeStringField("operation", table.text(at, 1));
            json.writeStringField("callee", node(table, at, 2).id());
            json.writeStringField("calleeOperation", table.text(at, 5));
            Long all = requests.get(List.of(table.text(at, 0), table.text(at, 1)));
            json.writeFieldName("requests");
            writeCount(all, json);
            json.writeNumberField("requestsCalling", row.sum(ServiceMap.REQUESTS));
            json.writeNumberField("calls", row.sum(ServiceMap.MATRIX_CALLS));
            json.writeNumberField("errors", row.sum(ServiceMap.MATRIX_ERRORS));
            json.writeNumberField("mostInOneRequest", row.maximum(ServiceMap.MOST_CALLS));
            RowJson.example(json, "example", row.typical());
            json.writeEndObject();
        }
        end(json);
    }

    /** Null when the entry point itself went into the other row. */
    private static void writeCount(@Nullable Long count, JsonGenerator json) throws IOException {
        if (count == null) {
            json.writeNull();
        } else {
            json.writeNumber(count.longValue());
        }
    }

    private static List<Integer> select(Table table, int sum, IntPredicate wanted) {
        List<Integer> rows = new ArrayList<>();
        for (int i = 0; i < table.size(); i++) {
            if (wanted.test(i)) {
                rows.add(i);
            }
        }
        // The sort is stable, and tables of equal content may have their rows in another order: the key settles ties.
        rows.sort(Comparator.comparingLong((Integer row) -> table.row(row).sum(sum))
                .reversed()
                .thenComparing(row -> key(table, row)));
        return rows;
    }

    private static String key(Table table, int row) {
        StringBuilder key = new StringBuilder();
        for (int part = 0; part < table.shape().keys().size(); part++) {
            key.append(
                            table.shape().keys().get(part) == io.clew.analysis.cell.TableShape.Part.NUMBER
                                    ? String.valueOf(table.number(row, part))
                                    : table.text(row, part))
                    .append('\0');
        }
        return key.toString();
    }

    private static boolean isService(String name, Node node) {
        return node.kind() == ServiceMap.SERVICE && node.name().equals(name);
    }

    private static Node node(Table table, int row, int part) {
        return new Node(table.number(row, part), table.text(row, part + 1), table.text(row, part + 2));
    }

    private static void seen(Row row, JsonGenerator json) throws IOException {
        writeTime("firstSeen", row.first(), json);
        writeTime("lastSeen", row.last(), json);
    }

    private static void writeTime(String field, long time, JsonGenerator json) throws IOException {
        json.writeFieldName(field);
        if (time == SpanBatch.NO_TIME) {
            json.writeNull();
        } else {
            json.writeString(Long.toString(time));
        }
    }

    /** How many there are, how many calls of others are folded, and the beginning of the list. */
    private static void begin(String field, int total, @Nullable Row other, int sum, JsonGenerator json)
            throws IOException {
        json.writeObjectFieldStart(field);
        json.writeNumberField("total", total);
        json.writeNumberField("callsOfOthers", other == null ? 0 : other.sum(sum));
        json.writeArrayFieldStart("rows");
    }

    private static void end(JsonGenerator json) throws IOException {
        json.writeEndArray();
        json.writeEndObject();
    }
}
