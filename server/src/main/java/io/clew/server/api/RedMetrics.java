package io.clew.server.api;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.clew.analysis.LiveCells;
import io.clew.analysis.cell.Cell;
import io.clew.analysis.cell.LatencySketch;
import io.clew.analysis.cell.Row;
import io.clew.analysis.cell.Table;
import io.clew.analysis.map.ServiceMap;
import io.clew.analysis.red.Red;
import io.clew.model.SpanKind;
import io.clew.model.StatusCode;
import io.clew.server.query.Problem;
import io.clew.server.query.Queries;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The page {@code /metrics/red} in Prometheus's text format: rates, errors and durations under the names of Tempo's metrics
 * generator ({@code traces_spanmetrics_*}, {@code traces_service_graph_*}) and of Jaeger's service performance monitoring
 * ({@code traces_span_metrics_*}), so that dashboards made for either work. Counters are of the traces kept and of those
 * since the start; they go back only when traces are deleted or the process starts anew. What exceeds the limit of series
 * is in one series labelled {@code metric_overflow="true"}.
 */
public final class RedMetrics {
    private final Queries queries;
    private final LiveCells cells;
    private final boolean live;

    /** @param live whether the cells are kept up to date; counters need that */
    public RedMetrics(Queries queries, LiveCells cells, boolean live) {
        this.queries = queries;
        this.cells = cells;
        this.live = live;
    }

    /** The page, or why there is none now. */
    public HttpResponse answer(ServiceRequestContext context, MediaType type) {
        if (!live) {
            return Problem.unavailable("live analysis is switched off; analysis.live: on in the configuration file,"
                            + " CLEW_ANALYSIS_LIVE=on or --analysis-live on switches it on")
                    .toResponse();
        }
        return queries.text(context, type.toString(), (_, control, out) -> {
            Cell total;
            try {
                total = cells.total(1, control);
            } catch (IllegalStateException e) {
                throw Problem.unavailable(String.valueOf(e.getMessage()));
            }
            if (total == null) {
                throw Problem.unavailable("what is stored is still being added up");
            }
            Writer text = new OutputStreamWriter(out, StandardCharsets.UTF_8);
            write(total, new Page(text));
            text.flush();
        });
    }

    /** Sums of spans with the same labels. */
    private static final class Sums {
        private long calls;
        private final LatencySketch durations = new LatencySketch();

        private void add(Row row) {
            calls += row.sum(Red.CALLS);
            durations.merge(row.sketch(0));
        }
    }

    private static void write(Cell cell, Page page) throws IOException {
        spans(cell.table(Red.SERIES), page);
        edges(cell.table(ServiceMap.EDGES), page);
    }

    private static void spans(Table series, Page page) throws IOException {
        SortedMap<List<String>, Sums> byLabels =
                new TreeMap<>((a, b) -> String.join("\0", a).compareTo(String.join("\0", b)));
        for (int i = 0; i < series.size(); i++) {
            List<String> labels = List.of(
                    series.text(i, 0),
                    series.text(i, 1),
                    "SPAN_KIND_" + SpanKind.of(series.number(i, 4)),
                    "STATUS_CODE_" + StatusCode.of(series.number(i, 3)));
            byLabels.computeIfAbsent(labels, _ -> new Sums()).add(series.row(i));
        }
        List<String> tempo = new ArrayList<>();
        List<String> jaeger = new ArrayList<>();
        List<Sums> sums = new ArrayList<>();
        byLabels.forEach((labels, sum) -> {
            tempo.add(Page.labels(
                    "service",
                    labels.get(0),
                    "span_name",
                    labels.get(1),
                    "span_kind",
                    labels.get(2),
                    "status_code",
                    labels.get(3)));
            jaeger.add(Page.labels(
                    "service_name",
                    labels.get(0),
                    "span_name",
                    labels.get(1),
                    "span_kind",
                    labels.get(2),
                    "status_code",
                    labels.get(3)));
            sums.add(sum);
        });
        Row other = series.otherRow();
        if (other != null) {
            Sums overflow = new Sums();
            overflow.add(other);
            tempo.add(Page.OVERFLOW);
            jaeger.add(Page.OVERFLOW);
            sums.add(overflow);
        }
        page.family("traces_spanmetrics_calls_total", "counter", "Spans");
        for (int i = 0; i < sums.size(); i++) {
            page.sample("traces_spanmetrics_calls_total", tempo.get(i), sums.get(i).calls);
        }
        page.family("traces_spanmetrics_latency", "histogram", "Durations of spans in seconds");
        for (int i = 0; i < sums.size(); i++) {
            page.histogram(
                    "traces_spanmetrics_latency", tempo.get(i), sums.get(i).durations, Page.LATENCY_SECONDS, 1e9);
        }
        page.family("traces_span_metrics_calls_total", "counter", "Spans");
        for (int i = 0; i < sums.size(); i++) {
            page.sample("traces_span_metrics_calls_total", jaeger.get(i), sums.get(i).calls);
        }
        page.family("traces_span_metrics_duration_milliseconds", "histogram", "Durations of spans in milliseconds");
        for (int i = 0; i < sums.size(); i++) {
            page.histogram(
                    "traces_span_metrics_duration_milliseconds",
                    jaeger.get(i),
                    sums.get(i).durations,
                    Page.LATENCY_MILLIS,
                    1e6);
        }
    }

