package io.clew.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/**
 * One run of the demo: the processes, the first rush of customers, the traces that came of it, then the slow trade until
 * the end. {@link #close} stops every process, newest first, so that the agents can still hand over their last spans.
 */
final class DemoRun implements AutoCloseable {

    private static final Duration START_LIMIT = Duration.ofMinutes(3);
    private static final Duration TRACE_LIMIT = Duration.ofSeconds(60);
    private static final long POLL_MILLIS = 50;
    private static final long END_SECONDS = 15;

    /**
     * How to start the server.
     *
     * @param classPath of {@code io.clew.server.Main}
     * @param jvmOptions as {@code ./clew up} gives them
     */
    record Server(String classPath, List<String> jvmOptions) {}

    /** A process ended or did not start; the message says so in the user's language. */
    static final class DemoFailure extends RuntimeException {

        private static final long serialVersionUID = 1;

        DemoFailure(String message) {
            super(message);
        }

        String message() {
            return String.valueOf(getMessage());
        }
    }

    private final Console console;
    private final Ports ports;
    private final Path work;
    private final Path data;
    private final ClewApi clew;
    private final ShopCounts counts;
    private final Deque<Child> children = new ArrayDeque<>();
    private final Thread onSignal = new Thread(this::endBySignal, "demo-end");
    private boolean ended;

    DemoRun(Console console, Ports ports, Path work, Path data) {
        this.console = console;
        this.ports = ports;
        this.work = work;
        this.data = data;
        this.clew = new ClewApi(ports.ui());
        this.counts = new ShopCounts(ports);
        Runtime.getRuntime().addShutdownHook(onSignal);
    }

    /** Exit code: 0, or 1 when something failed and was said. */
    int run(Server server, int firstRush, boolean once, double rate) throws InterruptedException {
        try {
            open(server);
            var traffic = new Traffic(ports.storefront());
            rush(traffic, firstRush);
            showTraces();
            showTimes();
            if (once) {
                showCounts();
            } else {
                trade(traffic, rate);
            }
            return 0;
        } catch (DemoFailure e) {
            if (!ending()) {
                console.raw(e.message());
            }
            return 1;
        } catch (IOException e) {
            if (!ending()) {
                console.say("broken", e.toString());
            }
            return 1;
        }
    }

    /** True once children are being stopped: whatever fails then fails because of that. */
    private synchronized boolean ending() {
        return ended;
    }

    private void open(Server server) throws IOException, InterruptedException {
        var shop = new Shop(ports, Shop.agentBesideTheseClasses(), work);
        Child clewServer = start("starting-server", startServer(server));
        Child database = start("starting-database", shop.database());
        await(clewServer, clew::ready, "server-ready", clew.homeUrl());
        await(database, () -> Ports.open(ports.database()), "database-ready", ports.database());
        Child stock = start("starting-service", shop.stock());
        Child orders = start("starting-service", shop.orders());
        Child storefront = start("starting-service", shop.storefront());
        await(stock, () -> Ports.open(ports.stock()), "service-ready", "stock", ports.stock());
        await(orders, () -> Ports.open(ports.orders()), "service-ready", "orders", ports.orders());
        await(storefront, () -> Ports.open(ports.storefront()), "service-ready", "storefront", ports.storefront());
    }

    private Child startServer(Server server) {
        var jvm = new ArrayList<>(server.jvmOptions());
        jvm.addAll(List.of("-cp", server.classPath() + java.io.File.pathSeparator + Shop.classes()));
        var arguments = List.of(
                "io.clew.server.Main",
                "up",
                "--port-offset",
                Integer.toString(ports.offset()),
                "--data",
                data.toString());
        return Child.start("clew", jvm, arguments, java.util.Map.of(), work);
    }

    private synchronized Child start(String key, Child child) {
        children.push(child);
        if (ended) {
            child.askToEnd();
        }
        console.say(key, child.name());
        return child;
    }

    private interface Condition {
        boolean met() throws IOException, InterruptedException;
    }

    private void await(Child child, Condition condition, String key, Object... values)
            throws IOException, InterruptedException {
        boolean _ = await(
                START_LIMIT,
                () -> condition.met() ? Optional.of(true) : Optional.empty(),
                () -> console.text("not-ready", child.name(), START_LIMIT.toSeconds())
                        + System.lineSeparator()
                        + child.lastWords());
        console.say(key, values);
    }

    private interface Attempt<T> {
        Optional<T> make() throws IOException, InterruptedException;
    }

    /** Says what was waited for in vain. */
    private interface Reason {
        String text() throws IOException, InterruptedException;
    }

    /** Tries until something comes of it, while all children live. */
    private <T> T await(Duration limit, Attempt<T> attempt, Reason reason) throws IOException, InterruptedException {
        Instant begun = Instant.now();
        while (true) {
            allAlive();
            Optional<T> made = attempt.make();
            if (made.isPresent()) {
                return made.get();
            }
            if (begun.plus(limit).isBefore(Instant.now())) {
                throw new DemoFailure(reason.text());
            }
            Thread.sleep(POLL_MILLIS);
        }
    }

