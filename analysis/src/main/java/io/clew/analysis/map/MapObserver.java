package io.clew.analysis.map;

import io.clew.analysis.cell.Cell;
import io.clew.analysis.cell.Row;
import io.clew.analysis.trace.CellWords;
import io.clew.analysis.trace.Observer;
import io.clew.analysis.trace.SpanAttributes;
import io.clew.analysis.trace.TraceView;
import io.clew.model.SpanBatch;
import io.clew.model.SpanKind;
import io.clew.model.StatusCode;
import java.util.Arrays;

/**
 * Fills the tables of {@link ServiceMap}. A request is one tree of a trace: everything below one span without a stored
 * parent. Every call counts once as an edge, once in the matrix of its request's entry point, and once on its path.
 *
 * <p>A consumer's links to spans of the same trace count as messages from those, beside the one from its parent. Links to
 * other traces cannot, since a cell is made of its own traces only; their messages show as an edge into the queue and
 * one out of it.
 */
public final class MapObserver implements Observer {
    private static final long SECOND = 1_000_000_000L;

    private final CallGraph calls;
    private final Peer peer;
    private final int[] edge = new int[8];
    private final int[] entry = new int[4];
    private final int[] place = new int[2];
    private final int[] target = new int[5];
    private final int[] path = new int[ServiceMap.DEPTH];
    private final int[] pair = new int[6];
    /** By (the entry of the path before, or ~root at its beginning; node). */
    private final Tally paths = new Tally(2);
    /** By (root, node kind, system, name, operation). */
    private final Tally matrix = new Tally(5);

    private int[] root = new int[64];
    private int[] pathOf = new int[64];
    private int[] walk = new int[64];

    /** @param attributes shared by all that look at spans one after the other */
    public MapObserver(SpanAttributes attributes) {
        calls = new CallGraph(attributes);
        peer = new Peer(attributes);
    }

    @Override
    public void observe(TraceView trace, CellWords words, Cell cell) {
        int size = trace.size();
        if (root.length < size) {
            int wider = Math.max(size, 2 * root.length);
            root = new int[wider];
            pathOf = new int[wider];
            walk = new int[wider];
        }
        Arrays.fill(root, 0, size, -1);
        paths.clear();
        matrix.clear();
        calls.bind(trace, words);
        for (int i = 0; i < size; i++) {
            place(trace, i, words, cell);
        }
        for (int i = 0; i < size; i++) {
            if (calls.arrives(i)) {
                arrival(trace, i, words, cell);
            }
            if (calls.reachesOut(i)) {
                reach(trace, i, words, cell);
            }
            links(trace, i, words, cell);
        }
        flushPaths(trace, cell);
        flushMatrix(trace, words, cell);
    }

    /** Finds the span's root and path, after those of its ancestors. */
    private void place(TraceView trace, int span, CellWords words, Cell cell) {
        int depth = 0;
        int at = span;
        while (at >= 0 && root[at] < 0) {
            walk[depth++] = at;
            at = trace.parent(at);
        }
        while (depth > 0) {
            int next = walk[--depth];
            int parent = trace.parent(next);
            int service = service(trace, next, words);
            if (parent < 0) {
                root[next] = next;
                pathOf[next] = step(~next, service, trace, next);
                enter(trace, next, words, cell);
            } else {
                root[next] = root[parent];
                pathOf[next] = calls.arrives(next) ? step(pathOf[parent], service, trace, next) : pathOf[parent];
            }
        }
    }

    /** Counts a call at the end of a path, which grows by a node unless it has reached its depth. */
    private int step(int from, int node, TraceView trace, int span) {
        boolean error = isError(trace, span);
        if (from >= 0 && depthOf(from) == ServiceMap.DEPTH) {
            paths.count(from, error);
            return from;
        }
        place[0] = from;
        place[1] = node;
        return paths.add(place, error);
    }

    private int depthOf(int entry) {
        int depth = 1;
        for (int at = paths.key(entry, 0); at >= 0; at = paths.key(at, 0)) {
            depth++;
        }
        return depth;
    }