    /** An edge of the service graph as Tempo draws it: a queue between is left out, since both its sides are in one trace. */
    private record Edge(String labels, Row row) {}

    private static void edges(Table table, Page page) throws IOException {
        SortedMap<String, Row> byLabels = new TreeMap<>();
        for (int i = 0; i < table.size(); i++) {
            if (table.number(i, 0) != ServiceMap.SERVICE || table.number(i, 3) == ServiceMap.QUEUE) {
                continue;
            }
            int callee = table.number(i, 3);
            String server = table.text(i, 5).isEmpty() ? table.text(i, 4) : table.text(i, 5);
            String type = table.number(i, 7) == ServiceMap.MESSAGE
                    ? "messaging_system"
                    : callee == ServiceMap.DATABASE || callee == ServiceMap.CACHE
                            ? "database"
                            : callee == ServiceMap.EXTERNAL ? "virtual_node" : "";
            String labels = Page.labels("client", table.text(i, 2), "server", server, "connection_type", type);
            Row known = byLabels.get(labels);
            byLabels.put(labels, known == null ? table.row(i) : known.plus(table.row(i)));
        }
        List<Edge> edges = new ArrayList<>();
        byLabels.forEach((labels, row) -> edges.add(new Edge(labels, row)));
        Row other = table.otherRow();
        if (other != null) {
            edges.add(new Edge(Page.OVERFLOW, other));
        }
        page.family("traces_service_graph_request_total", "counter", "Calls between two nodes");
        for (Edge edge : edges) {
            page.sample("traces_service_graph_request_total", edge.labels, edge.row.sum(ServiceMap.EDGE_CALLS));
        }
        page.family("traces_service_graph_request_failed_total", "counter", "Calls with an error on either side");
        for (Edge edge : edges) {
            page.sample("traces_service_graph_request_failed_total", edge.labels, edge.row.sum(ServiceMap.EDGE_ERRORS));
        }
        histogram(
                "traces_service_graph_request_client_seconds",
                "Calls as the caller saw them",
                ServiceMap.CALLER,
                edges,
                page);
        histogram(
                "traces_service_graph_request_server_seconds",
                "Calls as the callee saw them",
                ServiceMap.CALLEE,
                edges,
                page);
        page.family(
                "traces_service_graph_request_messaging_system_seconds",
                "histogram",
                "From the end of sending a message to the start of handling it");
        for (Edge edge : edges) {
            if (edge.labels.contains("connection_type=\"messaging_system\"")) {
                page.histogram(
                        "traces_service_graph_request_messaging_system_seconds",
                        edge.labels,
                        edge.row.sketch(ServiceMap.GAP),
                        Page.GRAPH_SECONDS,
                        1e9);
            }
        }
    }

    private static void histogram(String name, String help, int sketch, List<Edge> edges, Page page)
            throws IOException {
        page.family(name, "histogram", help);
        for (Edge edge : edges) {
            page.histogram(name, edge.labels, edge.row.sketch(sketch), Page.GRAPH_SECONDS, 1e9);
        }
    }

    /** The text of the page, written line by line: with every series there may be it is larger than a small heap. */
    private static final class Page {
        private static final String OVERFLOW = "metric_overflow=\"true\"";
        private static final double[] LATENCY_SECONDS = powers(0.002, 14);
        private static final double[] GRAPH_SECONDS = powers(0.1, 8);
        private static final double[] LATENCY_MILLIS = powers(2, 14);

        private final Writer text;

        private Page(Writer text) {
            this.text = text;
        }

        private static double[] powers(double first, int count) {
            double[] bounds = new double[count];
            for (int i = 0; i < count; i++) {
                bounds[i] = first * (1L << i);
            }
            return bounds;
        }

        private void family(String name, String type, String help) throws IOException {
            text.append("# HELP ").append(name).append(" ").append(help).append('\n');
            text.append("# TYPE ").append(name).append(" ").append(type).append('\n');
        }

        private void sample(String name, String labels, long value) throws IOException {
            text.append(name)
                    .append('{')
                    .append(labels)
                    .append("} ")
                    .append(Long.toString(value))
                    .append('\n');
        }

        private void histogram(String name, String labels, LatencySketch sketch, double[] bounds, double nanosPerUnit)
                throws IOException {
            for (double bound : bounds) {
                sample(name + "_bucket", labels + ",le=\"" + number(bound) + "\"", sketch.countUpTo((long)
                        (bound * nanosPerUnit)));
            }
            sample(name + "_bucket", labels + ",le=\"+Inf\"", sketch.count());
            text.append(name)
                    .append("_sum{")
                    .append(labels)
                    .append("} ")
                    .append(Double.toString(sketch.sum() / nanosPerUnit))
                    .append('\n');
            sample(name + "_count", labels, sketch.count());
        }

        private static String number(double value) {
            return new java.math.BigDecimal(value)
                    .round(new java.math.MathContext(6))
                    .stripTrailingZeros()
                    .toPlainString();
        }

        private static String labels(String... namesAndValues) {
            StringBuilder labels = new StringBuilder();
            for (int i = 0; i < namesAndValues.length; i += 2) {
                labels.append(i == 0 ? "" : ",")
                        .append(namesAndValues[i])
                        .append("=\"")
                        .append(namesAndValues[i + 1]
                                .replace("\\", "\\\\")
                                .replace("\"", "\\\"")
                                .replace("\n", "\\n"))
                        .append('"');
            }
            return labels.toString();
        }
    }
}
