package io.clew.analysis.map;

import io.clew.analysis.trace.CellWords;
import io.clew.analysis.trace.SpanAttributes;
import io.clew.analysis.trace.TraceView;
import io.clew.model.SpanBatch;
import io.clew.model.SpanKind;

/**
 * Which spans of a trace are calls, and of what. A span <em>arrives</em> when its parent belongs to another service, or when a
 * server has a client as parent, or a consumer a producer: then parent and span are the two sides of one call. A span
 * <em>reaches out</em> when it asks something that is not traced: a client or producer nobody answered; a span about a
 * database without a kind and without children; a producer or consumer about a queue in any case, since the queue stands between them.
 * Of nested clients of one service (a search client around an HTTP client) the one that names a database or queue
 * counts, else the innermost.
 */
final class CallGraph {
    private static final int UNSPECIFIED = SpanKind.UNSPECIFIED.code();
    private static final int INTERNAL = SpanKind.INTERNAL.code();
    private static final int SERVER = SpanKind.SERVER.code();
    private static final int CLIENT = SpanKind.CLIENT.code();
    private static final int PRODUCER = SpanKind.PRODUCER.code();
    private static final int CONSUMER = SpanKind.CONSUMER.code();

    private final SpanAttributes attributes;
    private boolean[] arrives = new boolean[64];
    private boolean[] answered = new boolean[64];
    private boolean[] hasChild = new boolean[64];
    private boolean[] wraps = new boolean[64];
    private int[] resource = new int[64];

    private TraceView trace = new TraceView();
    private SpanBatch spans = trace.spans();

    /** @param attributes shared by all that look at spans one after the other */
    CallGraph(SpanAttributes attributes) {
        this.attributes = attributes;
    }

    void bind(TraceView view, CellWords words) {
        trace = view;
        spans = view.spans();
        int size = view.size();
        if (arrives.length < size) {
            int wider = Math.max(size, 2 * arrives.length);
            arrives = new boolean[wider];
            answered = new boolean[wider];
            hasChild = new boolean[wider];
            wraps = new boolean[wider];
            resource = new int[wider];
        }
        for (int i = 0; i < size; i++) {
            arrives[i] = false;
            answered[i] = false;
            hasChild[i] = false;
            wraps[i] = false;
        }
        for (int i = 0; i < size; i++) {
            int parent = view.parent(i);
            if (parent >= 0) {
                hasChild[parent] = true;
                boolean sameService = service(i, words) == service(parent, words);
                if (!sameService
                        || kind(i) == SERVER && kind(parent) == CLIENT
                        || kind(i) == CONSUMER && kind(parent) == PRODUCER) {
                    arrives[i] = true;
                    answer(parent, words);
                } else if (sends(i) && sends(parent)) {
                    wraps[parent] = true;
                }
            }
        }
        for (int i = 0; i < size; i++) {
            resource[i] = ServiceMap.EXTERNAL;
            if (kind(i) != SERVER && (sends(i) || kind(i) == CONSUMER || !hasChild[i])) {
                attributes.bind(spans, view.row(i));
                resource[i] = Peer.resourceKind(attributes);
            }
        }
    }

    /** A client that was answered answers for the clients around it. */
    private void answer(int span, CellWords words) {
        for (int at = span; at >= 0 && !answered[at]; at = trace.parent(at)) {
            answered[at] = true;
            int parent = trace.parent(at);
            if (parent < 0 || !sends(at) || !sends(parent) || service(at, words) != service(parent, words)) {
                return;
            }
        }
    }

    private boolean sends(int i) {
        return kind(i) == CLIENT || kind(i) == PRODUCER;
    }

    private int kind(int i) {
        return SpanKind.of(spans.kind(trace.row(i))).code();
    }

    private int service(int i, CellWords words) {
        return words.serviceText(spans.resource(trace.row(i)));
    }

    boolean arrives(int i) {
        return arrives[i];
    }

    /** Whether the two sides exchanged a message and did not wait for each other. */
    boolean isMessage(int i) {
        return kind(i) == CONSUMER || trace.parent(i) >= 0 && kind(trace.parent(i)) == PRODUCER;
    }

    /** Whether the parent's duration is that of the call in which span {@code i} arrived. */
    boolean callerTimed(int i) {
        int kind = kind(trace.parent(i));
        return kind == CLIENT || kind == PRODUCER || kind == UNSPECIFIED;
    }

    /** Whether the span's duration is that of handling the call in which it arrived. */
    boolean calleeTimed(int i) {
        return !sends(i);
    }

    boolean reachesOut(int i) {
        int kind = kind(i);
        if (kind == PRODUCER || kind == CONSUMER) {
            return resource[i] == ServiceMap.QUEUE || kind == PRODUCER && !answered[i];
        }
        if (kind == CLIENT) {
            if (answered[i]) {
                return false;
            }
            int parent = trace.parent(i);
            boolean inNamed = parent >= 0
                    && wraps[parent]
                    && resource[parent] != ServiceMap.EXTERNAL
                    && sends(parent)
                    && !arrives[i];
            return !inNamed && (!wraps[i] || resource[i] != ServiceMap.EXTERNAL);
        }
        boolean aboutDatabase = resource[i] == ServiceMap.DATABASE || resource[i] == ServiceMap.CACHE;
        return (kind == UNSPECIFIED || kind == INTERNAL) && !hasChild[i] && aboutDatabase;
    }

    /** Whether what was reached out to hands on to the span, and not the other way round. */
    boolean receives(int i) {
        return kind(i) == CONSUMER;
    }
}
