package io.clew.quality.load;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * One way in which requests go through the services: a tree of spans, each with its service, its place in its parent's
 * time, and its bytes but for what differs each time. A call is a client span and, in the service called, a server span;
 * between them stand internal spans, database calls and messages.
 */
final class TraceShape {
    static final List<String> SERVICES = List.of(
            "gateway", "cart", "order", "payment", "stock", "mail", "user", "search", "price", "ship", "review",
            "coupon", "ledger", "audit");

    /** Instrumentation scopes, the third of the database. */
    static final List<String> SCOPES =
            List.of("io.opentelemetry.tomcat-10.0", "io.opentelemetry.spring-webmvc-6.0", "io.opentelemetry.jdbc");

    private static final String[] VERBS = {"GET", "POST", "PUT", "DELETE"};
    private static final String[] NOUNS = {"items", "orders", "users", "prices", "quotes", "labels", "rules", "entries"
    };

    /** One span of the shape; times in 1/1024 of the parent's duration, which a child never exceeds. */
    record Node(int parent, int service, int scope, int from, int length, SpanTemplate usual, SpanTemplate failed) {}

    private final SplittableRandom random;
    private final List<Node> nodes = new ArrayList<>();

    private TraceShape(SplittableRandom random) {
        this.random = random;
    }

    /** A shape of about 30 spans, decided by the generator. */
    static List<Node> of(SplittableRandom random) {
        TraceShape shape = new TraceShape(random);
        int wanted = 22 + random.nextInt(17);
        shape.server(-1, 0, 0, 1024);
        int at = 0;
        while (shape.nodes.size() < wanted) {
            // Calls are made by server and internal spans, earlier ones more often, so that trees are bushy.
            Node caller = shape.nodes.get(at % shape.nodes.size());
            shape.child(at % shape.nodes.size(), caller);
            at += 1 + random.nextInt(3);
        }
        return List.copyOf(shape.nodes);
    }

    private void child(int parent, Node caller) {
        int from = 20 + random.nextInt(600);
        int length = 60 + random.nextInt(340);
        switch (random.nextInt(20)) {
            case 0, 1, 2, 3, 4 -> {
                int callee = 1 + random.nextInt(SERVICES.size() - 1);
                int client = client(parent, caller.service(), callee, from, length);
                server(client, callee, 30, 950);
            }
            case 5, 6, 7, 8, 9, 10, 11 -> database(parent, caller.service(), from, length / 4);
            default -> internal(parent, caller.service(), from, length);
        }
    }

    private String route(String service) {
        return "/api/" + service + '/' + NOUNS[random.nextInt(NOUNS.length)] + "/{id}";
    }

    private int server(int parent, int service, int from, int length) {
        String name = SERVICES.get(service);
        String verb = VERBS[random.nextInt(VERBS.length)];
        String route = route(name);
        List<byte[]> attributes = new ArrayList<>(List.of(
                Wire.attribute("http.request.method", verb),
                Wire.attribute("http.response.status_code", 200),
                Wire.attribute("http.route", route),
                Wire.attribute("url.path", route.replace("{id}", "########-%%%%%")),
                Wire.attribute("url.scheme", "http"),
                Wire.attribute("server.address", name + ".shop"),
                Wire.attribute("server.port", 8080),
                Wire.attribute("client.address", "10.4." + random.nextInt(200) + '.' + random.nextInt(200)),
                Wire.attribute("user_agent.original", "okhttp/5.3.2"),
                Wire.attribute("network.protocol.version", "1.1")));
        thread(attributes, "http-8080-exec-");
        return add(parent, service, 0, 2, verb + ' ' + route, from, length, attributes);
    }

    private int client(int parent, int service, int callee, int from, int length) {
        String verb = VERBS[random.nextInt(VERBS.length)];
        String to = SERVICES.get(callee) + ".shop";
        List<byte[]> attributes = new ArrayList<>(List.of(
                Wire.attribute("http.request.method", verb),
                Wire.attribute("http.response.status_code", 200),
                Wire.attribute(
                        "url.full",
                        "http://" + to + ":8080" + route(SERVICES.get(callee)).replace("{id}", "########-%%%%%")),
                Wire.attribute("server.address", to),
                Wire.attribute("server.port", 8080),
                Wire.attribute("network.protocol.version", "1.1")));
        thread(attributes, "http-8080-exec-");
        return add(parent, service, 1, 3, verb, from, length, attributes);
    }

