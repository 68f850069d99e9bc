package io.clew.server.jaeger;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.clew.model.SpanKind;
import io.clew.model.Trace;
import io.clew.model.TraceId;
import io.clew.server.query.Missed;
import io.clew.server.query.Parameters;
import io.clew.server.query.Problem;
import io.clew.server.query.Queries;
import io.clew.store.FirstNames;
import io.clew.store.ReadControl;
import io.clew.store.Snapshot;
import io.clew.store.Window;
import io.clew.traceql.MatchingTraces;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The routes of Jaeger 2.20's legacy JSON API that read traces: {@code /api/services}, {@code /api/operations},
 * {@code /api/services/S/operations}, {@code /api/traces} and {@code /api/traces/ID}. Everything comes in Jaeger's
 * envelope, errors too. Parameters it does not know are ignored, as Jaeger ignores them.
 */
public final class JaegerApi {
    public static final String BASE = "/api/";

    private static final Pattern OPERATIONS = Pattern.compile("services/([^/]+)/operations");
    private static final Pattern TRACE = Pattern.compile("traces/([^/]+)");

    private final Queries queries;

    public JaegerApi(Queries queries) {
        this.queries = queries;
    }

    /** The pattern of a path below {@link #BASE}, for counters. */
    public static String pattern(String rawPath) {
        if (OPERATIONS.matcher(rawPath).matches()) {
            return "services/{service}/operations";
        }
        if (TRACE.matcher(rawPath).matches()) {
            return "traces/{id}";
        }
        return switch (rawPath) {
            case "services", "operations", "traces" -> rawPath;
            default -> "other";
        };
    }

    /** Whether a path below {@link #BASE}, percent-encoded, is one of Jaeger's that read traces. */
    public static boolean isRoute(String rawPath) {
        return !pattern(rawPath).equals("other");
    }

    /**
     * Answers a GET or HEAD.
     *
     * @param rawPath one for which {@link #isRoute} holds
     */
    public HttpResponse serve(ServiceRequestContext context, String rawPath) {
        Parameters parameters = new Parameters(context.queryParams());
        try {
            boolean pretty = Boolean.parseBoolean(parameters.text("prettyPrint").orElse("false"));
            Matcher operations = OPERATIONS.matcher(rawPath);
            if (operations.matches()) {
                return operationNames(context, pretty, decoded(operations.group(1)));
            }
            Matcher trace = TRACE.matcher(rawPath);
            if (trace.matches()) {
                return trace(context, pretty, decoded(trace.group(1)));
            }
            return switch (rawPath) {
                case "services" -> services(context, pretty);
                case "operations" -> operations(context, pretty, parameters);
                case "traces" -> traces(context, pretty, parameters);
                default -> throw new IllegalArgumentException("no route of Jaeger's: " + rawPath);
            };
        } catch (BadParameterException e) {
            return answer(new Problem(HttpStatus.BAD_REQUEST, "A parameter is wrong", String.valueOf(e.getMessage())));
        }
    }

    private HttpResponse services(ServiceRequestContext context, boolean pretty) {
        return json(context, pretty, (snapshot, control, json) -> {
            FirstNames<String> services = snapshot.services(Window.ALL, control);
            names(services, services.total(), control, json);
        });
    }

    private HttpResponse operationNames(ServiceRequestContext context, boolean pretty, String service) {
        return json(context, pretty, (snapshot, control, json) -> {
            TreeSet<String> names = new TreeSet<>();
            FirstNames<Snapshot.Operation> operations = snapshot.operations(service, Window.ALL, control);
            operations.forEach(operation -> names.add(operation.name()));
            names(names, operations.complete() ? names.size() : operations.total(), control, json);
        });
    }

    /** Of very many names the first, and how many there are. */
    private static void names(Collection<String> names, long total, ReadControl control, JsonGenerator json)
            throws IOException {
        json.writeStartObject();
        json.writeArrayFieldStart("data");
        for (String name : names) {
            json.writeString(name);
        }
        json.writeEndArray();
        end(total, List.of(), lacking("names", control), json);
    }

    private HttpResponse operations(ServiceRequestContext context, boolean pretty, Parameters parameters)
            throws BadParameterException {
        String service = parameters
                .text("service")
                .orElseThrow(() -> new BadParameterException("parameter 'service' is required"));
        String kind = parameters.text("spanKind").orElse("");
        return json(context, pretty, (snapshot, control, json) -> {
            FirstNames<Snapshot.Operation> all = snapshot.operations(service, Window.ALL, control);
            List<Snapshot.Operation> operations = all.stream()
                    .filter(operation -> kind.isEmpty() || word(operation).equals(kind))
                    .toList();
            json.writeStartObject();
            json.writeArrayFieldStart("data");
            for (Snapshot.Operation operation : operations) {
                json.writeStartObject();
                json.writeStringField("name", operation.name());
                json.writeStringField("spanKind", word(operation));
                json.writeEndObject();
            }
            json.writeEndArray();
            end(all.complete() ? operations.size() : all.total(), List.of(), lacking("names", control), json);
        });
    }

