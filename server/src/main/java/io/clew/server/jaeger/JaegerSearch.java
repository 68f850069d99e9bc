package io.clew.server.jaeger;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.clew.model.Trace;
import io.clew.model.TraceId;
import io.clew.server.query.Parameters;
import io.clew.store.Window;
import io.clew.traceql.ast.Conditions;
import io.clew.traceql.ast.Expression;
import io.clew.traceql.ast.Spansets;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;
import java.util.function.ToLongFunction;

/**
 * What the parameters of {@code /api/traces} ask for. A trace matches when one span satisfies everything: service,
 * operation, all tags, its start within the window and its duration within its bounds.
 *
 * @param ids traces asked for by id; when there are any, nothing else counts
 */
record JaegerSearch(List<TraceId> ids, Spansets query, Window window, int limit) {
    private static final long TWO_DAYS_MICROS = 2 * 24 * 3600 * 1_000_000L;
    private static final int DEFAULT_LIMIT = 100;

    /**
     * Reads the parameters.
     *
     * @param nowMicros epoch microseconds
     * @throws BadParameterException naming the first that is wrong
     */
    static JaegerSearch read(Parameters parameters, long nowMicros) throws BadParameterException {
        List<TraceId> ids = new ArrayList<>();
        for (String id : parameters.all("traceID")) {
            ids.add(value("traceID", id, TraceIds.EXPECTED, TraceIds::parse));
        }
        Optional<String> service = parameters.text("service");
        if (service.isEmpty() && ids.isEmpty()) {
            throw new BadParameterException("parameter 'service' is required");
        }
        long end = micros(parameters, "end", nowMicros);
        long start = micros(parameters, "start", end - TWO_DAYS_MICROS);
        int limit = limit(parameters);
        long shortest = duration(parameters, "minDuration");
        long longest = duration(parameters, "maxDuration");
        if (longest > 0 && longest < shortest) {
            throw new BadParameterException("parameter 'maxDuration' should be greater than 'minDuration'");
        }
        List<Expression> conditions = new ArrayList<>();
        service.ifPresent(name -> conditions.add(Conditions.service(name)));
        parameters.text("operation").ifPresent(name -> conditions.add(Conditions.name(name)));
        if (shortest > 0) {
            conditions.add(Conditions.minDuration(shortest));
        }
        if (longest > 0) {
            conditions.add(Conditions.maxDuration(longest));
        }
        tags(parameters, conditions);
        return new JaegerSearch(ids, Conditions.filter(conditions), window(start, end), limit);
    }

    /**
     * Whether one span of the trace that matches the query starts within the window.
     *
     * @param matched whether the span of a row matches
     */
    boolean accepts(Trace trace, IntPredicate matched) {
        for (int row : trace.order()) {
            long start = trace.spans().start(row);
            if (matched.test(row) && start >= window.from() && start <= window.to()) {
                return true;
            }
        }
        return false;
    }

    private static void tags(Parameters parameters, List<Expression> conditions) throws BadParameterException {
        for (String tag : parameters.all("tag")) {
            int colon = tag.indexOf(':');
            if (colon < 1) {
                throw new BadParameterException("malformed 'tag' parameter, expecting key:value, received: " + tag);
            }
            conditions.add(Conditions.tag(tag.substring(0, colon), tag.substring(colon + 1)));
        }
        for (String object : parameters.all("tags")) {
            if (!object.isEmpty()) {
                tagObject(object, conditions);
            }
        }
    }

    private static void tagObject(String text, List<Expression> conditions) throws BadParameterException {
        String wrong = "malformed 'tags' parameter, expecting a JSON object of strings, received: " + text;
        try (JsonParser json = new JsonFactory().createParser(text)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new BadParameterException(wrong);
            }
            while (json.nextToken() == JsonToken.FIELD_NAME) {
                String key = json.currentName();
                if (json.nextToken() != JsonToken.VALUE_STRING) {
                    throw new BadParameterException(wrong);
                }
                conditions.add(Conditions.tag(key, json.getText()));
            }
            if (json.currentToken() != JsonToken.END_OBJECT || json.nextToken() != null) {
                throw new BadParameterException(wrong);
            }
        } catch (IOException e) {
            throw new BadParameterException(wrong);
        }
    }

    private static int limit(Parameters parameters) throws BadParameterException {
        Optional<String> text = parameters.text("limit");
        return text.isEmpty()
                ? DEFAULT_LIMIT
                : value("limit", text.get(), "a whole number of 1 or more", read -> {
                    int limit = Integer.parseInt(read);
                    if (limit < 1) {
                        throw new IllegalArgumentException("not positive");
                    }
                    return limit;
                });
    }

    private static long micros(Parameters parameters, String name, long otherwise) throws BadParameterException {
        Optional<String> text = parameters.text(name);
        return text.isEmpty()
                ? otherwise
                : value(name, text.get(), "microseconds since 1970 as a whole number", read -> Long.parseLong(read));
    }

    private static long duration(Parameters parameters, String name) throws BadParameterException {
        Optional<String> text = parameters.text(name);
        return text.isEmpty()
                ? 0
                : value(name, text.get(), "a duration such as 1.2s, 100ms or 500us", GoDuration::nanos);
    }

    private interface Reader<T> {
        T read(String text);
    }

    private static <T> T value(String name, String text, String expected, Reader<T> reader)
            throws BadParameterException {
        try {
            return reader.read(text);
        } catch (IllegalArgumentException e) {
            throw new BadParameterException(
                    "unable to parse param '" + name + "': expected " + expected + ", read '" + text + "'");
        }
    }

    /** Microseconds to nanoseconds; the last microsecond counts whole. */
    private static Window window(long start, long end) {
        ToLongFunction<Long> clamp = micros -> Math.clamp(micros, Long.MIN_VALUE / 1000, Long.MAX_VALUE / 1000 - 1);
        return new Window(clamp.applyAsLong(start) * 1000, clamp.applyAsLong(end) * 1000 + 999);
    }
}