    private void enter(TraceView trace, int span, CellWords words, Cell cell) {
        SpanBatch spans = trace.spans();
        int row = trace.row(span);
        entry[0] = service(trace, span, words);
        entry[1] = words.word(spans.name(row));
        entry[2] = SpanKind.of(spans.kind(row)).code();
        entry[3] = trace.isOrphan(span) ? 1 : 0;
        Row to = cell.table(ServiceMap.ENTRIES).row(entry);
        to.add(ServiceMap.REQUESTS, 1);
        if (isError(trace, span)) {
            to.add(ServiceMap.ENTRY_ERRORS, 1);
        }
        if (isTimed(trace, span)) {
            to.sketch(0).add(spans.duration(row));
        }
        mark(to, trace, span, cell);
    }

    private void arrival(TraceView trace, int span, CellWords words, Cell cell) {
        int parent = trace.parent(span);
        boolean message = calls.isMessage(span);
        Row to = serviceEdge(trace, parent, span, message, words, cell);
        boolean callerTimed = calls.callerTimed(span) && isTimed(trace, parent);
        boolean calleeTimed = calls.calleeTimed(span) && isTimed(trace, span);
        if (callerTimed) {
            to.sketch(ServiceMap.CALLER).add(duration(trace, parent));
        }
        if (calleeTimed) {
            to.sketch(ServiceMap.CALLEE).add(duration(trace, span));
        }
        if (callerTimed && calleeTimed) {
            gap(to, trace, parent, span, message);
        }
        SpanBatch spans = trace.spans();
        target(
                ServiceMap.SERVICE,
                0,
                service(trace, span, words),
                words.word(spans.name(trace.row(span))),
                trace,
                span);
    }

    private Row serviceEdge(TraceView trace, int caller, int callee, boolean message, CellWords words, Cell cell) {
        edge[0] = ServiceMap.SERVICE;
        edge[1] = 0;
        edge[2] = service(trace, caller, words);
        edge[3] = ServiceMap.SERVICE;
        edge[4] = 0;
        edge[5] = service(trace, callee, words);
        edge[6] = 0;
        edge[7] = message ? ServiceMap.MESSAGE : ServiceMap.CALL;
        Row to = cell.table(ServiceMap.EDGES).row(edge);
        to.add(ServiceMap.EDGE_CALLS, 1);
        boolean callerError = isError(trace, caller) && (message || calls.callerTimed(callee));
        boolean calleeError = isError(trace, callee);
        to.add(ServiceMap.CALLER_ERRORS, callerError ? 1 : 0);
        to.add(ServiceMap.CALLEE_ERRORS, calleeError ? 1 : 0);
        to.add(ServiceMap.EDGE_ERRORS, callerError || calleeError ? 1 : 0);
        mark(to, trace, callee, cell);
        return to;
    }

    private static void gap(Row to, TraceView trace, int caller, int callee, boolean message) {
        SpanBatch spans = trace.spans();
        long gap = message
                ? spans.start(trace.row(callee)) - spans.end(trace.row(caller))
                : duration(trace, caller) - duration(trace, callee);
        if (gap < 0) {
            to.add(ServiceMap.SKEWED, 1);
        } else {
            to.sketch(ServiceMap.GAP).add(gap);
        }
    }

    private void reach(TraceView trace, int span, CellWords words, Cell cell) {
        SpanBatch spans = trace.spans();
        int row = trace.row(span);
        if (!peer.read(spans, row, words)) {
            return;
        }
        boolean receives = calls.receives(span);
        int service = service(trace, span, words);
        edge[0] = receives ? peer.kind : ServiceMap.SERVICE;
        edge[1] = receives ? peer.system : 0;
        edge[2] = receives ? peer.name : service;
        edge[3] = receives ? ServiceMap.SERVICE : peer.kind;
        edge[4] = receives ? 0 : peer.system;
        edge[5] = receives ? service : peer.name;
        edge[6] = peer.part;
        edge[7] = peer.kind == ServiceMap.QUEUE ? ServiceMap.MESSAGE : ServiceMap.CALL;
        Row to = cell.table(ServiceMap.EDGES).row(edge);
        to.add(ServiceMap.EDGE_CALLS, 1);
        if (isError(trace, span)) {
            to.add(ServiceMap.EDGE_ERRORS, 1);
            to.add(receives ? ServiceMap.CALLEE_ERRORS : ServiceMap.CALLER_ERRORS, 1);
        }
        if (isTimed(trace, span)) {
            to.sketch(receives ? ServiceMap.CALLEE : ServiceMap.CALLER).add(duration(trace, span));
        }
        mark(to, trace, span, cell);
        if (!receives) {
            target(peer.kind, peer.system, peer.name, peer.operation(row, words), trace, span);
            int _ = step(pathOf[span], peer.name != 0 ? peer.name : peer.system, trace, span);
        }
    }