    /** Jaeger has no word for spans of no kind. */
    private static String word(Snapshot.Operation operation) {
        SpanKind kind = SpanKind.of(operation.kind());
        return kind == SpanKind.UNSPECIFIED ? "" : kind.word();
    }

    private HttpResponse trace(ServiceRequestContext context, boolean pretty, String text)
            throws BadParameterException {
        TraceId id;
        try {
            id = TraceIds.parse(text);
        } catch (IllegalArgumentException e) {
            throw new BadParameterException(String.valueOf(e.getMessage()));
        }
        return json(context, pretty, (snapshot, control, json) -> {
            Optional<Trace> trace = snapshot.trace(id, control);
            if (trace.isEmpty()) {
                throw new Problem(
                        HttpStatus.NOT_FOUND, "No such trace", "trace not found" + Missed.perhaps(control.missed()));
            }
            json.writeStartObject();
            json.writeArrayFieldStart("data");
            TraceWriter.write(trace.get(), lacking("spans", control), control, json);
            json.writeEndArray();
            end(0, List.of(), List.of(), json);
        });
    }

    private HttpResponse traces(ServiceRequestContext context, boolean pretty, Parameters parameters)
            throws BadParameterException {
        JaegerSearch search = JaegerSearch.read(parameters, Instant.now().toEpochMilli() * 1000);
        return json(context, pretty, (snapshot, control, json) -> {
            json.writeStartObject();
            json.writeArrayFieldStart("data");
            List<TraceId> missing = List.of();
            if (search.ids().isEmpty()) {
                found(search, snapshot, control, json);
            } else {
                missing = asked(search.ids(), snapshot, control, json);
            }
            json.writeEndArray();
            end(0, missing, lacking("traces or spans", control), json);
        });
    }

    private static List<TraceId> asked(List<TraceId> ids, Snapshot snapshot, ReadControl control, JsonGenerator json)
            throws IOException {
        List<TraceId> missing = new ArrayList<>();
        for (TraceId id : ids) {
            Optional<Trace> trace = snapshot.trace(id, control);
            if (trace.isPresent()) {
                TraceWriter.write(trace.get(), List.of(), control, json);
            } else {
                missing.add(id);
            }
        }
        return missing;
    }

    // The engine tells traces by their overlap with the window, Jaeger by the start of the span that matches: what the
    // engine finds is looked at again. Each trace goes out before the next is read, however many are asked for.
    private static void found(JaegerSearch search, Snapshot snapshot, ReadControl control, JsonGenerator json)
            throws IOException {
        MatchingTraces matching = new MatchingTraces(snapshot, search.query(), search.window(), null, control);
        int left = search.limit();
        while (left > 0) {
            Trace trace = matching.next();
            if (trace == null) {
                return;
            }
            if (search.accepts(trace, matching::matched)) {
                TraceWriter.write(trace, List.of(), control, json);
                left--;
            }
        }
    }

    private HttpResponse json(ServiceRequestContext context, boolean pretty, Queries.Query query) {
        return queries.json(context, queries.longest(), pretty, JaegerApi::answer, query);
    }

    /** What the answer may lack, a sentence for each damaged place. */
    private static List<String> lacking(String what, ReadControl control) {
        return Missed.lines(control.missed()).stream()
                .map(place -> what + " may be missing: " + place)
                .toList();
    }

    /**
     * Closes the envelope.
     *
     * @param missing traces asked for that are not there
     * @param lacking what else went wrong
     */
    private static void end(long total, List<TraceId> missing, List<String> lacking, JsonGenerator json)
            throws IOException {
        json.writeNumberField("total", total);
        json.writeNumberField("limit", 0);
        json.writeNumberField("offset", 0);
        if (missing.isEmpty() && lacking.isEmpty()) {
            json.writeNullField("errors");
        } else {
            json.writeArrayFieldStart("errors");
            for (TraceId id : missing) {
                error(HttpStatus.NOT_FOUND, "trace not found", TraceIds.text(id.high(), id.low()), json);
            }
            for (String message : lacking) {
                error(HttpStatus.INTERNAL_SERVER_ERROR, message, null, json);
            }
            json.writeEndArray();
        }
        json.writeEndObject();
    }

    private static void error(HttpStatus status, String message, @Nullable String traceId, JsonGenerator json)
            throws IOException {
        json.writeStartObject();
        json.writeNumberField("code", status.code());
        json.writeStringField("msg", message);
        if (traceId != null) {
            json.writeStringField("traceID", traceId);
        }
        json.writeEndObject();
    }

    /** What is wrong with a call, in Jaeger's envelope. */
    public static HttpResponse answer(Problem problem) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        try (JsonGenerator json = new JsonFactory().createGenerator(body)) {
            json.writeStartObject();
            json.writeNullField("data");
            json.writeNumberField("total", 0);
            json.writeNumberField("limit", 0);
            json.writeNumberField("offset", 0);
            json.writeArrayFieldStart("errors");
            error(problem.status(), String.valueOf(problem.getMessage()), null, json);
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return problem.toResponse("application/json", body.toByteArray());
    }

    private static String decoded(String segment) throws BadParameterException {
        try {
            // A plus sign stands for itself in a path.
            return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new BadParameterException("cannot decode '" + segment + "'");
        }
    }
}
