package io.clew.analysis.job.shipped;

import static io.clew.analysis.job.Column.real;
import static io.clew.analysis.job.Column.text;
import static io.clew.analysis.job.Column.whole;

import io.clew.analysis.cell.LatencySketch;
import io.clew.analysis.job.Column;
import io.clew.analysis.job.Groups;
import io.clew.analysis.job.Rows;
import io.clew.analysis.job.Span;
import io.clew.analysis.job.TraceJob;
import io.clew.analysis.job.WholeTrace;
import io.clew.analysis.sql.SqlForm;
import io.clew.analysis.trace.Attribute;
import io.clew.analysis.trace.CellWords;
import io.clew.model.SpanKind;
import io.clew.model.TraceId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * SQL statements by their {@linkplain SqlForm form}, those with most time in all first. A span counts when its query text is
 * SQL, or when it has none and its system speaks SQL: then its query summary, or else its name, stands for the statement. Of
 * nested spans of one service with the same text (a mapper around a driver) the innermost counts.
 */
public final class SlowSql implements TraceJob.Combining<SlowSql.Sum> {
    private static final int STATEMENTS = 10_000;
    private static final int FORMS_REMEMBERED = 20_000;
    private static final int CHARS_REMEMBERED = 8 << 20;
    private static final double NANOS_PER_MILLI = 1e6;
    private static final List<String> OTHER = List.of("(other)", "", "", "(other)");

    @Override
    public String about() {
        return "SQL statements without their values: calls, errors, durations, most calls in one trace";
    }

    @Override
    public List<Column> columns() {
        return List.of(
                text("service"),
                text("system"),
                text("database"),
                text("statement"),
                whole("calls"),
                whole("errors"),
                whole("traces"),
                whole("most_in_a_trace"),
                real("total_ms"),
                real("mean_ms"),
                real("p50_ms"),
                real("p95_ms"),
                real("p99_ms"),
                real("max_ms"),
                text("slowest_trace"),
                text("slowest_span"));
    }

    @Override
    public Optional<List<String>> attributesRead() {
        return Optional.of(Attribute.keys());
    }

    /** What the traces of a part add up to. */
    static final class Sum {
        private final Groups<Calls> calls = new Groups<>(STATEMENTS, Calls::new, Calls::merge);
        private final Map<Text, String> forms = new HashMap<>();
        /** Characters of the statements in {@link #forms}. */
        private int remembered;

        private long trace;

        private String form(String statement, String system) {
            if (forms.size() > FORMS_REMEMBERED || remembered > CHARS_REMEMBERED) {
                forms.clear();
                remembered = 0;
            }
            return forms.computeIfAbsent(new Text(statement, system), text -> {
                remembered += statement.length();
                return SqlForm.isSql(statement, system) ? SqlForm.of(statement, system) : "";
            });
        }
    }

    private record Text(String statement, String system) {}

    /** The calls of one statement. */
    private static final class Calls {
        private long errors;
        private long traces;
        private long most;
        private final LatencySketch durations = new LatencySketch();
        private long slowest = -1;
        private @Nullable TraceId slowestTrace;
        private long slowestSpan;
        /** The trace counted last, and the calls in it. */
        private long trace;

        private long inTrace;

        void add(Span span, TraceId id, long traceNumber) {
            if (trace != traceNumber) {
                trace = traceNumber;
                inTrace = 0;
                traces++;
            }
            most = Math.max(most, ++inTrace);
            errors += span.isError() ? 1 : 0;
            durations.add(span.duration());
            offer(span.duration(), id, span.id());
        }

        private void offer(long duration, TraceId id, long span) {
            TraceId best = slowestTrace;
            int order = best == null ? 1 : Long.compare(duration, slowest);
            if (order == 0 && best != null) {
                order = best.compareTo(id);
            }
            if (order == 0) {
                order = Long.compareUnsigned(slowestSpan, span);
            }
            if (order > 0) {
                slowest = duration;
                slowestTrace = id;
                slowestSpan = span;
            }
        }

        void merge(Calls more) {
            errors += more.errors;
            traces += more.traces;
            most = Math.max(most, more.most);
            durations.merge(more.durations);
            if (more.slowestTrace != null) {
                offer(more.slowest, more.slowestTrace, more.slowestSpan);
            }
        }
    }

    @Override
    public Sum start() {
        return new Sum();
    }

    @Override
    public void observe(Sum sum, WholeTrace trace) {
        sum.trace++;
        TraceId id = trace.id();
        List<Span> spans = trace.spans();
        for (int i = 0; i < spans.size(); i++) {
            Span span = spans.get(i);
            if (span.kind() == SpanKind.SERVER || span.kind() == SpanKind.CONSUMER) {
                continue;
            }
            String system = span.text(Attribute.DB_SYSTEM);
            String query = span.text(Attribute.DB_QUERY);
            if (system.isEmpty() && query.isEmpty() || isAround(span, query)) {
                continue;
            }
            String form = query.isEmpty() ? named(span, system) : sum.form(query, system);
            if (!form.isEmpty()) {
                String service = span.service();
                sum.calls
                        .at(
                                service.isEmpty() ? CellWords.UNNAMED : service,
                                system,
                                span.text(Attribute.DB_NAMESPACE),
                                form)
                        .add(span, id, sum.trace);
            }
        }
    }

    /** Whether a child of the same service has the same query text. */
    private static boolean isAround(Span span, String query) {
        if (query.isEmpty()) {
            return false;
        }
        for (Span child : span.children()) {
            if (child.text(Attribute.DB_QUERY).equals(query) && child.service().equals(span.service())) {
                return true;
            }
        }
        return false;
    }

    /** What stands for the statement of a span without a text. */
    private static String named(Span span, String system) {
        if (!SqlForm.speaksSql(system)) {
            return "";
        }
        String summary = span.text(Attribute.DB_SUMMARY);
        return summary.isEmpty() ? span.name() : summary;
    }

    @Override
    public void merge(Sum sum, Sum other) {
        sum.calls.merge(other.calls);
    }

    @Override
    public void finish(Sum sum, Rows rows) {
        List<Map.Entry<List<String>, Calls>> all =
                new ArrayList<>(sum.calls.kept().entrySet());
        all.sort(Comparator.comparingLong(entry -> -entry.getValue().durations.sum()));
        for (Map.Entry<List<String>, Calls> entry : all) {
            row(entry.getKey(), entry.getValue(), false, rows);
        }
        sum.calls.other().ifPresent(calls -> row(OTHER, calls, true, rows));
    }

    private static void row(List<String> key, Calls calls, boolean other, Rows rows) {
        LatencySketch durations = calls.durations;
        rows.add(
                key.get(0),
                key.get(1),
                key.get(2),
                key.get(3),
                durations.count(),
                calls.errors,
                // Statements together: a trace with two of them would count twice.
                other ? null : calls.traces,
                other ? null : calls.most,
                millis((double) durations.sum()),
                millis(durations.mean()),
                millis(durations.quantile(0.5)),
                millis(durations.quantile(0.95)),
                millis(durations.quantile(0.99)),
                millis((double) durations.max()),
                calls.slowestTrace,
                io.clew.model.Hex.of(calls.slowestSpan));
    }

    /** Milliseconds, to the nanosecond. */
    private static double millis(double nanos) {
        return Math.rint(nanos) / NANOS_PER_MILLI;
    }
}
