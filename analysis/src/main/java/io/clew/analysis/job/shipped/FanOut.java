package io.clew.analysis.job.shipped;

import static io.clew.analysis.job.Column.real;
import static io.clew.analysis.job.Column.text;
import static io.clew.analysis.job.Column.whole;

import io.clew.analysis.cell.LatencySketch;
import io.clew.analysis.job.Column;
import io.clew.analysis.job.Groups;
import io.clew.analysis.job.Rows;
import io.clew.analysis.job.TraceJob;
import io.clew.analysis.job.WholeTrace;
import io.clew.analysis.map.OutgoingCalls;
import io.clew.analysis.trace.Attribute;
import io.clew.analysis.trace.CellWords;
import io.clew.analysis.trace.TraceView;
import io.clew.model.SpanBatch;
import io.clew.model.StatusCode;
import io.clew.model.TraceId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What one request sets off, by entry point: how many spans, and how many calls of each kind, so that a query called a hundred
 * times where one would do stands out. A request is one tree of a trace, everything below one span without a stored parent;
 * its entry point is that span's service and name. Calls are those of the dependency map.
 */
public final class FanOut implements TraceJob.Combining<FanOut.Sum> {
    private static final int ENTRIES = 2_000;
    private static final int CALLEES = 500;
    private static final List<String> OTHER_ENTRY = List.of("(other)", "(other)");
    private static final List<String> OTHER_CALLEE = List.of("(other)", "", "(other)", "(other)");
    private static final List<String> SPANS = List.of("spans", "", "", "");

    @Override
    public String about() {
        return "calls per request, by entry point and by what is called, and spans per request";
    }

    @Override
    public List<Column> columns() {
        return List.of(
                text("entry_service"),
                text("entry_operation"),
                whole("requests"),
                text("callee_kind"),
                text("callee_system"),
                text("callee"),
                text("callee_operation"),
                whole("requests_with"),
                whole("calls"),
                whole("errors"),
                real("mean"),
                real("p50"),
                real("p99"),
                whole("max"),
                text("trace_with_max"));
    }

    @Override
    public Optional<List<String>> attributesRead() {
        return Optional.of(Attribute.keys());
    }

    /** What the traces of a part add up to. */
    static final class Sum {
        private final Groups<Entry> entries = new Groups<>(ENTRIES, Entry::new, Entry::merge);
        private final OutgoingCalls outgoing = new OutgoingCalls();
        private int[] root = {};
        private int[] walk = {};
        /** Of the trace at hand: by root, its spans and its calls. */
        private final Map<Integer, Request> requests = new HashMap<>();
    }

    /** One tree of a trace. */
    private static final class Request {
        private long spans;
        private long errors;
        private final Map<List<String>, long[]> calls = new HashMap<>();
    }

    /** The requests of one entry point. */
    private static final class Entry {
        private final PerRequest spans = new PerRequest();
        private final Groups<PerRequest> callees = new Groups<>(CALLEES, PerRequest::new, PerRequest::merge);

        void merge(Entry more) {
            spans.merge(more.spans);
            callees.merge(more.callees);
        }
    }

    /** How often in one request, over the requests in which at all. */
    private static final class PerRequest {
        private final LatencySketch counts = new LatencySketch();
        private long errors;
        private @Nullable TraceId most;

        void add(long count, long failed, TraceId trace) {
            offer(count, trace);
            counts.add(count);
            errors += failed;
        }

        private void offer(long count, TraceId trace) {
            TraceId best = most;
            if (best == null || count > counts.max() || count == counts.max() && trace.compareTo(best) < 0) {
                most = trace;
            }
        }

        void merge(PerRequest more) {
            if (more.most != null) {
                offer(more.counts.max(), more.most);
            }
            counts.merge(more.counts);
            errors += more.errors;
        }
    }

    @Override
    public Sum start() {
        return new Sum();
    }