    private int database(int parent, int service, int from, int length) {
        String table = NOUNS[random.nextInt(NOUNS.length)];
        List<byte[]> attributes = new ArrayList<>(List.of(
                Wire.attribute("db.system.name", "postgresql"),
                Wire.attribute("db.namespace", SERVICES.get(service)),
                Wire.attribute("db.operation.name", "SELECT"),
                Wire.attribute("db.collection.name", table),
                Wire.attribute("db.query.text", "select id, state from " + table + " where id = ?"),
                Wire.attribute("server.address", "db-" + service % 4 + ".shop"),
                Wire.attribute("server.port", 5432),
                Wire.attribute("db.pool.name", "main"),
                Wire.attribute("peer.service", "postgres-" + service % 4)));
        return add(parent, service, 2, 3, "SELECT " + table, from, length, attributes);
    }

    private int internal(int parent, int service, int from, int length) {
        String noun = NOUNS[random.nextInt(NOUNS.length)];
        List<byte[]> attributes = new ArrayList<>(List.of(
                Wire.attribute("code.function.name", SERVICES.get(service) + ".Service.load_" + noun),
                Wire.attribute("code.file.path", SERVICES.get(service) + "/Service.java"),
                Wire.attribute("code.line.number", 40 + random.nextInt(400)),
                Wire.attribute("shop.tenant", "tenant-" + random.nextInt(20)),
                Wire.attribute("shop.region", "eu-" + random.nextInt(3)),
                Wire.attribute("shop.currency", "EUR"),
                Wire.attribute("shop.items", random.nextInt(50)),
                Wire.attribute("shop.cached", new Wire().varint(2, random.nextInt(2))),
                Wire.attribute("shop.ratio", new Wire().fixed64(4, Double.doubleToLongBits(random.nextInt(8) / 8.0)))));
        return add(parent, service, 1, 1, "load " + noun, from, length, attributes);
    }

    private static void thread(List<byte[]> attributes, String pool) {
        attributes.add(Wire.attribute("thread.id", SpanTemplate.THREAD_NUMBER));
        attributes.add(Wire.attribute("thread.name", pool + SpanTemplate.THREAD));
    }

    private int add(
            int parent, int service, int scope, int kind, String name, int from, int length, List<byte[]> attributes) {
        nodes.add(new Node(
                parent,
                service,
                scope,
                from,
                length,
                template(parent, kind, name, attributes, null),
                template(parent, kind, name, attributes, SERVICES.get(service))));
        return nodes.size() - 1;
    }

    private static SpanTemplate template(
            int parent,
            int kind,
            String name,
            List<byte[]> attributes,
            @org.jspecify.annotations.Nullable String failedIn) {
        Wire span = new Wire();
        int traceId = span.field(1, new byte[16]);
        int spanId = span.field(2, new byte[8]);
        int parentId = parent < 0 ? -1 : span.field(4, new byte[8]);
        span.text(5, name).varint(6, kind);
        int start = span.fixed64(7, 0).size() - 8;
        int end = span.fixed64(8, 0).size() - 8;
        int values = span.size();
        attributes.forEach(attribute -> span.field(9, attribute));
        if (failedIn != null) {
            span.field(11, exception(failedIn));
            span.field(15, new Wire().text(2, "upstream failed").varint(3, 2).bytes());
        }
        span.fixed32(16, 0x101);
        Wire whole = new Wire();
        int head = whole.field(2, span.bytes());
        return new SpanTemplate(
                whole.bytes(),
                head + traceId,
                head + spanId,
                parentId < 0 ? -1 : head + parentId,
                head + start,
                head + end,
                head + values);
    }

    private static byte[] exception(String service) {
        StringBuilder stack = new StringBuilder("java.net.SocketTimeoutException: request %%%%%% timed out");
        for (int i = 0; i < 8; i++) {
            stack.append("\n\tat com.shop.")
                    .append(service)
                    .append(".client.Call")
                    .append(i)
                    .append(".execute(Call.java:");
            stack.append(30 + 11 * i).append(')');
        }
        Wire event = new Wire().fixed64(1, 1_700_000_000_000_000_000L).text(2, "exception");
        event.field(3, Wire.attribute("exception.type", "java.net.SocketTimeoutException"));
        event.field(3, Wire.attribute("exception.message", "request ######## timed out"));
        event.field(3, Wire.attribute("exception.stacktrace", stack.toString()));
        return event.bytes();
    }
}
