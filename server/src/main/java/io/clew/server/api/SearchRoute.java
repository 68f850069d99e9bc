package io.clew.server.api;

import com.fasterxml.jackson.core.JsonGenerator;
import com.linecorp.armeria.common.HttpResponse;
import io.clew.model.Hex;
import io.clew.model.SpanBatch;
import io.clew.server.query.Missed;
import io.clew.server.query.Parameters;
import io.clew.server.query.Problem;
import io.clew.store.Position;
import io.clew.store.ReadControl;
import io.clew.store.Snapshot;
import io.clew.store.Window;
import io.clew.traceql.PageCursor;
import io.clew.traceql.SearchRequest;
import io.clew.traceql.SearchResult;
import io.clew.traceql.TraceSummary;
import io.clew.traceql.TraceqlEngine;
import io.clew.traceql.ast.Spansets;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code search}: traces that match a TraceQL query, newest first, page by page. */
final class SearchRoute implements ClewApi.Route {
    private static final int MOST_TRACES = 1000;

    @Override
    public String pattern() {
        return "search";
    }

    @Override
    public HttpResponse answer(ClewApi.Ask ask, String variable) throws Problem {
        Parameters parameters = ask.parameters();
        parameters.allowOnly("q", "start", "end", "limit", "cursor", "total", "timeout");
        Spansets query = TraceqlParameter.read(parameters);
        Window window = Windows.read(parameters);
        int limit = parameters.number("limit", SearchRequest.DEFAULT_LIMIT, 1, MOST_TRACES);
        boolean total = parameters.flag("total");
        SearchRequest request =
                new SearchRequest(window, limit, cursor(parameters), total, SearchRequest.DEFAULT_SPANS_PER_TRACE);
        return ask.json((snapshot, control, json) -> search(snapshot, query, request, control, json));
    }

    private static void search(
            Snapshot snapshot, Spansets query, SearchRequest request, ReadControl control, JsonGenerator json)
            throws IOException {
        long began = System.nanoTime();
        SearchResult result = TraceqlEngine.search(snapshot, query, request, control);
        long elapsed = System.nanoTime() - began;
        json.writeStartObject();
        json.writeArrayFieldStart("traces");
        for (TraceSummary trace : result.traces()) {
            write(trace, json);
        }
        json.writeEndArray();
        json.writeStringField("nextCursor", result.nextCursor());
        json.writeFieldName("total");
        if (result.total().isPresent()) {
            json.writeNumber(result.total().getAsLong());
        } else {
            json.writeNull();
        }
        json.writeBooleanField("complete", result.complete());
        json.writeNumberField("inspectedTraces", result.inspectedTraces());
        json.writeNumberField("inspectedSpans", result.inspectedSpans());
        Missed.write(result.missed(), json);
        json.writeNumberField("elapsedMs", Math.rint(elapsed / 1e3) / 1e3);
        json.writeEndObject();
    }

    private static void write(TraceSummary trace, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("traceId", trace.id().toString());
        json.writeStringField("start", Long.toString(trace.start() == SpanBatch.NO_TIME ? 0 : trace.start()));
        json.writeStringField("duration", Long.toString(trace.duration()));
        json.writeNumberField("spanCount", trace.spanCount());
        json.writeNumberField("errorCount", trace.errorCount());
        json.writeStringField("rootService", trace.rootService());
        json.writeStringField("rootName", trace.rootName());
        json.writeArrayFieldStart("services");
        for (TraceSummary.ServiceCount service : trace.services()) {
            json.writeStartObject();
            json.writeStringField("name", service.name());
            json.writeNumberField("spanCount", service.spanCount());
            json.writeNumberField("errorCount", service.errorCount());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeNumberField("matchedCount", trace.matchedCount());
        json.writeArrayFieldStart("matchedSpans");
        for (TraceSummary.MatchedSpan span : trace.matchedSpans()) {
            write(span, json);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void write(TraceSummary.MatchedSpan span, JsonGenerator json) throws IOException {
        json.writeStartObject();
        json.writeStringField("spanId", Hex.of(span.spanId()));
        json.writeStringField("name", span.name());
        json.writeStringField("service", span.service() == null ? "" : span.service());
        json.writeStringField("kind", span.kind().word());
        json.writeStringField("status", span.status().word());
        json.writeStringField("start", Long.toUnsignedString(span.start()));
        json.writeStringField("duration", Long.toString(span.duration()));
        json.writeEndObject();
    }

    static @Nullable Position cursor(Parameters parameters) throws Problem {
        Optional<String> text = parameters.text("cursor");
        if (text.isEmpty()) {
            return null;
        }
        try {
            return PageCursor.decode(text.get());
        } catch (IllegalArgumentException e) {
            throw Problem.parameter("cursor", text.get(), "the nextCursor of an earlier answer");
        }
    }
}