    @Override
    public void observe(Sum sum, WholeTrace trace) {
        TraceView view = trace.view();
        SpanBatch spans = view.spans();
        sum.requests.clear();
        findRoots(sum, view);
        for (int i = 0; i < view.size(); i++) {
            Request request = sum.requests.computeIfAbsent(sum.root[i], _ -> new Request());
            request.spans++;
            request.errors += isError(spans, view.row(i)) ? 1 : 0;
        }
        sum.outgoing.visit(view, (span, kind, system, name, operation) -> {
            Request request = sum.requests.computeIfAbsent(sum.root[span], _ -> new Request());
            long[] counts = request.calls.computeIfAbsent(List.of(kind, system, name, operation), _ -> new long[2]);
            counts[0]++;
            counts[1] += isError(spans, view.row(span)) ? 1 : 0;
        });
        TraceId id = trace.id();
        sum.requests.forEach((root, request) -> {
            String service = trace.serviceOf(root);
            Entry entry = sum.entries.at(service.isEmpty() ? CellWords.UNNAMED : service, trace.nameOf(root));
            entry.spans.add(request.spans, request.errors, id);
            request.calls.forEach((callee, counts) -> entry.callees.at(callee).add(counts[0], counts[1], id));
        });
    }

    private static boolean isError(SpanBatch spans, int row) {
        return spans.statusCode(row) == StatusCode.ERROR.code();
    }

    /** Finds the root of every span, each way up walked once. */
    private static void findRoots(Sum sum, TraceView view) {
        if (sum.root.length < view.size()) {
            sum.root = new int[2 * view.size()];
            sum.walk = new int[2 * view.size()];
        }
        java.util.Arrays.fill(sum.root, 0, view.size(), -1);
        for (int i = 0; i < view.size(); i++) {
            int depth = 0;
            int at = i;
            while (sum.root[at] < 0 && view.parent(at) >= 0) {
                sum.walk[depth++] = at;
                at = view.parent(at);
            }
            int root = sum.root[at] < 0 ? at : sum.root[at];
            sum.root[at] = root;
            while (depth > 0) {
                sum.root[sum.walk[--depth]] = root;
            }
        }
    }

    @Override
    public void merge(Sum sum, Sum other) {
        sum.entries.merge(other.entries);
    }

    @Override
    public void finish(Sum sum, Rows rows) {
        List<Map.Entry<List<String>, Entry>> entries =
                new ArrayList<>(sum.entries.kept().entrySet());
        entries.sort(
                Comparator.comparingLong(entry -> -entry.getValue().spans.counts.count()));
        for (Map.Entry<List<String>, Entry> entry : entries) {
            rows(entry.getKey(), entry.getValue(), rows);
        }
        sum.entries.other().ifPresent(entry -> rows(OTHER_ENTRY, entry, rows));
    }

    private static void rows(List<String> entry, Entry of, Rows rows) {
        long requests = of.spans.counts.count();
        row(entry, requests, SPANS, of.spans, false, rows);
        List<Map.Entry<List<String>, PerRequest>> callees =
                new ArrayList<>(of.callees.kept().entrySet());
        callees.sort(
                Comparator.comparingLong(callee -> -callee.getValue().counts.sum()));
        for (Map.Entry<List<String>, PerRequest> callee : callees) {
            row(entry, requests, callee.getKey(), callee.getValue(), false, rows);
        }
        of.callees.other().ifPresent(calls -> row(entry, requests, OTHER_CALLEE, calls, true, rows));
    }

    private static void row(
            List<String> entry, long requests, List<String> callee, PerRequest calls, boolean other, Rows rows) {
        long with = calls.counts.count();
        long total = calls.counts.sum();
        long max = calls.counts.max();
        // Of callees together only sums are known: what one request called of several counts as several requests.
        if (!other) {
            calls.counts.addZeros(requests - with);
        }
        rows.add(
                entry.get(0),
                entry.get(1),
                requests,
                callee.get(0),
                callee.get(1),
                callee.get(2),
                callee.get(3),
                other ? null : with,
                total,
                calls.errors,
                rounded((double) total / requests),
                other ? null : rounded(calls.counts.quantile(0.5)),
                other ? null : rounded(calls.counts.quantile(0.99)),
                other ? null : max,
                other ? null : calls.most);
    }

    private static double rounded(double number) {
        return Math.rint(number * 1000) / 1000;
    }
}
