package io.clew.server;

import io.clew.ingest.otlp.OtlpProtobufWriter;
import io.clew.model.SourceProtocol;
import io.clew.model.SpanBatch;
import io.clew.model.SpanKind;
import io.clew.model.StatusCode;
import io.clew.model.TraceId;
import io.clew.model.ValueType;
import io.clew.server.config.ServerConfig;
import io.clew.server.life.ClewServer;
import io.clew.server.life.StartException;
import io.clew.server.life.StoreOpener;
import io.clew.server.net.Address;
import io.clew.server.net.Door;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/**
 * {@code rehearse}, for the launcher: a server takes spans, answers questions, restarts and answers again, all by itself.
 * While it does, the JVM notes for its start-up cache which classes are needed and what in them is hot, so that the first
 * questions to a server that starts from that cache are answered like later ones. Not in the help.
 */
final class RehearseCommand {
    static final String NAME = "rehearse";

    private static final int REQUESTS = 40;
    private static final int SPANS = 300;
    private static final int ROUNDS = 30;
    private static final List<String> QUERIES = List.of(
            "{ resource.service.name = \"cart\" }",
            "{ .http.url = \"http://cart/items/17\" }",
            "{ span.http.url = \"http://cart/items/none\" }",
            "{ span.http.url =~ \".*items/4.*\" && kind = client }",
            "{ duration > 5ms && duration < 9ms }",
            "{ status = error } && { name = \"GET /items\" }",
            "{ span.items > 40 || .absent = 1 }");

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private RehearseCommand() {}

    static CommandSpec spec() {
        CommandSpec spec = CommandSpec.create().name(NAME);
        spec.usageMessage().hidden(true);
        spec.addOption(OptionSpec.builder("--data")
                .type(Path.class)
                .required(true)
                .description("an empty directory")
                .build());
        return spec;
    }

    /**
     * Rehearses.
     *
     * @return the exit code
     */
    static int run(ParseResult parsed, StoreOpener opener, PrintStream err) {
        Path data = parsed.matchedOptionValue("--data", Path.of(""));
        RehearseCommand rehearsal = new RehearseCommand();
        try (HttpClient _ = rehearsal.http) {
            rehearsal.once(data, opener, REQUESTS, 2);
            rehearsal.once(data, opener, 0, ROUNDS);
            return 0;
        } catch (StartException | IOException e) {
            err.println("clew: the rehearsal failed: " + e.getMessage());
            return Main.FAILED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Main.FAILED;
        }
    }

    private void once(Path data, StoreOpener opener, int requests, int rounds)
            throws StartException, IOException, InterruptedException {
        try (ClewServer server = ClewServer.start(ServerConfig.onFreePorts(data), Main.version(), opener)) {
            for (int i = 0; i < requests; i++) {
                post(address(server, Door.OTLP_HTTP) + "/v1/traces", spans(i));
            }
            String ui = address(server, Door.UI);
            String api = ui + "/clew/api/v1/";
            get(ui + "/ready");
            get(ui + "/");
            get(api + "status");
            for (int round = 0; round < rounds; round++) {
                get(api + "services");
                get(api + "operations?service=cart");
                get(api + "traces/" + trace(round % REQUESTS, 7));
                for (String query : QUERIES) {
                    get(api + "search?limit=20&q=" + URLEncoder.encode(query, StandardCharsets.UTF_8));
                }
            }
        }
    }

    private static String address(ClewServer server, Door door) {
        return server.addresses().stream()
                .filter(address -> address.door() == door)
                .map(Address::fromHost)
                .findFirst()
                .orElseThrow();
    }

    private void get(String uri) throws IOException, InterruptedException {
        send(HttpRequest.newBuilder(URI.create(uri)).build());
    }

    private void post(String uri, byte[] body) throws IOException, InterruptedException {
        send(HttpRequest.newBuilder(URI.create(uri))
                .header("Content-Type", "application/x-protobuf")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build());
    }

    private void send(HttpRequest request) throws IOException, InterruptedException {
        int status = http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        if (status != 200) {
            throw new IOException(request.uri() + " answered " + status);
        }
    }

    private static TraceId trace(int request, int number) {
        return new TraceId(0x5eed, (long) request << 32 | number + 1);
    }

    /** An export request: traces of ten spans of one service, each a client's call with a URL of its own. */
    private static byte[] spans(int request) {
        SpanBatch batch = new SpanBatch();
        String service = request % 2 == 0 ? "cart" : "stock";
        int resource = batch.beginResource();
        batch.resourceAttributes().add(word(batch, "service.name"), ValueType.STRING, word(batch, service));
        int scope = batch.beginScope();
        batch.setScopeName(scope, word(batch, "rehearsal"));
        long now = Instant.now().toEpochMilli() * 1_000_000;
        for (int i = 0; i < SPANS; i++) {
            int row = batch.beginSpan(resource, scope, now, SourceProtocol.OTLP_PROTOBUF);
            TraceId id = trace(request, i / 10);
            batch.setTraceId(row, id.high(), id.low());
            batch.setSpanId(row, (long) request << 32 | i + 1);
            batch.setParentSpanId(row, i % 10 == 0 ? 0 : (long) request << 32 | i / 10 * 10 + 1);
            batch.setName(row, word(batch, i % 10 == 0 ? "GET /items" : "call"));
            batch.setKind(row, (i % 10 == 0 ? SpanKind.SERVER : SpanKind.CLIENT).code());
            batch.setStart(row, now + i * 1_000_000L);
            batch.setEnd(row, now + i * 1_000_000L + 1_000_000L * (1 + i % 13));
            batch.setStatusCode(row, i % 50 == 3 ? StatusCode.ERROR.code() : StatusCode.UNSET.code());
            batch.spanAttributes()
                    .add(
                            word(batch, "http.url"),
                            ValueType.STRING,
                            word(batch, "http://" + service + "/items/" + (request * SPANS + i)));
            batch.spanAttributes().add(word(batch, "items"), ValueType.INT, i % 50);
            batch.spanAttributes().add(word(batch, "tenant"), ValueType.STRING, word(batch, "tenant-" + i % 7));
            if (i % 50 == 3) {
                int event = batch.beginEvent();
                batch.setEventTime(event, now);
                batch.setEventName(event, word(batch, "exception"));
            }
        }
        return new OtlpProtobufWriter().write(batch);
    }

    private static int word(SpanBatch batch, String text) {
        return batch.dictionary().intern(text);
    }
}
