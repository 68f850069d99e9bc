package io.clew.quality.load;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The reference load: seeded traces of about 30 spans over 14 services of 3 instances each, as OTLP protobuf requests of
 * 512 spans of one process, 375 to 400 bytes a span, 8 to 14 attributes each; about 40 % of the spans with a near-unique
 * URL, a thread id and name; 2 % errors with stack traces. Ids and those values are drawn anew for every span of the whole
 * run, so nothing is ever replayed; what does not differ is copied from templates, so that one core yields far more than
 * a server takes. The same seed and start give the same requests. For one thread.
 */
public final class ReferenceLoad {
    /** Spans of one request. */
    public static final int SPANS = 512;

    public static final int INSTANCES = 3;

    private static final int SHAPES = 60;
    private static final double ERRORS = 0.02;

    /** Time between the starts of traces, nanoseconds: 300,000 spans a second. */
    private static final long PACE = 100_000;

    /** Spans of a trace, roughly. */
    private static final int SPANS_OF_TRACE = 30;

    private final long pace;
    private final SplittableRandom random;
    private final List<List<TraceShape.Node>> shapes = new ArrayList<>();
    private final SpanQueue[] processes = new SpanQueue[TraceShape.SERVICES.size() * INSTANCES];
    private final ArrayDeque<byte[]> full = new ArrayDeque<>();
    private final long[] starts = new long[64];
    private final long[] durations = new long[64];
    private final long[] ids = new long[64];
    private long clock;
    private long traces;
    private long spans;
    private long lastTraceHigh;
    private long lastTraceLow;

    /** @param start when the first trace starts, epoch nanoseconds */
    public ReferenceLoad(long seed, long start) {
        this(seed, start, PACE);
    }

    /** About so many spans, whose traces start evenly over so many nanoseconds; more may follow. */
    public static ReferenceLoad over(long seed, long start, long nanos, long spans) {
        return new ReferenceLoad(seed, start, nanos / Math.max(1, spans / SPANS_OF_TRACE));
    }

    private ReferenceLoad(long seed, long start, long pace) {
        this.pace = pace;
        random = new SplittableRandom(seed);
        clock = start;
        SplittableRandom shapeRandom = random.split();
        for (int i = 0; i < SHAPES; i++) {
            shapes.add(TraceShape.of(shapeRandom));
        }
        for (int i = 0; i < processes.length; i++) {
            processes[i] = new SpanQueue(TraceShape.SERVICES.get(i / INSTANCES), i % INSTANCES);
        }
    }

    /** The next request of {@value #SPANS} spans. */
    public byte[] next() {
        while (full.isEmpty()) {
            trace();
        }
        return full.remove();
    }

    /** What {@link #next} has not yielded yet, the last requests smaller than the others; then every trace is whole. */
    public List<byte[]> rest() {
        List<byte[]> requests = new ArrayList<>(full);
        full.clear();
        Arrays.stream(processes).filter(p -> p.count() > 0).map(SpanQueue::take).forEach(requests::add);
        return requests;
    }

    /** Traces begun. */
    public long traces() {
        return traces;
    }

    /** Spans made, those not yet in a request included. */
    public long spans() {
        return spans;
    }

    /** High half of the id of the trace begun last. */
    public long lastTraceHigh() {
        return lastTraceHigh;
    }

    public long lastTraceLow() {
        return lastTraceLow;
    }

    /** Lets no trace that is begun from now on start before, epoch nanoseconds. */
    public void notBefore(long start) {
        clock = Math.max(clock, start);
    }

    /** Start of the next trace, epoch nanoseconds. */
    public long clock() {
        return clock;
    }

    private void trace() {
        List<TraceShape.Node> shape = shapes.get(random.nextInt(shapes.size()));
        lastTraceHigh = random.nextLong();
        lastTraceLow = random.nextLong();
        clock += pace / 2 + random.nextLong(pace);
        // Log-uniform from 4 ms to 1 s: what a root takes.
        long rootDuration = (long) (4_000_000 * Math.exp(random.nextDouble() * 5.5));
        int instances = random.nextInt(1 << 28);
        for (int i = 0; i < shape.size(); i++) {
            TraceShape.Node node = shape.get(i);
            long parentStart = node.parent() < 0 ? clock : starts[node.parent()];
            long parentDuration = node.parent() < 0 ? rootDuration : durations[node.parent()];
            long noise = random.nextLong();
            starts[i] = parentStart + (parentDuration * node.from() >> 10) + (noise & 0xFFF);
            durations[i] = Math.max(1_000, (parentDuration * node.length() >> 10) - (noise >>> 12 & 0x3FFF));
            ids[i] = random.nextLong() | 1;
            SpanQueue process = processes[node.service() * INSTANCES + (instances >>> 2 * node.service()) % INSTANCES];
            SpanTemplate template = random.nextDouble() < ERRORS ? node.failed() : node.usual();
            process.add(
                    node.scope(),
                    template,
                    lastTraceHigh,
                    lastTraceLow,
                    ids[i],
                    node.parent() < 0 ? 0 : ids[node.parent()],
                    starts[i],
                    starts[i] + durations[i],
                    random);
            if (process.count() == SPANS) {
                full.add(process.take());
            }
        }
        traces++;
        spans += shape.size();
    }
}
