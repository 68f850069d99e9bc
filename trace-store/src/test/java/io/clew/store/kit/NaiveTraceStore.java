package io.clew.store.kit;

import io.clew.model.AttributeTable;
import io.clew.model.AttributeValue;
import io.clew.model.DecodeLimits;
import io.clew.model.Refusals;
import io.clew.model.SourceRequest;
import io.clew.model.SpanBatch;
import io.clew.model.SpanCopier;
import io.clew.model.SpanEquality;
import io.clew.model.Trace;
import io.clew.model.TraceId;
import io.clew.store.AppendResult;
import io.clew.store.DeleteResult;
import io.clew.store.FirstNames;
import io.clew.store.Position;
import io.clew.store.ReadControl;
import io.clew.store.RetentionRules;
import io.clew.store.Snapshot;
import io.clew.store.SpanCondition;
import io.clew.store.StoreStats;
import io.clew.store.TraceStore;
import io.clew.store.Window;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The contract in the plainest form: a sorted map of traces in memory, each a list of one-span batches. Its search
 * ignores the condition, which the contract allows. A model to compare real stores with; not durable, not fast.
 */
public final class NaiveTraceStore implements TraceStore {
    private final TreeMap<TraceId, List<SpanBatch>> traces = new TreeMap<>();
    private final TreeSet<TraceId> kept = new TreeSet<>();
    private final RetentionRules rules;
    private final Clock clock;
    private long sequence;
    private long repeated;

    public NaiveTraceStore() {
        this(RetentionRules.NONE, Clock.systemUTC());
    }

    /** A store that applies these rules, those in bytes excepted, when it is told to maintain. */
    public NaiveTraceStore(RetentionRules rules, Clock clock) {
        this.rules = rules;
        this.clock = clock;
    }

    @Override
    public SpanBatch newBatch() {
        return new SpanBatch();
    }

    @Override
    public void discard(SpanBatch batch) {
        batch.clear();
    }

    @Override
    public synchronized CompletableFuture<AppendResult> append(
            SpanBatch batch, @Nullable SourceRequest source, DecodeLimits limits, Refusals refusals) {
        int stored = 0;
        for (int row = 0; row < batch.spanCount(); row++) {
            List<SpanBatch> spans = traces.computeIfAbsent(batch.traceId(row), _ -> new ArrayList<>());
            if (contains(spans, batch, row)) {
                repeated++;
            } else {
                SpanBatch one = new SpanBatch();
                new SpanCopier().bind(batch, one).copy(row);
                spans.add(one);
                stored++;
            }
        }
        return CompletableFuture.completedFuture(
                new AppendResult.Stored(++sequence, stored, batch.spanCount() - stored));
    }

    private static boolean contains(List<SpanBatch> spans, SpanBatch batch, int row) {
        return spans.stream().anyMatch(span -> SpanEquality.equal(span, 0, batch, row));
    }

    @Override
    public synchronized Snapshot snapshot() {
        TreeMap<TraceId, Trace> whole = new TreeMap<>();
        traces.forEach((id, spans) -> {
            SpanBatch all = new SpanBatch();
            SpanCopier copier = new SpanCopier();
            spans.forEach(span -> copier.bind(span, all).copy(0));
            whole.put(id, new Trace(id, all));
        });
        return new NaiveSnapshot(whole);
    }

    @Override
    public synchronized DeleteResult delete(Collection<TraceId> ids) {
        kept.removeAll(ids);
        long deleted = new TreeSet<>(ids)
                .stream().filter(id -> traces.remove(id) != null).count();
        return new DeleteResult(deleted, List.of());
    }

    @Override
    public synchronized Keeping keep(TraceId trace, boolean wanted) {
        if (!traces.containsKey(trace)) {
            return Keeping.NO_SUCH_TRACE;
        }
        boolean _ = wanted ? kept.add(trace) : kept.remove(trace);
        return Keeping.DONE;
    }

    @Override
    public synchronized List<TraceId> kept() {
        return List.copyOf(kept);
    }

    @Override
    public void flush() {}

    @Override
    public synchronized void maintain() {
        List<TraceId> due = new ArrayList<>();
        traces.forEach((id, spans) -> {
            Instant last = spans.stream()
                    .map(span -> Instant.ofEpochSecond(0, span.receiveTime(0)))
                    .max(Comparator.naturalOrder())
                    .orElseThrow();
            Duration period = period(id, spans);
            if (period.compareTo(Duration.between(last, clock.instant())) <= 0) {
                due.add(id);
            }
        });
        delete(due);
    }