    private synchronized void allAlive() {
        if (ended) {
            throw new DemoFailure("");
        }
        for (Child child : children) {
            if (!child.alive()) {
                throw new DemoFailure(
                        console.text("child-ended", child.name()) + System.lineSeparator() + child.lastWords());
            }
        }
    }

    private void rush(Traffic traffic, int customers) throws IOException, InterruptedException {
        console.say("rush", customers);
        while (traffic.sent() < customers) {
            traffic.next();
            console.tick("rush-progress", traffic.sent(), customers);
        }
        console.say("rush-done", traffic.sent(), traffic.failed());
    }

    /** Waits for one finished checkout and one failed one, and shows both. */
    private void showTraces() throws IOException, InterruptedException {
        console.say("waiting-for-traces");
        ShopTrace checkout = showTrace("a-checkout", "{ name = \"place order\" && status != error }", false);
        ShopTrace.Span root = checkout.root().orElseThrow();
        Duration seen = Duration.between(Instant.EPOCH.plusNanos(root.end()), Instant.now());
        console.say("seen-after", seen.toMillis() / 1000.0);
        showTrace("a-failure", "{ name = \"place order\" && status = error }", true);
    }

    private ShopTrace showTrace(String key, String query, boolean failed) throws IOException, InterruptedException {
        ShopTrace found = await(
                TRACE_LIMIT,
                () -> finished(query, failed),
                () -> console.text("no-trace", TRACE_LIMIT.toSeconds(), clew.status()));
        say(key, found);
        return found;
    }

    private Optional<ShopTrace> finished(String query, boolean failed) throws IOException, InterruptedException {
        for (String id : clew.search(query)) {
            var trace = clew.trace(id).filter(ShopTrace::finished).filter(t -> t.failed() == failed);
            if (trace.isPresent()) {
                return trace;
            }
        }
        return Optional.empty();
    }

    private void say(String key, ShopTrace trace) {
        ShopTrace.Span root = trace.root().orElseThrow();
        console.say(key, clew.traceUrl(trace.id()));
        console.say(
                "trace-detail",
                trace.spans().size(),
                String.join(", ", trace.services()),
                (root.end() - root.start()) / 1_000_000);
    }

    /** Both times to visible, as the server measured them over all spans so far. */
    private void showTimes() throws IOException, InterruptedException {
        JsonNode times = clew.status().path("timeToVisible");
        JsonNode arrival = times.path("endToArrival");
        JsonNode visible = times.path("arrivalToVisible");
        console.say("times");
        console.say("end-to-arrival", seconds(arrival.path("p50Ms")), seconds(arrival.path("p99Ms")));
        console.say("arrival-to-visible", millis(visible.path("p50Ms")), millis(visible.path("p99Ms")));
    }

    /** What the services counted, after the last customer and when the last piece of work has ended. */
    private void showCounts() throws IOException, InterruptedException {
        List<ShopCounts.Line> settled =
                await(TRACE_LIMIT, counts::settled, () -> console.text("not-settled", TRACE_LIMIT.toSeconds()));
        console.say("counted");
        for (ShopCounts.Line line : settled) {
            console.say(
                    "counted-" + line.what(),
                    line.service(),
                    line.operation(),
                    line.calls(),
                    line.errors(),
                    line.callee());
        }
    }

    private static String seconds(JsonNode millis) {
        return millis.isNumber() ? String.format(java.util.Locale.ROOT, "%.1f s", millis.asDouble() / 1000) : "-";
    }

    private static String millis(JsonNode millis) {
        return millis.isNumber() ? String.format(java.util.Locale.ROOT, "%.1f ms", millis.asDouble()) : "-";
    }

    private void trade(Traffic traffic, double rate) throws IOException, InterruptedException {
        console.say("counted-at", String.join(" ", counts.urls()));
        console.say("trading", rate, clew.homeUrl());
        while (true) {
            Thread.sleep(Duration.ofNanos((long) (1e9 / rate)));
            allAlive();
            traffic.next();
            console.tick("trade-progress", traffic.sent(), traffic.failed());
        }
    }

    /** Stops everything; run by the JVM on Ctrl-C and TERM, which is how the demo is meant to end: exit code 0. */
    private void endBySignal() {
        console.raw("");
        end();
        Runtime.getRuntime().halt(0);
    }

    private void end() {
        List<Child> all;
        synchronized (this) {
            if (ended) {
                return;
            }
            ended = true;
            all = List.copyOf(children);
        }
        console.say("stopping");
        // The services first and at once, each of them flushing its agent; then what they talk to.
        Child server = all.isEmpty() ? null : all.getLast();
        all.stream().filter(child -> child != server).forEach(Child::askToEnd);
        all.stream().filter(child -> child != server).forEach(child -> child.awaitEnd(END_SECONDS));
        if (server != null) {
            server.askToEnd();
            server.awaitEnd(END_SECONDS);
        }
        deleteWork();
        console.say("stopped");
    }

    private void deleteWork() {
        try (Stream<Path> files = Files.walk(work)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            console.say("not-deleted", work, e.toString());
        }
    }

    @Override
    public void close() {
        end();
        try {
            Runtime.getRuntime().removeShutdownHook(onSignal);
        } catch (IllegalStateException e) {
            // The JVM is already ending: the hook waits for what was done here.
            return;
        }
    }
}
