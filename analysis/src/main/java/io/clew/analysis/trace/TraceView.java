package io.clew.analysis.trace;

import io.clew.model.ByteDictionary;
import io.clew.model.SpanBatch;
import java.util.Arrays;

/**
 * One whole trace: some rows of a batch, seen in place, and the tree they form. Reusable, so that a trace costs no
 * memory; not thread-safe.
 *
 * <p>Spans are numbered from 0 in the order of their rows, which means nothing: what is worked out from a trace must not
 * depend on it. Therefore the parent of a span is chosen by content where several spans have the id it names: a
 * server or consumer prefers the client or producer, any other the server or consumer; then the one that starts, ends, is named
 * first. A server or consumer that shares its own id with a client or producer (as Zipkin's do) is that one's child. A
 * circle of parents has none.
 */
public final class TraceView {
    private static final int SERVER = 2;
    private static final int CLIENT = 3;
    private static final int PRODUCER = 4;
    private static final int CONSUMER = 5;

    private SpanBatch spans = new SpanBatch();
    private int[] rows = {};
    private int from;
    private int size;
    private long start;
    private int[] parents = new int[64];
    private int[] state = new int[64];
    private int[] next = new int[64];
    private int[] table = new int[128];

    /** Turns to {@code rowsOfBatch[first]} to {@code rowsOfBatch[end - 1]}, which are all spans of one trace. */
    public TraceView bind(SpanBatch batch, int[] rowsOfBatch, int first, int end) {
        spans = batch;
        rows = rowsOfBatch;
        from = first;
        size = end - first;
        if (parents.length < size) {
            int wider = Math.max(size, 2 * parents.length);
            parents = new int[wider];
            state = new int[wider];
            next = new int[wider];
        }
        start = SpanBatch.NO_TIME;
        for (int i = 0; i < size; i++) {
            int row = rows[from + i];
            if (batch.validStart(row) && (start == SpanBatch.NO_TIME || batch.start(row) < start)) {
                start = batch.start(row);
            }
        }
        index();
        for (int i = 0; i < size; i++) {
            parents[i] = findParent(i);
        }
        breakCircles();
        return this;
    }

    public SpanBatch spans() {
        return spans;
    }

    public int size() {
        return size;
    }

    /** The row in {@link #spans()} of span {@code i}. */
    public int row(int i) {
        return rows[from + i];
    }

    /** The number of the parent of span {@code i}, or -1: it has none, or none that is stored. */
    public int parent(int i) {
        return parents[i];
    }

    /** The smallest valid start, or {@link SpanBatch#NO_TIME}. */
    public long start() {
        return start;
    }

    /** The number of the span with this id, a client or producer if there are several; -1 when it is not here. */
    public int find(long spanId) {
        return best(-1, first(spanId), true, false);
    }

    /** Whether span {@code i} names a parent that is not stored. */
    public boolean isOrphan(int i) {
        return parents[i] < 0 && spans.parentSpanId(row(i)) != 0;
    }

    private void index() {
        int slots = Integer.highestOneBit(Math.max(16, size)) * 4;
        if (table.length < slots) {
            table = new int[slots];
        } else {
            Arrays.fill(table, 0, slots, 0);
        }
        int mask = slots - 1;
        for (int i = 0; i < size; i++) {
            long id = spans.spanId(row(i));
            int slot = slot(id) & mask;
            while (table[slot] != 0 && spans.spanId(row(table[slot] - 1)) != id) {
                slot = slot + 1 & mask;
            }
            next[i] = table[slot] - 1;
            table[slot] = i + 1;
        }
    }

    private static int slot(long id) {
        long h = id * 0x9E3779B97F4A7C15L;
        return (int) (h >>> 32);
    }

    /** The first of the spans with this id, or -1; {@link #next} leads to the others. */
    private int first(long id) {
        int mask = Integer.highestOneBit(Math.max(16, size)) * 4 - 1;
        int slot = slot(id) & mask;
        while (table[slot] != 0 && spans.spanId(row(table[slot] - 1)) != id) {
            slot = slot + 1 & mask;
        }
        return table[slot] - 1;
    }

    private int findParent(int i) {
        int row = row(i);
        int kind = spans.kind(row);
        boolean receives = kind == SERVER || kind == CONSUMER;
        if (receives) {
            int sharing = best(i, first(spans.spanId(row)), true, true);
            if (sharing >= 0) {
                return sharing;
            }
        }
        long parentId = spans.parentSpanId(row);
        return parentId == 0 ? -1 : best(i, first(parentId), receives, false);
    }

    private int best(int child, int candidate, boolean wantSender, boolean onlyWanted) {
        int best = -1;
        for (int i = candidate; i >= 0; i = next[i]) {
            if (i != child && (!onlyWanted || isSender(i)) && (best < 0 || before(i, best, wantSender))) {
                best = i;
            }
        }
        return best;
    }

    private boolean isSender(int i) {
        int kind = spans.kind(row(i));
        return kind == CLIENT || kind == PRODUCER;
    }

    private boolean isReceiver(int i) {
        int kind = spans.kind(row(i));
        return kind == SERVER || kind == CONSUMER;
    }

    private boolean before(int a, int b, boolean wantSender) {
        boolean wantedA = wantSender ? isSender(a) : isReceiver(a);
        boolean wantedB = wantSender ? isSender(b) : isReceiver(b);
        if (wantedA != wantedB) {
            return wantedA;
        }
        int order = Long.compareUnsigned(spans.start(row(a)), spans.start(row(b)));
        if (order == 0) {
            order = Long.compareUnsigned(spans.end(row(a)), spans.end(row(b)));
        }
        if (order == 0) {
            order = Integer.compare(spans.kind(row(a)), spans.kind(row(b)));
        }
        return order == 0 ? compareNames(a, b) < 0 : order < 0;
    }

    private int compareNames(int a, int b) {
        ByteDictionary texts = spans.dictionary();
        int left = spans.name(row(a));
        int right = spans.name(row(b));
        return Arrays.compareUnsigned(
                texts.array(),
                texts.offset(left),
                texts.offset(left) + texts.length(left),
                texts.array(),
                texts.offset(right),
                texts.offset(right) + texts.length(right));
    }

    private void breakCircles() {
        Arrays.fill(state, 0, size, 0);
        for (int i = 0; i < size; i++) {
            int at = i;
            while (at >= 0 && state[at] == 0) {
                state[at] = i + 1;
                at = parents[at];
            }
            if (at >= 0 && state[at] == i + 1) {
                // The walk met itself, unless it ended in what an earlier walk settled.
                int member = at;
                while (parents[member] >= 0) {
                    int following = parents[member];
                    parents[member] = -1;
                    member = following;
                }
            }
        }
    }
}
