package io.clew.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * Random spans that hold everything a batch can hold: unset times, times beyond the signed range, ends before starts,
 * kinds outside the enumeration, empty texts, repeated keys, one key with several types, nested values, bytes, events
 * and links with attributes, parents inside and outside the trace, repeated span ids. Words come from small
 * vocabularies, so that conditions over {@link #WORDS}, {@link #NAMES}, {@link #KEYS} and {@link #SERVICES} find
 * something. The same seed gives the same spans; {@link #toString} names the seed, for a test's failure message.
 */
public final class RandomSpans {
    /** Keys of attributes at every scope; the resource also has {@code service.name}. */
    public static final List<String> KEYS = List.of(
            "http.method", "http.status_code", "db.statement", "peer.service", "k", "", "线索", "retry", "clew.keep");

    /** Text values, operation names excepted. */
    public static final List<String> WORDS =
            List.of("", "GET", "POST", "200", "a", "ab", "x".repeat(300), "你好", "true");

    public static final List<String> NAMES = List.of("GET /cart", "POST /order", "SELECT", "send", "", "работа");
    public static final List<String> SERVICES = List.of("cart", "order", "pay", "mail", "stock", "");

    /** Around when ordinary spans happen: 2024-01-02T00:00:00Z, epoch nanoseconds. */
    public static final long EPOCH = 1_704_153_600_000_000_000L;

    private final long seed;
    private final Random random;
    private long receiveTime = EPOCH + 60_000_000_000L;
    private double oddities = 0.1;

    public RandomSpans(long seed) {
        this.seed = seed;
        this.random = new Random(seed);
    }

    /** How likely each unusual thing is, 0 to 1; 0.1 at first. */
    public RandomSpans oddities(double chance) {
        oddities = chance;
        return this;
    }

    /** When the next batch arrives at the earliest, epoch nanoseconds; each arrives up to two seconds after the last. */
    public RandomSpans receivedFrom(long nanos) {
        receiveTime = nanos;
        return this;
    }

    /** The generator behind, for what else a test draws under the same seed. */
    public Random random() {
        return random;
    }

    /** A fresh trace id; some have 64 bits only, some share their low 64 bits with another. */
    public TraceId traceId() {
        long low = odd() ? random.nextInt(4) + 1 : random.nextLong() | 1;
        return new TraceId(odd() ? 0 : random.nextLong(), low);
    }

    /** Fresh trace ids, distinct. */
    public List<TraceId> traceIds(int count) {
        List<TraceId> ids = new ArrayList<>();
        while (ids.size() < count) {
            TraceId id = traceId();
            if (!ids.contains(id)) {
                ids.add(id);
            }
        }
        return ids;
    }

    /** A batch of spans that belong to about a fifth as many fresh traces. */
    public SpanBatch batch(int spans) {
        return batch(spans, traceIds(Math.max(1, spans / 5)));
    }

    /** A batch of spans, each of one of these traces, in random order, under a few resources and scopes. */
    public SpanBatch batch(int spans, List<TraceId> traces) {
        SpanBatch batch = new SpanBatch();
        append(batch, spans, traces);
        return batch;
    }

    /** Adds spans to a batch as one request would: new resource and scope rows, one receive time. */
    public void append(SpanBatch batch, int spans, List<TraceId> traces) {
        receiveTime += random.nextInt(2_000_000_000);
        byte protocol = (byte) random.nextInt(3);
        int resources = 1 + random.nextInt(3);
        int scopes = 1 + random.nextInt(3);
        int firstResource = batch.resourceCount();
        int firstScope = batch.scopeCount();
        for (int i = 0; i < resources; i++) {
            resource(batch);
        }
        for (int i = 0; i < scopes; i++) {
            scope(batch);
        }
        for (int i = 0; i < spans; i++) {
            span(
                    batch,
                    traces.get(random.nextInt(traces.size())),
                    firstResource + random.nextInt(resources),
                    firstScope + random.nextInt(scopes),
                    protocol);
        }
    }

    /** Adds one span of a trace, under resource and scope rows that the batch has. */
    public int span(SpanBatch batch, TraceId trace, int resource, int scope, byte protocol) {
        ByteDictionary words = batch.dictionary();
        int earlier = batch.spanCount();
        int row = batch.beginSpan(resource, scope, receiveTime, protocol);
        batch.setTraceId(row, trace.high(), trace.low());
        if (trace.high() == 0 && odd()) {
            batch.markShortTraceId(row);
        }
        boolean sharesId = earlier > 0 && odd();
        batch.setSpanId(row, sharesId ? batch.spanId(random.nextInt(earlier)) : random.nextLong() | 1);
        batch.setParentSpanId(row, parent(batch, earlier));
        times(batch, row);
        batch.setName(row, words.intern(pick(NAMES)));
        batch.setKind(row, odd() ? odd32() : random.nextInt(6));
        batch.setStatusCode(row, odd() ? odd32() : random.nextInt(3));
        if (odd()) {
            batch.setStatusMessage(row, words.intern(word()));
            batch.setTraceState(row, words.intern("ot=th:" + random.nextInt(3)));
            batch.setFlags(row, odd32());
            batch.setDroppedAttributes(row, odd32());
            batch.setDroppedEvents(row, odd32());
            batch.setDroppedLinks(row, odd32());
        } else {
            batch.setFlags(row, 0x101);
        }
        attributes(batch, batch.spanAttributes(), odd() ? 40 : 6);
        for (int i = odd() ? 1 + random.nextInt(3) : 0; i > 0; i--) {
            int event = batch.beginEvent();
            batch.setEventTime(event, odd() ? odd64() : batch.start(row) + random.nextInt(1000));
            batch.setEventName(event, words.intern(pick(NAMES)));
            batch.setEventDropped(event, odd() ? odd32() : 0);
            attributes(batch, batch.eventAttributes(), 3);
        }
        for (int i = odd() ? 1 + random.nextInt(3) : 0; i > 0; i--) {
            int link = batch.beginLink();
            batch.setLinkTraceId(link, odd() ? 0 : random.nextLong(), odd() ? 0 : random.nextLong());
            batch.setLinkSpanId(link, odd() ? 0 : random.nextLong());
            batch.setLinkTraceState(link, words.intern(word()));
            batch.setLinkFlags(link, odd() ? odd32() : 1);
            batch.setLinkDropped(link, odd() ? odd32() : 0);
            attributes(batch, batch.linkAttributes(), 3);
        }
        return row;
    }

    /** Adds a resource with a service name (nearly always) and up to five other attributes. */
    public int resource(SpanBatch batch) {
        int row = batch.beginResource();
        ByteDictionary words = batch.dictionary();
        if (!odd()) {
            batch.resourceAttributes()
                    .add(words.intern("service.name"), ValueType.STRING, words.intern(pick(SERVICES)));
        }
        attributes(batch, batch.resourceAttributes(), 5);
        batch.setResourceDropped(row, odd() ? odd32() : 0);
        batch.setResourceSchemaUrl(row, words.intern(odd() ? "schema/" + random.nextInt(3) : ""));
        return row;
    }

    public int scope(SpanBatch batch) {
        int row = batch.beginScope();
        ByteDictionary words = batch.dictionary();
        batch.setScopeName(row, words.intern(odd() ? "" : "scope-" + random.nextInt(4)));
        batch.setScopeVersion(row, words.intern(random.nextBoolean() ? "" : "1." + random.nextInt(3)));
        batch.setScopeSchemaUrl(row, words.intern(odd() ? "schema/" + random.nextInt(3) : ""));
        batch.setScopeDropped(row, odd() ? odd32() : 0);
        attributes(batch, batch.scopeAttributes(), odd() ? 3 : 0);
        return row;
    }

    /** Any attribute value, nested at most {@code depth} deep. */
    public AttributeValue value(int depth) {
        return switch (random.nextInt(depth > 0 ? 12 : 10)) {
            case 0, 1, 2, 3 -> new AttributeValue.Text(word());
            case 4, 5 -> new AttributeValue.Int(odd() ? odd64() : 200 + random.nextInt(5));
            case 6 -> new AttributeValue.Bool(random.nextBoolean());
            case 7 -> new AttributeValue.Real(odd() ? oddDouble() : random.nextInt(8) / 2.0 + 199);
            case 8 -> odd() ? new AttributeValue.Empty() : new AttributeValue.Text("id-" + random.nextInt());
            case 9 -> {
                byte[] bytes = new byte[random.nextInt(5)];
                random.nextBytes(bytes);
                yield new AttributeValue.Bytes(bytes);
            }
            case 10 -> {
                List<AttributeValue> elements = new ArrayList<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    elements.add(value(depth - 1));
                }
                yield new AttributeValue.Array(elements);
            }
            default -> {
                List<AttributeValue.Entry> entries = new ArrayList<>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    entries.add(new AttributeValue.Entry(pick(KEYS), value(depth - 1)));
                }
                yield new AttributeValue.KeyValues(entries);
            }
        };
    }

    private void attributes(SpanBatch batch, AttributeTable table, int most) {
        ByteDictionary words = batch.dictionary();
        for (int i = random.nextInt(most + 1); i > 0; i--) {
            AttributeValue value = value(odd() ? 3 : 0);
            int key = words.intern(odd() ? "rare." + random.nextInt(200) : pick(KEYS));
            table.add(key, value.type(), value.intern(words));
        }
    }

    private long parent(SpanBatch batch, int earlier) {
        int kind = random.nextInt(10);
        if (kind < 2 || earlier == 0) {
            return 0;
        }
        return kind == 2 ? random.nextLong() : batch.spanId(earlier - 1 - random.nextInt(Math.min(earlier, 20)));
    }

    private void times(SpanBatch batch, int row) {
        long start = EPOCH + (random.nextInt(3_600_000) * 1_000_000L) + random.nextInt(1_000_000);
        if (odd()) {
            start = odd64();
        }
        long end = start + random.nextInt(1 << 1 + random.nextInt(30));
        if (odd()) {
            end = random.nextBoolean() ? start - random.nextInt(1000) : odd64();
        }
        if (!odd()) {
            batch.setStart(row, start);
        }
        if (!odd()) {
            batch.setEnd(row, end);
        }
    }

    private String word() {
        return pick(WORDS);
    }

    private <T> T pick(List<T> from) {
        return from.get(random.nextInt(from.size()));
    }

    private boolean odd() {
        return random.nextDouble() < oddities;
    }

    private int odd32() {
        return switch (random.nextInt(5)) {
            case 0 -> 0;
            case 1 -> -1;
            case 2 -> Integer.MAX_VALUE;
            case 3 -> random.nextInt(20);
            default -> random.nextInt();
        };
    }

    private long odd64() {
        return switch (random.nextInt(7)) {
            case 0 -> 0;
            case 1 -> -1;
            case 2 -> Long.MAX_VALUE;
            case 3 -> Long.MIN_VALUE;
            case 4 -> random.nextInt(20);
            case 5 -> (1L << 53) + random.nextInt(3);
            default -> random.nextLong();
        };
    }

    private double oddDouble() {
        return switch (random.nextInt(8)) {
            case 0 -> -0.0;
            case 1 -> Double.NaN;
            case 2 -> Double.POSITIVE_INFINITY;
            case 3 -> Double.MIN_VALUE;
            case 4 -> Double.longBitsToDouble(0x7ff8000000000001L);
            case 5 -> 0x1p53;
            case 6 -> Double.longBitsToDouble(random.nextLong());
            default -> random.nextGaussian();
        };
    }

    @Override
    public String toString() {
        return "RandomSpans(seed " + seed + ")";
    }
}
