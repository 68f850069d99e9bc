package io.clew.server.api;

import com.fasterxml.jackson.core.JsonGenerator;
import com.linecorp.armeria.common.HttpResponse;
import io.clew.analysis.Analyses;
import io.clew.analysis.LiveCells;
import io.clew.analysis.cell.Cell;
import io.clew.analysis.cell.Row;
import io.clew.analysis.cell.Table;
import io.clew.analysis.red.Red;
import io.clew.model.SpanKind;
import io.clew.model.StatusCode;
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
import org.jspecify.annotations.Nullable;

/** {@code red}: calls, errors, peaks and durations of services, operations, instances or single series. */
final class RedRoute implements ClewApi.Route {
    private static final int MOST_POINTS = 500;
    /** Points of all rows together, which stand in memory. */
    private static final int MOST_POINTS_OF_ROWS = 500_000;

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

        private static boolean is(Optional<String> wanted, @Nullable String value) {
            return wanted.isEmpty() || value == null || wanted.get().equals(value);
        }
    }

    private record Line(Map<String, String> labels, Row row) {}

    /** A row in one step. */
    private record Point(long calls, long errors, long peak, RowJson.@Nullable Durations durations) {
        private static final Point NONE = new Point(0, 0, 0, null);

        private static Point of(Row row) {
            return new Point(row.sum(Red.CALLS), row.sum(Red.ERRORS), row.peak(), RowJson.Durations.of(row.sketch(0)));
        }

        private void write(JsonGenerator json) throws IOException {
            json.writeNumberField("calls", calls);
            json.writeNumberField("errors", errors);
            json.writeNumberField("peakPerSecond", peak);
            RowJson.durations(json, "duration", durations);
        }
    }

    /** The points of every row asked for, by its labels, and the sum of them all. */
    private static final class Points {
        private final Level level;
        private final Filter filter;
        private final Cell sum = new Cell(Analyses.SHAPES, 0);
        private final List<Map<Map<String, String>, Point>> steps = new ArrayList<>();
        private int points;

        private Points(Level level, Filter filter) {
            this.level = level;
            this.filter = filter;
            sum.seal();
        }

        private void add(Cell cell) {
            Table table = cell.table(level.table);
            Map<Map<String, String>, Point> step = new HashMap<>();
            for (int i = 0; i < table.size() && points <= MOST_POINTS_OF_ROWS; i++) {
                Map<String, String> labels = labels(table, i, level);
                if (filter.takes(labels)) {
                    step.put(labels, Point.of(table.row(i)));
                    points++;
                }
            }
            steps.add(step);
            sum.merge(cell);
        }

        private void write(Map<String, String> labels, Minutes minutes, int step, JsonGenerator json)
                throws IOException {
            json.writeArrayFieldStart("points");
            for (int i = 0; i < steps.size(); i++) {
                json.writeStartObject();
                json.writeStringField("time", Long.toString((minutes.first() + (long) i * step) * Cell.MINUTE));
                steps.get(i).getOrDefault(labels, Point.NONE).write(json);
                json.writeEndObject();
            }
            json.writeEndArray();
        }
    }

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
            throws IOException, Problem {
        Points points = new Points(level, filter);
        Cell sum;
        if (step > 0) {
            cells.sums(minutes.first(), minutes.last(), step, threads(), control, points::add);
            sum = points.sum;
            if (points.points > MOST_POINTS_OF_ROWS) {
                throw Problem.parameter(
                        "step",
                        String.valueOf(step),
                        "fewer steps or rows: all rows together have more than " + MOST_POINTS_OF_ROWS
                                + " points; ask for one service");
            }
        } else {
            sum = cells.sum(minutes.first(), minutes.last(), threads(), control);
        }
        Table table = sum.table(level.table);
        List<Line> lines = new ArrayList<>();
        for (int i = 0; i < table.size(); i++) {
            Map<String, String> labels = labels(table, i, level);
            if (filter.takes(labels)) {
                lines.add(new Line(labels, table.row(i)));
            }
        }
        lines.sort(Comparator.comparingLong((Line line) -> line.row.sum(Red.CALLS))
                .reversed()
                .thenComparing(line -> String.join("\0", line.labels.values())));
        List<Line> shown = lines.subList(0, Math.min(limit, lines.size()));
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
            Point.of(line.row).write(json);
            RowJson.example(json, "example", line.row.typical());
            RowJson.example(json, "slowest", line.row.longest());
            if (step > 0) {
                points.write(line.labels, minutes, step, json);
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
            Point.of(other).write(json);
            json.writeEndObject();
        }
        Missed.write(control.missed(), json);
        json.writeEndObject();
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