    private Duration period(TraceId id, List<SpanBatch> spans) {
        List<Duration> periods = new ArrayList<>();
        boolean marked = kept.contains(id);
        long first = Long.MAX_VALUE;
        long last = Long.MIN_VALUE;
        for (SpanBatch span : spans) {
            String service = NaiveSnapshot.service(span, 0);
            periods.add(service == null ? rules.age() : rules.services().getOrDefault(service, rules.age()));
            if (span.statusCode(0) == 2) {
                periods.add(rules.errors());
            }
            marked |= isTrue(span.spanAttributes(), 0, span) || isTrue(span.resourceAttributes(), 0, span);
            if (span.validStart(0)) {
                first = Math.min(first, span.start(0));
                last = Math.max(last, span.start(0));
            }
            if (span.validEnd(0)) {
                last = Math.max(last, span.end(0));
            }
        }
        if (marked) {
            periods.add(rules.marked());
        }
        if (first != Long.MAX_VALUE && Duration.ofNanos(last - first).compareTo(rules.slowFrom()) >= 0) {
            periods.add(rules.slow());
        }
        return periods.stream().max(Comparator.naturalOrder()).orElseThrow();
    }

    private static boolean isTrue(AttributeTable attributes, int owner, SpanBatch span) {
        for (int entry = attributes.from(owner); entry < attributes.to(owner); entry++) {
            if (span.dictionary().text(attributes.key(entry)).equals(RetentionRules.KEEP_ATTRIBUTE)) {
                AttributeValue value = AttributeValue.of(attributes, entry, span.dictionary());
                if (value.equals(new AttributeValue.Bool(true)) || value.equals(new AttributeValue.Text("true"))) {
                    return true;
                }
            }
        }
        return false;
    }

    @Override
    public synchronized StoreStats stats() {
        long first = SpanBatch.NO_TIME;
        long last = SpanBatch.NO_TIME;
        long spans = 0;
        try (Snapshot snapshot = snapshot()) {
            for (TraceId id : traces.keySet()) {
                Trace trace = snapshot.trace(id, ReadControl.unbounded()).orElseThrow();
                spans += trace.spans().spanCount();
                if (trace.start() != SpanBatch.NO_TIME) {
                    first = first == SpanBatch.NO_TIME ? trace.start() : Math.min(first, trace.start());
                }
                last = Math.max(last, trace.end());
            }
        }
        return new StoreStats(
                spans, traces.size(), repeated, 0, 0, 0, 0, 0, first, last, false, null, 0, 0, List.of(), null);
    }

    @Override
    public void close() {}

    private record NaiveSnapshot(TreeMap<TraceId, Trace> traces) implements Snapshot {
        @Override
        public Optional<Trace> trace(TraceId id, ReadControl control) {
            control.check();
            return Optional.ofNullable(traces.get(id));
        }

        @Override
        public List<Trace> tracesByLow64(long low, ReadControl control) {
            return traces.entrySet().stream()
                    .filter(entry -> entry.getKey().low() == low)
                    .map(Map.Entry::getValue)
                    .toList();
        }

        @Override
        public TraceCursor search(
                SpanCondition condition, Window window, @Nullable Position after, ReadControl control) {
            var sorted = in(window).stream()
                    .sorted((a, b) -> Position.of(a).compareTo(Position.of(b)))
                    .filter(trace -> after == null || Position.of(trace).compareTo(after) > 0)
                    .iterator();
            return () -> {
                control.check();
                return sorted.hasNext() ? sorted.next() : null;
            };
        }

        @Override
        public FirstNames<String> services(Window window, ReadControl control) {
            FirstNames<String> services = new FirstNames<>();
            for (Trace trace : in(window)) {
                for (int row : trace.order()) {
                    String service = service(trace.spans(), row);
                    if (service != null) {
                        services.add(service);
                    }
                }
            }
            return services;
        }

        @Override
        public FirstNames<Operation> operations(@Nullable String service, Window window, ReadControl control) {
            FirstNames<Operation> operations = new FirstNames<>();
            for (Trace trace : in(window)) {
                SpanBatch spans = trace.spans();
                for (int row : trace.order()) {
                    if (service == null || service.equals(service(spans, row))) {
                        operations.add(new Operation(spans.dictionary().text(spans.name(row)), spans.kind(row)));
                    }
                }
            }
            return operations;
        }

        private List<Trace> in(Window window) {
            return traces.values().stream()
                    .filter(trace -> window.overlaps(trace.start(), trace.end()))
                    .toList();
        }

        private static @Nullable String service(SpanBatch spans, int row) {
            AttributeTable attributes = spans.resourceAttributes();
            int resource = spans.resource(row);
            for (int entry = attributes.from(resource); entry < attributes.to(resource); entry++) {
                if (spans.dictionary().text(attributes.key(entry)).equals("service.name")
                        && AttributeValue.of(attributes, entry, spans.dictionary())
                                instanceof AttributeValue.Text text) {
                    return text.value();
                }
            }
            return null;
        }

        @Override
        public void close() {}
    }
}
