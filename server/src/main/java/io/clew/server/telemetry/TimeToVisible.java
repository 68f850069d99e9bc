package io.clew.server.telemetry;

import io.clew.analysis.trace.CellWords;
import io.clew.model.AttributeTable;
import io.clew.model.SpanBatch;
import io.clew.model.ValueType;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How long spans take to be seen, as two numbers: from a span's end to its arrival (the sender's batching and the network;
 * it compares two machines' clocks), and from arrival to being visible to every query (ours). Over all services and for
 * each. At most {@link #MOST_SERVICES} services are told apart; later ones count together as {@link #OTHER}.
 * Thread-safe.
 */
public final class TimeToVisible {
    static final int MOST_SERVICES = 1000;
    static final String OTHER = "(other services)";
    /** Stands for spans whose resource has no {@code service.name}. */
    static final String UNNAMED = CellWords.UNNAMED;

    private static final byte[] SERVICE_NAME = "service.name".getBytes(StandardCharsets.UTF_8);

    private final Pair all = new Pair();
    private final Map<String, Pair> services = new ConcurrentHashMap<>();

    /** The two numbers of one service or of all. */
    public static final class Pair {
        private final Latencies endToArrival = new Latencies();
        private final Latencies arrivalToVisible = new Latencies();

        public Latencies endToArrival() {
            return endToArrival;
        }

        public Latencies arrivalToVisible() {
            return arrivalToVisible;
        }
    }

    /** The spans of one request by service, waiting to become visible. */
    public final class Arrival {
        private final List<Pair> pairs = new ArrayList<>();
        private final List<Integer> counts = new ArrayList<>();

        /** All of the request's spans can now be seen. */
        public void visible(long nanosSinceArrival) {
            for (int i = 0; i < pairs.size(); i++) {
                pairs.get(i).arrivalToVisible.add(nanosSinceArrival, counts.get(i));
                all.arrivalToVisible.add(nanosSinceArrival, counts.get(i));
            }
        }
    }

    /** Measures spans that have just been decoded, in runs of one resource as they stand in requests. */
    public Arrival arrived(SpanBatch batch, long receiveTime) {
        Arrival arrival = new Arrival();
        for (int from = 0, to; from < batch.spanCount(); from = to) {
            int resource = batch.resource(from);
            Pair pair = pair(serviceName(batch, resource));
            for (to = from; to < batch.spanCount() && batch.resource(to) == resource; to++) {
                if (batch.validEnd(to)) {
                    pair.endToArrival.add(receiveTime - batch.end(to), 1);
                    all.endToArrival.add(receiveTime - batch.end(to), 1);
                }
            }
            arrival.pairs.add(pair);
            arrival.counts.add(to - from);
        }
        return arrival;
    }

    public Pair all() {
        return all;
    }

    /** By service name. */
    public Map<String, Pair> services() {
        return new TreeMap<>(services);
    }

    private Pair pair(String service) {
        Pair known = services.get(service);
        if (known != null) {
            return known;
        }
        return services.computeIfAbsent(services.size() < MOST_SERVICES ? service : OTHER, _ -> new Pair());
    }

    private static String serviceName(SpanBatch batch, int resource) {
        AttributeTable attributes = batch.resourceAttributes();
        int key = batch.dictionary().find(SERVICE_NAME);
        int entry = key < 0 ? -1 : attributes.find(resource, key);
        return entry >= 0 && attributes.type(entry) == ValueType.STRING
                ? batch.dictionary().text((int) attributes.value(entry))
                : UNNAMED;
    }
}
