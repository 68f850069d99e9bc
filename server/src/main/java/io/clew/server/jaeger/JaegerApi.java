package io.clew.server.jaeger;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.clew.model.SpanKind;
import io.clew.model.Trace;
import io.clew.model.TraceId;
import io.clew.server.query.Parameters;
import io.clew.server.query.Problem;
import io.clew.server.query.Queries;
import io.clew.store.Position;
import io.clew.store.ReadControl;
import io.clew.store.Snapshot;
import io.clew.store.Window;
import io.clew.traceql.PageCursor;
import io.clew.traceql.SearchRequest;
import io.clew.traceql.SearchResult;
import io.clew.traceql.TraceSummary;
import io.clew.traceql.TraceqlEngine;
import io.clew.traceql.eval.TraceMatcher;
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

    /**
     * Answers, or leaves a path that is not Jaeger's to others.
     *
     * @param rawPath below {@link #BASE}, percent-encoded
     */
    public Optional<HttpResponse> serve(ServiceRequestContext context, String rawPath) {
        if (context.method() != HttpMethod.GET && context.method() != HttpMethod.HEAD) {
            return Optional.empty();
        }
        Parameters parameters = new Parameters(context.queryParams());
        try {
            boolean pretty = Boolean.parseBoolean(parameters.text("prettyPrint").orElse("false"));
            Matcher operations = OPERATIONS.matcher(rawPath);
            if (operations.matches()) {
                return Optional.of(operationNames(context, pretty, decoded(operations.group(1))));
            }
            Matcher trace = TRACE.matcher(rawPath);
            if (trace.matches()) {
                return Optional.of(trace(context, pretty, decoded(trace.group(1))));
            }
            return switch (rawPath) {
                case "services" -> Optional.of(services(context, pretty));
                case "operations" -> Optional.of(operations(context, pretty, parameters));
                case "traces" -> Optional.of(traces(context, pretty, parameters));
                default -> Optional.empty();
            };
        } catch (BadParameterException e) {
            return Optional.of(failure(HttpStatus.BAD_REQUEST, String.valueOf(e.getMessage()), null));
        }
    }

    private HttpResponse services(ServiceRequestContext context, boolean pretty) {
        return json(context, pretty, (snapshot, control, json) -> names(snapshot.services(Window.ALL, control), json));
    }

    private HttpResponse operationNames(ServiceRequestContext context, boolean pretty, String service) {
        return json(context, pretty, (snapshot, control, json) -> {
            TreeSet<String> names = new TreeSet<>();
            snapshot.operations(service, Window.ALL, control).forEach(operation -> names.add(operation.name()));
            names(names, json);
        });
    }

    private static void names(Collection<String> names, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeArrayFieldStart("data");
        for (String name : names) {
            json.writeString(name);
        }
        json.writeEndArray();
        end(names.size(), List.of(), json);
    }

    private HttpResponse operations(ServiceRequestContext context, boolean pretty, Parameters parameters)
            throws BadParameterException {
        String service = parameters
                .text("service")
                .orElseThrow(() -> new BadParameterException("parameter 'service' is required"));
        String kind = parameters.text("spanKind").orElse("");
        return json(context, pretty, (snapshot, control, json) -> {
            List<Snapshot.Operation> operations = snapshot.operations(service, Window.ALL, control).stream()
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
            end(operations.size(), List.of(), json);
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
                throw new Problem(HttpStatus.NOT_FOUND, "No such trace", "trace not found");
            }
            json.writeStartObject();
            json.writeArrayFieldStart("data");
            TraceWriter.write(trace.get(), json);
            json.writeEndArray();
            end(0, List.of(), json);
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
            end(0, missing, json);
        });
    }

    private static List<TraceId> asked(List<TraceId> ids, Snapshot snapshot, ReadControl control, JsonGenerator json)
            throws IOException {
        List<TraceId> missing = new ArrayList<>();
        for (TraceId id : ids) {
            Optional<Trace> trace = snapshot.trace(id, control);
            if (trace.isPresent()) {
                TraceWriter.write(trace.get(), json);
            } else {
                missing.add(id);
            }
        }
        return missing;
    }

    // The engine tells traces by their overlap with the window, Jaeger by the start of the span that matches: what the
    // engine finds is looked at again.
    private static void found(JaegerSearch search, Snapshot snapshot, ReadControl control, JsonGenerator json)
            throws IOException {
        TraceMatcher matcher = TraceMatcher.of(search.query());
        Position after = null;
        int written = 0;
        do {
            SearchResult result = TraceqlEngine.search(
                    snapshot,
                    search.query(),
                    new SearchRequest(search.window(), search.limit() - written, after, false, 0),
                    control);
            control.check();
            for (TraceSummary summary : result.traces()) {
                Optional<Trace> trace = snapshot.trace(summary.id(), control);
                if (trace.isPresent() && search.matches(trace.get(), matcher)) {
                    TraceWriter.write(trace.get(), json);
                    written++;
                }
            }
            after = result.nextCursor() == null ? null : PageCursor.decode(result.nextCursor());
        } while (after != null && written < search.limit());
    }

    private HttpResponse json(ServiceRequestContext context, boolean pretty, Queries.Query query) {
        return queries.json(
                context,
                queries.longest(),
                pretty,
                problem -> failure(problem.status(), String.valueOf(problem.getMessage()), null),
                query);
    }

    /** Closes the envelope. */
    private static void end(int total, List<TraceId> missing, JsonGenerator json) throws IOException {
        json.writeNumberField("total", total);
        json.writeNumberField("limit", 0);
        json.writeNumberField("offset", 0);
        if (missing.isEmpty()) {
            json.writeNullField("errors");
        } else {
            json.writeArrayFieldStart("errors");
            for (TraceId id : missing) {
                error(HttpStatus.NOT_FOUND, "trace not found", TraceIds.text(id.high(), id.low()), json);
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

    private static HttpResponse failure(HttpStatus status, String message, @Nullable String traceId) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        try (JsonGenerator json = new JsonFactory().createGenerator(body)) {
            json.writeStartObject();
            json.writeNullField("data");
            json.writeNumberField("total", 0);
            json.writeNumberField("limit", 0);
            json.writeNumberField("offset", 0);
            json.writeArrayFieldStart("errors");
            error(status, message, traceId, json);
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return HttpResponse.of(status, MediaType.JSON, HttpData.wrap(body.toByteArray()));
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
