package io.clew.server.api;

import com.fasterxml.jackson.core.JsonGenerator;
import com.linecorp.armeria.common.HttpResponse;
import io.clew.analysis.LiveCells;
import io.clew.analysis.cell.Cell;
import io.clew.analysis.cell.Row;
import io.clew.analysis.cell.Table;
import io.clew.analysis.red.Red;
import io.clew.model.SpanKind;
import io.clew.model.StatusCode;
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

/** {@code red}: calls, errors, peaks and durations of services, operations, instances or single series. */
final class RedRoute implements ClewApi.Route {
    private static final int MOST_POINTS = 500;

    private final LiveCells cells;

    RedRoute(LiveCells cells) {
        this.cells = cells;
    }

    /** What rows are about. The parts of their keys are named as in {@link Red#SHAPES}. */
    private enum Level {
        SERVICE(Red.SERVICES, "service", "kind", "waiting"),
        OPERATION(Red.OPERATIONS, "service", "operation", "kind", "waiting"),
        INSTANCE(Red.INSTANCES, "service", "instance", "kind", "waiting"),
        SERIES(Red.SERIES, "service", "operation", "instance", "status", "kind", "waiting");

        private final int table;
        private final String parts;

        Level(int table, String... parts) {
            this.table = table;
            this.parts = String.join(" ", parts);
        }

        private String[] parts() {
            return parts.split(" ");
        }

        private static Level read(Parameters parameters) throws Problem {
            String text = parameters.text("by").orElse("service");
            for (Level level : values()) {
                if (level.name().toLowerCase(java.util.Locale.ROOT).equals(text)) {
                    return level;
                }
            }
            throw Problem.parameter("by", text, "one of service, operation, instance, series");
        }
    }

    /** Which rows are asked for; absent = any. */
    private record Filter(Optional<String> service, Optional<String> operation, Optional<String> kind) {
        private boolean takes(Map<String, String> labels) {
            return is(service, labels.get("service"))
                    && is(operation, labels.get("operation"))
                    && is(kind, labels.get("kind"));
        }

        private static boolean is(Optional<String> wanted, @org.jspecify.annotations.Nullable String value) {
            return wanted.isEmpty() || value == null || wanted.get().equals(value);
        }
    }

    private record Line(Map<String, String> labels, Row row, List<Row> points) {}

    @Override
    public String pattern() {
        return "red";
    }

    @Override
    public HttpResponse answer(ClewApi.Ask ask, String variable) throws Problem {
        Parameters parameters = ask.parameters();
        parameters.allowOnly("start", "end", "by", "service", "operation", "kind", "step", "limit", "timeout");
        Minutes minutes = Minutes.read(parameters);
        Level level = Level.read(parameters);
        int limit = parameters.number("limit", 1_000, 1, 10_000);
        int step = parameters.number("step", 0, 1, Integer.MAX_VALUE);
        if (step > 0 && Math.ceilDiv(minutes.count(), step) > MOST_POINTS) {
            throw Problem.parameter(
                    "step",
                    parameters.text("step").orElse(""),
                    "at most " + MOST_POINTS + " points: " + Math.ceilDiv(minutes.count(), MOST_POINTS)
                            + " minutes or more for this range");
        }
        Filter filter = new Filter(
                parameters.text("service"),
                parameters.text("operation"),
                Kinds.read(parameters).map(SpanKind::word));
        return ask.json((snapshot, control, json) -> write(minutes, level, step, limit, filter, control, json));
    }

    private void write(
            Minutes minutes, Level level, int step, int limit, Filter filter, ReadControl control, JsonGenerator json)
            throws IOException {
        Cell sum = cells.sum(minutes.first(), minutes.last(), threads(), control);
        Table table = sum.table(level.table);
        List<Line> lines = new ArrayList<>();
        for (int i = 0; i < table.size(); i++) {
            Map<String, String> labels = labels(table, i, level);
            if (filter.takes(labels)) {
                lines.add(new Line(labels, table.row(i), new ArrayList<>()));
            }
        }
        lines.sort(Comparator.comparingLong((Line line) -> line.row.sum(Red.CALLS))
                .reversed()
                .thenComparing(line -> String.join("\0", line.labels.values())));
        List<Line> shown = lines.subList(0, Math.min(limit, lines.size()));
        if (step > 0) {
            addPoints(shown, minutes, level, step, control);
        }
        json.writeStartObject();
        json.writeStringField("from", Long.toString(minutes.from()));
        json.writeStringField("to", Long.toString(minutes.to()));
        json.writeNumberField("total", lines.size());
        json.writeArrayFieldStart("rows");
        for (Line line : shown) {
            json.writeStartObject();
            for (Map.Entry<String, String> label : line.labels.entrySet()) {
                if (label.getKey().equals("waiting")) {
                    json.writeBooleanField("waiting", label.getValue().equals("true"));
                } else {
                    json.writeStringField(label.getKey(), label.getValue());
                }
            }
            writeRow(line.row, json);
            RowJson.example(json, "example", line.row.typical());
            RowJson.example(json, "slowest", line.row.longest());
            if (step > 0) {
                writePoints(line.points, minutes, step, json);
            }
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeFieldName("other");
        Row other = table.otherRow();
        if (other == null) {
            json.writeNull();
        } else {
            json.writeStartObject();
            writeRow(other, json);
            json.writeEndObject();
        }
        json.writeEndObject();
    }

    private void addPoints(List<Line> lines, Minutes minutes, Level level, int step, ReadControl control) {
        Row none =
                new Cell(io.clew.analysis.Analyses.SHAPES, 0).table(level.table).row(new int[8]);
        for (long first = minutes.first(); first <= minutes.last(); first += step) {
            Cell part = cells.sum(first, Math.min(minutes.last(), first + step - 1), threads(), control);
            Map<Map<String, String>, Row> rows = new HashMap<>();
            Table table = part.table(level.table);
            for (int i = 0; i < table.size(); i++) {
                rows.put(labels(table, i, level), table.row(i));
            }
            for (Line line : lines) {
                line.points.add(rows.getOrDefault(line.labels, none));
            }
        }
    }

    private static void writePoints(List<Row> points, Minutes minutes, int step, JsonGenerator json)
            throws IOException {
        json.writeArrayFieldStart("points");
        for (int i = 0; i < points.size(); i++) {
            json.writeStartObject();
            json.writeStringField("time", Long.toString((minutes.first() + (long) i * step) * Cell.MINUTE));
            writeRow(points.get(i), json);
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void writeRow(Row row, JsonGenerator json) throws IOException {
        json.writeNumberField("calls", row.sum(Red.CALLS));
        json.writeNumberField("errors", row.sum(Red.ERRORS));
        json.writeNumberField("peakPerSecond", row.peak());
        RowJson.durations(json, "duration", row.sketch(0));
    }

    private static Map<String, String> labels(Table table, int row, Level level) {
        Map<String, String> labels = new java.util.LinkedHashMap<>();
        String[] parts = level.parts();
        for (int part = 0; part < parts.length; part++) {
            labels.put(
                    parts[part],
                    switch (parts[part]) {
                        case "kind" -> SpanKind.of(table.number(row, part)).word();
                        case "status" -> StatusCode.of(table.number(row, part)).word();
                        case "waiting" -> String.valueOf(table.number(row, part) == 1);
                        default -> table.text(row, part);
                    });
        }
        return labels;
    }

    static int threads() {
        return Math.max(1, Runtime.getRuntime().availableProcessors());
    }
}
