package io.clew.store.block;

import io.clew.model.AttributeTable;
import io.clew.model.ByteDictionary;
import io.clew.model.RandomSpans;
import io.clew.model.SpanBatch;
import io.clew.model.ValueType;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A seeded load like that of a shop of 14 services with 3 instances each: traces of about 30 spans, requests of 512
 * spans of one process, 8 to 14 attributes, random ids, two spans in five with a URL that hardly repeats, thread id and
 * name, 2 % errors with stack traces. Ids and values are fresh through the whole run.
 */
final class ShopTraffic {
    private static final int SERVICES = 14;
    private static final int INSTANCES = 3;
    private static final int SPANS_A_REQUEST = 512;

    private record Instance(int service, int instance, SpanBatch[] open) {}

    private final Random random;
    private final Instance[][] processes = new Instance[SERVICES][INSTANCES];
    private final List<SpanBatch> requests = new ArrayList<>();
    private long clock = RandomSpans.EPOCH;
    private int spans;

    private long traceHigh;
    private long traceLow;
    private int[] instance = new int[SERVICES];

    ShopTraffic(long seed) {
        random = new Random(seed);
        for (int service = 0; service < SERVICES; service++) {
            for (int i = 0; i < INSTANCES; i++) {
                processes[service][i] = new Instance(service, i, new SpanBatch[1]);
            }
        }
    }

    /** At least so many spans, as requests. */
    List<SpanBatch> requests(int atLeast) {
        while (spans < atLeast) {
            traceHigh = random.nextLong();
            traceLow = random.nextLong() | 1;
            clock += (long) (-Math.log(1 - random.nextDouble()) * 1_000_000);
            for (int i = 0; i < SERVICES; i++) {
                instance[i] = random.nextInt(INSTANCES);
            }
            server(0, 0, clock, 0, random.nextInt(8));
        }
        for (Instance[] service : processes) {
            for (Instance process : service) {
                close(process);
            }
        }
        return requests;
    }

    /** A call into a service, with what it calls; returns its end. */
    private long server(int service, long parent, long start, int depth, int operation) {
        long id = random.nextLong() | 1;
        int thread = 20 + random.nextInt(40);
        boolean failed = random.nextInt(50) == 0;
        long at = start + amount(30_000);
        int children = depth == 0 ? 3 : depth < 3 ? random.nextInt(4) : 0;
        for (int i = 0; i < children; i++) {
            switch (random.nextInt(3)) {
                case 0 -> at = internal(service, id, at, operation * 4 + i, thread);
                case 1 -> at = database(service, id, at, random.nextInt(6), thread);
                default -> {
                    at = internal(service, id, at, operation, thread);
                    at = database(service, id, at, operation % 5, thread);
                }
            }
            if (depth < 2 || depth == 2 && random.nextInt(3) == 0) {
                at = client(service, 1 + random.nextInt(SERVICES - 1), id, at, depth, random.nextInt(8), thread);
            }
        }
        long end = at + amount(200_000);
        SpanBatch batch =
                span(service, id, parent, start, end, 2, "POST /api/v1/s" + service + "/op" + operation + "/{id}");
        text(batch, "http.request.method", operation % 3 == 0 ? "GET" : "POST");
        text(batch, "http.route", "/api/v1/s" + service + "/op" + operation + "/{id}");
        if (operation % 2 == 0) {
            text(batch, "url.path", "/api/v1/s" + service + "/op" + operation + "/" + random.nextInt(1_000_000_000));
        } else {
            text(batch, "url.path", "/api/v1/s" + service + "/op" + operation);
        }
        text(batch, "url.scheme", "http");
        number(batch, "http.response.status_code", failed ? 500 : random.nextInt(20) == 0 ? 404 : 200);
        text(batch, "server.address", "s" + service + ".shop.svc");
        number(batch, "server.port", 8080);
        text(batch, "network.peer.address", "10.1." + random.nextInt(SERVICES) + "." + random.nextInt(INSTANCES));
        number(batch, "network.peer.port", 32_768 + random.nextInt(28_000));
        text(batch, "network.protocol.version", "1.1");
        text(batch, "user_agent.original", "okhttp/4." + random.nextInt(3));
        thread(batch, thread);
        if (failed) {
            fail(batch, end, operation);
        }
        return end;
    }

    private long client(int service, int to, long parent, long start, int depth, int operation, int thread) {
        long id = random.nextLong() | 1;
        long end = server(to, id, start + amount(300_000), depth + 1, operation) + amount(300_000);
        SpanBatch batch = span(service, id, parent, start, end, 3, operation % 3 == 0 ? "GET" : "POST");
        text(batch, "http.request.method", operation % 3 == 0 ? "GET" : "POST");
        text(
                batch,
                "url.full",
                "http://s" + to + ".shop.svc:8080/api/v1/s" + to + "/op" + operation + "/"
                        + random.nextInt(1_000_000_000));
        text(batch, "server.address", "s" + to + ".shop.svc");
        number(batch, "server.port", 8080);
        number(batch, "http.response.status_code", 200);
        text(batch, "network.protocol.version", "1.1");
        thread(batch, thread);
        return end;
    }

    private long database(int service, long parent, long start, int table, int thread) {
        long end = start + amount(800_000);
        SpanBatch batch = span(service, random.nextLong() | 1, parent, start, end, 3, "SELECT shop.t" + table);
        text(batch, "db.system.name", "mysql");
        text(batch, "db.namespace", "shop");
        text(batch, "db.operation.name", "SELECT");
        text(batch, "db.collection.name", "t" + table);
        text(batch, "db.query.text", "select a, b, c from t" + table + " where s" + service + " = ? and id in (?, ?)");
        text(batch, "server.address", "mysql-" + table % 2);
        number(batch, "server.port", 3306);
        thread(batch, thread);
        return end;
    }