    private void links(TraceView trace, int span, CellWords words, Cell cell) {
        SpanBatch spans = trace.spans();
        int row = trace.row(span);
        if (!calls.receives(span)) {
            return;
        }
        for (int link = spans.linksFrom(row), to = spans.linksTo(row); link < to; link++) {
            if (spans.linkTraceIdLow(link) == spans.traceIdLow(row)
                    && spans.linkTraceIdHigh(link) == spans.traceIdHigh(row)) {
                int sender = trace.find(spans.linkSpanId(link));
                if (sender >= 0 && sender != span && !(sender == trace.parent(span) && calls.arrives(span))) {
                    Row into = serviceEdge(trace, sender, span, true, words, cell);
                    if (isTimed(trace, sender) && isTimed(trace, span)) {
                        into.sketch(ServiceMap.CALLER).add(duration(trace, sender));
                        into.sketch(ServiceMap.CALLEE).add(duration(trace, span));
                        gap(into, trace, sender, span, true);
                    }
                }
            }
        }
    }

    private void target(int kind, int system, int name, int operation, TraceView trace, int span) {
        target[0] = root[span];
        target[1] = kind;
        target[2] = system;
        target[3] = name;
        target[4] = operation;
        int _ = matrix.add(target, isError(trace, span));
    }

    private void flushPaths(TraceView trace, Cell cell) {
        for (int i = 0; i < paths.size(); i++) {
            Arrays.fill(path, 0);
            int depth = depthOf(i);
            for (int at = i; at >= 0; at = paths.key(at, 0)) {
                path[--depth] = paths.key(at, 1);
            }
            Row row = cell.table(ServiceMap.PATHS).row(path);
            row.add(ServiceMap.REQUESTS, 1);
            row.add(ServiceMap.PATH_CALLS, paths.count(i));
            row.add(ServiceMap.PATH_ERRORS, paths.errors(i));
            example(row, trace, rootOf(i));
        }
    }

    /** The span a path begins at. */
    private int rootOf(int entry) {
        int at = entry;
        while (at >= 0) {
            at = paths.key(at, 0);
        }
        return ~at;
    }

    private void flushMatrix(TraceView trace, CellWords words, Cell cell) {
        for (int i = 0; i < matrix.size(); i++) {
            int from = matrix.key(i, 0);
            pair[0] = service(trace, from, words);
            pair[1] = words.word(trace.spans().name(trace.row(from)));
            for (int part = 1; part < 5; part++) {
                pair[part + 1] = matrix.key(i, part);
            }
            Row row = cell.table(ServiceMap.MATRIX).row(pair);
            row.add(ServiceMap.REQUESTS, 1);
            row.add(ServiceMap.MATRIX_CALLS, matrix.count(i));
            row.add(ServiceMap.MATRIX_ERRORS, matrix.errors(i));
            row.largest(ServiceMap.MOST_CALLS, matrix.count(i));
            example(row, trace, from);
        }
    }

    private static int service(TraceView trace, int span, CellWords words) {
        return words.service(trace.spans().resource(trace.row(span)));
    }

    private static boolean isError(TraceView trace, int span) {
        return trace.spans().statusCode(trace.row(span)) == StatusCode.ERROR.code();
    }

    private static boolean isTimed(TraceView trace, int span) {
        int row = trace.row(span);
        return trace.spans().validStart(row) && trace.spans().validEnd(row);
    }

    private static long duration(TraceView trace, int span) {
        return trace.spans().duration(trace.row(span));
    }

    /** Notes when it was, and offers the span as an example. */
    private static void mark(Row to, TraceView trace, int span, Cell cell) {
        SpanBatch spans = trace.spans();
        int row = trace.row(span);
        if (spans.validStart(row)) {
            to.seen(spans.start(row));
            to.second(spans.start(row) / SECOND - cell.minute() * 60);
        }
        example(to, trace, span);
    }

    private static void example(Row to, TraceView trace, int span) {
        SpanBatch spans = trace.spans();
        int row = trace.row(span);
        to.example(
                spans.traceIdHigh(row),
                spans.traceIdLow(row),
                spans.spanId(row),
                spans.duration(row),
                spans.start(row));
    }
}
