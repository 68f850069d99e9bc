package io.clew.server.telemetry;

import io.clew.model.Refusals;
import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts since the process started. Thread-safe. */
public final class Counters {
    private final Map<String, LongAdder> received = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> refused = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> notTaken = new ConcurrentHashMap<>();
    private final Map<RequestKind, LongAdder> requests = new ConcurrentHashMap<>();

    /**
     * A kind of request that is counted together.
     *
     * @param door label of the door
     * @param route pattern of the path, never the path itself
     * @param code the HTTP status, or for gRPC its status number behind {@code grpc-}
     */
    public record RequestKind(String door, String route, String code) {}

    public Counters() {
        for (String signal : new String[] {"logs", "metrics"}) {
            notTaken.put(signal, new LongAdder());
        }
    }

    /** Spans that arrived in requests that could be read, refused and repeated ones included. */
    public void received(String protocol, long spans) {
        add(received, protocol, spans);
    }

    /** Spans that were not kept because of what is wrong with them. */
    public void refused(Map<Refusals.Reason, Integer> byReason) {
        byReason.forEach((reason, count) -> add(refused, reason.label(), count));
    }

    /** How many spans each reason refused, reasons without any left out. */
    public static Map<Refusals.Reason, Integer> byReason(Refusals refusals) {
        Map<Refusals.Reason, Integer> counts = new EnumMap<>(Refusals.Reason.class);
        for (Refusals.Reason reason : Refusals.Reason.values()) {
            if (refusals.count(reason) > 0) {
                counts.put(reason, refusals.count(reason));
            }
        }
        return counts;
    }

    /** Records of a signal that is not kept yet. */
    public void notTaken(String signal, long records) {
        add(notTaken, signal, records);
    }

    public void request(RequestKind kind) {
        requests.computeIfAbsent(kind, _ -> new LongAdder()).increment();
    }

    public Map<String, Long> received() {
        return sums(received);
    }

    public Map<String, Long> refused() {
        return sums(refused);
    }

    public Map<String, Long> notTaken() {
        return sums(notTaken);
    }

    public Map<RequestKind, Long> requests() {
        Map<RequestKind, Long> sums = new ConcurrentHashMap<>();
        requests.forEach((kind, count) -> sums.put(kind, count.sum()));
        return sums;
    }

    public long receivedTotal() {
        return received.values().stream().mapToLong(LongAdder::sum).sum();
    }

    private static void add(Map<String, LongAdder> counts, String name, long more) {
        counts.computeIfAbsent(name, _ -> new LongAdder()).add(more);
    }

    private static Map<String, Long> sums(Map<String, LongAdder> counts) {
        Map<String, Long> sums = new TreeMap<>();
        counts.forEach((name, count) -> sums.put(name, count.sum()));
        return sums;
    }
}
