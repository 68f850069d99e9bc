package io.clew.analysis.trace;

import io.clew.model.ByteDictionary;
import io.clew.model.SpanBatch;
import java.security.SecureRandom;
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
    /** Nobody outside knows it, so nobody can send ids that all fall into one slot. */
    private static final long KEY = new SecureRandom().nextLong();

    private static final int NOT_CHOSEN = -2;

    private SpanBatch spans = new SpanBatch();
    private int[] rows = {};
    private int from;
    private int size;
    private long start;
    private int[] parents = new int[64];
    private int[] state = new int[64];
    private int[] next = new int[64];
    private int[] table = new int[128];
    /**
     * Of spans that share an id, at four times the number of the first: the best and the second best for a child that wants a
     * sender, and the same for others. Chosen when first asked for.
     */
    private int[] chosen = new int[256];

    /** Slots looked at and spans compared since the last {@link #bind}. */
    private long steps;

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
            chosen = new int[4 * wider];
        }
        steps = 0;
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
        return best(-1, first(spanId), true);
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
            int slot = slot(spans.spanId(row(i)), mask);
            next[i] = table[slot] - 1;
            chosen[4 * i] = NOT_CHOSEN;
            table[slot] = i + 1;
        }
    }

    /** The slot that has the spans with this id, or would have them. */
    private int slot(long id, int mask) {
        long h = (id ^ KEY) * 0x9E3779B97F4A7C15L;
        int slot = (int) (h ^ h >>> 32) & mask;
        steps++;
        while (table[slot] != 0 && spans.spanId(row(table[slot] - 1)) != id) {
            slot = slot + 1 & mask;
            steps++;
        }
        return slot;
    }

    /** The first of the spans with this id, or -1; {@link #next} leads to the others. */
    private int first(long id) {
        int mask = Integer.highestOneBit(Math.max(16, size)) * 4 - 1;
        return table[slot(id, mask)] - 1;
    }

    private int findParent(int i) {
        int row = row(i);
        int kind = spans.kind(row);
        boolean receives = kind == SERVER || kind == CONSUMER;
        if (receives) {
            int sharing = best(i, first(spans.spanId(row)), true);
            if (sharing >= 0 && isSender(sharing)) {
                return sharing;
            }
        }
        long parentId = spans.parentSpanId(row);
        return parentId == 0 ? -1 : best(i, first(parentId), receives);
    }

    /** The best of those that share an id, of which {@code first} is the first, but for the child itself; -1 when there is none. */
    private int best(int child, int first, boolean wantSender) {
        if (first < 0 || next[first] < 0) {
            return first == child ? -1 : first;
        }
        if (chosen[4 * first] == NOT_CHOSEN) {
            choose(first, 4 * first, true);
            choose(first, 4 * first + 2, false);
        }
        int at = 4 * first + (wantSender ? 0 : 2);
        return chosen[at] == child ? chosen[at + 1] : chosen[at];
    }

    private void choose(int first, int at, boolean wantSender) {
        int best = -1;
        int second = -1;
        for (int i = first; i >= 0; i = next[i]) {
            if (best < 0 || before(i, best, wantSender)) {
                second = best;
                best = i;
            } else if (second < 0 || before(i, second, wantSender)) {
                second = i;
            }
        }
        chosen[at] = best;
        chosen[at + 1] = second;
    }

    /** For tests: what it took to find all parents. */
    long steps() {
        return steps;
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
        steps++;
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