    private long internal(int service, long parent, long start, int operation, int thread) {
        long end = start + amount(60_000);
        SpanBatch batch =
                span(service, random.nextLong() | 1, parent, start, end, 1, "Service" + service + ".step" + operation);
        text(batch, "code.function.name", "shop.s" + service + ".Service.step" + operation);
        text(batch, "code.file.path", "Service" + service + ".java");
        number(batch, "code.line.number", 40 + operation * 7L);
        text(batch, "shop.customer.tier", "tier-" + random.nextInt(3));
        number(batch, "shop.cart.items", random.nextInt(12));
        number(batch, "shop.amount.cents", random.nextInt(100_000));
        thread(batch, thread);
        return end;
    }

    private long amount(double median) {
        return (long) (median * Math.exp(random.nextGaussian() * 0.8)) + 1;
    }

    private SpanBatch span(int service, long id, long parent, long start, long end, int kind, String name) {
        Instance process = processes[service][instance[service]];
        SpanBatch batch = process.open[0];
        if (batch == null) {
            batch = new SpanBatch();
            process.open[0] = batch;
            resource(batch, process);
            for (int i = 0; i < 3; i++) {
                int scope = batch.beginScope();
                batch.setScopeName(scope, batch.dictionary().intern("io.opentelemetry.scope-" + i));
                batch.setScopeVersion(scope, batch.dictionary().intern("2.33.1-alpha"));
            }
        }
        int row = batch.beginSpan(0, kind - 1, 0, (byte) 1);
        batch.setTraceId(row, traceHigh, traceLow);
        batch.setSpanId(row, id);
        batch.setParentSpanId(row, parent);
        batch.setStart(row, start);
        batch.setEnd(row, end);
        batch.setKind(row, kind);
        batch.setName(row, batch.dictionary().intern(name));
        batch.setFlags(row, 0x101);
        spans++;
        if (batch.spanCount() == SPANS_A_REQUEST) {
            close(process);
        }
        return batch;
    }

    private void close(Instance process) {
        SpanBatch batch = process.open[0];
        if (batch != null) {
            long received = clock + 1_000_000 + random.nextInt(5_000_000);
            for (int row = 0; row < batch.spanCount(); row++) {
                batch.setReceiveTime(row, received);
            }
            requests.add(batch);
            process.open[0] = null;
        }
    }

    private static void resource(SpanBatch batch, Instance process) {
        batch.beginResource();
        resource(batch, "service.name", "shop-s" + process.service);
        resource(
                batch,
                "service.instance.id",
                "0f0e0d0c-0000-4000-8000-00000000" + (1000 + process.service * 10 + process.instance));
        resource(batch, "host.name", "node-" + process.instance);
        resource(batch, "k8s.pod.name", "shop-s" + process.service + "-7d9f8b6c5-" + process.instance);
        resource(batch, "os.type", "linux");
        resource(batch, "telemetry.sdk.language", "java");
        resource(batch, "telemetry.sdk.name", "opentelemetry");
        resource(batch, "telemetry.sdk.version", "1.65.0");
        resource(batch, "process.runtime.version", "25.0.3+9");
        resource(
                batch, "process.command_line", "java -Xmx512m -jar /app/shop-s" + process.service + ".jar --port=8080");
    }

    private static void resource(SpanBatch batch, String key, String value) {
        ByteDictionary words = batch.dictionary();
        batch.resourceAttributes().add(words.intern(key), ValueType.STRING, words.intern(value));
    }

    private static void text(SpanBatch batch, String key, String value) {
        ByteDictionary words = batch.dictionary();
        batch.spanAttributes().add(words.intern(key), ValueType.STRING, words.intern(value));
    }

    private static void number(SpanBatch batch, String key, long value) {
        batch.spanAttributes().add(batch.dictionary().intern(key), ValueType.INT, value);
    }

    private static void thread(SpanBatch batch, int thread) {
        number(batch, "thread.id", thread);
        text(batch, "thread.name", "http-nio-8080-exec-" + (thread - 19));
    }

    private void fail(SpanBatch batch, long at, int operation) {
        int row = batch.spanCount() - 1;
        ByteDictionary words = batch.dictionary();
        batch.setStatusCode(row, 2);
        int event = batch.beginEvent();
        batch.setEventTime(event, at - 1000);
        batch.setEventName(event, words.intern("exception"));
        StringBuilder trace = new StringBuilder("java.lang.IllegalStateException: order ");
        String message = "order " + random.nextInt(1_000_000_000) + " is closed";
        trace.append(message);
        for (int i = 0; i < 25; i++) {
            trace.append("\n\tat shop.op")
                    .append(operation)
                    .append(".Layer")
                    .append(i)
                    .append(".call(Layer.java:")
                    .append(30 + i * 3 + operation)
                    .append(')');
        }
        AttributeTable table = batch.eventAttributes();
        table.add(words.intern("exception.type"), ValueType.STRING, words.intern("java.lang.IllegalStateException"));
        table.add(words.intern("exception.message"), ValueType.STRING, words.intern(message));
        table.add(words.intern("exception.stacktrace"), ValueType.STRING, words.intern(trace.toString()));
    }
}
