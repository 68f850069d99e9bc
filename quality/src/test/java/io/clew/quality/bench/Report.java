package io.clew.quality.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The figures, as a table in Markdown: Clew's beside the bar it must keep and beside Zipkin's. */
final class Report {
    private record Line(
            String figure,
            String unit,
            double clew,
            @Nullable Double bar,
            @Nullable Double zipkin,
            boolean rate) {

        /** How many times better Clew is. */
        String ratio() {
            if (zipkin == null || clew == 0 || zipkin == 0) {
                return "";
            }
            return number(rate ? clew / zipkin : zipkin / clew, "") + 'x';
        }
    }

    private final List<Line> lines = new ArrayList<>();

    /**
     * Adds a figure of which less is better.
     *
     * @param bar what it must not exceed, or null
     * @param zipkin Zipkin's, or null
     */
    void add(String figure, String unit, double clew, @Nullable Double bar, @Nullable Double zipkin) {
        lines.add(new Line(figure, unit, clew, bar, zipkin, false));
    }

    /** Adds a figure of which more is better. */
    void addRate(String figure, double clew, @Nullable Double zipkin) {
        lines.add(new Line(figure, "", clew, null, zipkin, true));
    }

    /** Whether every bar is kept. */
    boolean kept() {
        return lines.stream().allMatch(line -> line.bar() == null || line.clew() <= line.bar());
    }

    @Override
    public String toString() {
        StringBuilder out = new StringBuilder("| figure | Clew | bar | Zipkin | better by |\n|---|---|---|---|---|\n");
        for (Line line : lines) {
            Double bar = line.bar();
            Double zipkin = line.zipkin();
            out.append("| ").append(line.figure()).append(" | ").append(number(line.clew(), line.unit()));
            out.append(" | ");
            if (bar != null) {
                out.append("<= ").append(number(bar, line.unit())).append(line.clew() <= bar ? "" : " **missed**");
            }
            out.append(" | ")
                    .append(zipkin == null ? "" : number(zipkin, line.unit()))
                    .append(" | ");
            out.append(line.ratio()).append(" |\n");
        }
        return out.toString();
    }

    private static String number(double value, String unit) {
        String format = value >= 1000 ? "%,.0f" : value >= 20 ? "%.0f" : value >= 2 ? "%.1f" : "%.2f";
        return (String.format(Locale.ROOT, format, value) + ' ' + unit).strip();
    }
}
