package io.clew.quality.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The figures, section by section: Clew's beside the bar it must keep and beside Zipkin's. As Markdown and as JSON. */
final class Report {
    /** A bar, and the side of it that is good. */
    private record Bar(double value, boolean most) {
        boolean kept(double figure) {
            return most ? figure <= value : figure >= value;
        }
    }

    /** One figure; {@code why} says why there is none. */
    private record Line(
            String name,
            String unit,
            double value,
            @Nullable Bar bar,
            @Nullable Double zipkin,
            boolean more,
            @Nullable String why) {

        boolean kept() {
            return why == null && (bar == null || bar.kept(value));
        }

        /** How many times better Clew is. */
        String ratio() {
            if (zipkin == null || value == 0 || zipkin == 0) {
                return "";
            }
            return number(more ? value / zipkin : zipkin / value, "") + 'x';
        }
    }

    private final Map<String, List<Line>> sections = new LinkedHashMap<>();
    private final Map<String, String> tables = new LinkedHashMap<>();
    private List<Line> current = new ArrayList<>();

    /** What is added from now on stands under this heading. */
    void section(String title) {
        current = sections.computeIfAbsent(title, _ -> new ArrayList<>());
    }

    void add(String name, String unit, double value) {
        current.add(new Line(name, unit, value, null, null, false, null));
    }

    /** Adds a figure that must not exceed the bar. */
    void atMost(String name, String unit, double value, double bar) {
        current.add(new Line(name, unit, value, new Bar(bar, true), null, false, null));
    }

    /** Adds a figure that must reach the bar. */
    void atLeast(String name, String unit, double value, double bar) {
        current.add(new Line(name, unit, value, new Bar(bar, false), null, true, null));
    }

    /** Adds a figure beside Zipkin's. */
    void beside(String name, String unit, double value, double zipkin, boolean more) {
        current.add(new Line(name, unit, value, null, zipkin, more, null));
    }

    /** Something could not be measured; then the run fails. */
    void missing(String name, String why) {
        current.add(new Line(name, "", Double.NaN, null, null, false, why));
    }

    /** Adds the table in which the figures of several sections stand side by side. */
    void sideBySide(String title, List<String> titles) {
        Map<String, List<String>> rows = new LinkedHashMap<>();
        for (int column = 0; column < titles.size(); column++) {
            for (Line line : sections.getOrDefault(titles.get(column), List.of())) {
                List<String> row = rows.computeIfAbsent(line.name(), _ -> new ArrayList<>());
                while (row.size() < column) {
                    row.add("");
                }
                row.add(line.why() == null ? number(line.value(), line.unit()) : "");
            }
        }
        StringBuilder table = new StringBuilder("| figure | " + String.join(" | ", titles) + " |\n|---|");
        table.append("---|".repeat(titles.size())).append('\n');
        rows.forEach((name, row) -> table.append("| ")
                .append(name)
                .append(" | ")
                .append(String.join(" | ", row))
                .append(" |\n"));
        table(title, table.toString());
    }

    /** A table in Markdown that stands below the figures. */
    void table(String title, String markdown) {
        tables.put(title, markdown);
    }

    /** Whether everything was measured and every bar is kept. */
    boolean kept() {
        return sections.values().stream().flatMap(List::stream).allMatch(Line::kept);
    }

    /** The figures whose bar is missed or which are missing, by name. */
    List<String> missed() {
        return sections.values().stream()
                .flatMap(List::stream)
                .filter(line -> !line.kept())
                .map(Line::name)
                .toList();
    }

    @Override
    public String toString() {
        StringBuilder out = new StringBuilder();
        sections.forEach((title, lines) -> {
            if (lines.isEmpty()) {
                return;
            }
            boolean zipkin = lines.stream().anyMatch(line -> line.zipkin() != null);
            out.append("### ").append(title).append("\n\n");
            out.append(zipkin ? "| figure | Clew | bar | Zipkin | better by |\n|---|---|---|---|---|\n" : "");
            out.append(zipkin ? "" : "| figure | Clew | bar |\n|---|---|---|\n");
            lines.forEach(line -> row(line, zipkin, out));
            out.append('\n');
        });
        tables.forEach((title, table) -> out.append("### ")
                .append(title)
                .append("\n\n")
                .append(table.strip())
                .append("\n\n"));
        return out.toString();
    }

    private static void row(Line line, boolean zipkins, StringBuilder out) {
        Bar bar = line.bar();
        Double zipkin = line.zipkin();
        out.append("| ").append(line.name()).append(" | ");
        out.append(line.why() == null ? number(line.value(), line.unit()) : "**not measured**: " + line.why());
        out.append(" | ");
        if (bar != null) {
            out.append(bar.most() ? "<= " : ">= ").append(number(bar.value(), line.unit()));
            out.append(line.kept() ? "" : " **missed**");
        }
        if (zipkins) {
            out.append(" | ").append(zipkin == null ? "" : number(zipkin, line.unit()));
            out.append(" | ").append(line.ratio());
        }
        out.append(" |\n");
    }

    /**
     * All figures as JSON.
     *
     * @param run what is said about the run: machine, command, time
     */
    String json(Map<String, Object> run) throws IOException {
        ObjectMapper mapper = new ObjectMapper();
        ObjectNode root = mapper.createObjectNode();
        root.set("run", mapper.valueToTree(run));
        root.put("kept", kept());
        ArrayNode figures = root.putArray("figures");
        sections.forEach((title, lines) -> lines.forEach(line -> {
            ObjectNode figure = figures.addObject();
            figure.put("section", title).put("name", line.name()).put("unit", line.unit());
            if (line.why() == null) {
                figure.put("value", line.value());
            } else {
                figure.putNull("value").put("why", line.why());
            }
            Bar bar = line.bar();
            if (bar != null) {
                figure.put(bar.most() ? "atMost" : "atLeast", bar.value());
            }
            if (line.zipkin() != null) {
                figure.put("zipkin", line.zipkin());
            }
            figure.put("kept", line.kept());
        }));
        ObjectNode others = root.putObject("tables");
        tables.forEach(others::put);
        return mapper.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    }

    private static String number(double value, String unit) {
        double size = Math.abs(value);
        String format = value == Math.rint(value) && size < 1e15
                ? "%,.0f"
                : size >= 1000 ? "%,.0f" : size >= 20 ? "%.0f" : size >= 2 ? "%.1f" : "%.2f";
        return (String.format(Locale.ROOT, format, value) + ' ' + unit).strip();
    }
}
