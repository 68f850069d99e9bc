package io.clew.traceql.eval;

import io.clew.model.AttributeTable;
import io.clew.model.ByteDictionary;
import io.clew.model.SpanBatch;
import io.clew.model.Trace;
import io.clew.model.ValueType;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The trace that an evaluator looks at, and the event and link that the comparison under way looks at. */
final class TraceBinding {
    private static final byte[] SERVICE_NAME = "service.name".getBytes(StandardCharsets.UTF_8);

    final Trace trace;
    final SpanBatch spans;
    final ByteDictionary dictionary;
    /** Row of the root or -1. */
    final int root;
    /** Dictionary id of the root's service name; 0, the empty text, when there is none. */
    final int rootService;

    int event = -1;
    int link = -1;
    private int @Nullable [] childCounts;

    TraceBinding(Trace trace) {
        this.trace = trace;
        spans = trace.spans();
        dictionary = spans.dictionary();
        root = trace.root();
        rootService = root < 0 ? 0 : serviceName(spans, root);
    }

    /** The id of the text attribute service.name of a span's resource; 0 when there is none. */
    private static int serviceName(SpanBatch spans, int span) {
        int key = spans.dictionary().find(SERVICE_NAME);
        AttributeTable table = spans.resourceAttributes();
        int entry = key < 0 ? -1 : table.find(spans.resource(span), key);
        return entry >= 0 && table.type(entry) == ValueType.STRING ? (int) table.value(entry) : 0;
    }

    /** How many other spans name this span as their parent. */
    int childCount(int span) {
        if (childCounts == null) {
            childCounts = countChildren();
        }
        return childCounts[span];
    }

    private int[] countChildren() {
        int count = spans.spanCount();
        long[] parents = new long[count];
        for (int row = 0; row < count; row++) {
            parents[row] = spans.parentSpanId(row);
        }
        Arrays.sort(parents);
        int[] children = new int[count];
        for (int row = 0; row < count; row++) {
            long id = spans.spanId(row);
            int named = lowerBound(parents, id, true) - lowerBound(parents, id, false);
            children[row] = spans.parentSpanId(row) == id ? named - 1 : named;
        }
        return children;
    }

    /** The number of elements below {@code value}, or not above it. */
    private static int lowerBound(long[] sorted, long value, boolean inclusive) {
        int low = 0;
        int high = sorted.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (sorted[middle] < value || inclusive && sorted[middle] == value) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
