package io.clew.server.api;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import io.clew.ingest.otlp.OtlpJsonWriter;
import io.clew.model.Trace;
import io.clew.model.TraceId;
import io.clew.server.query.Missed;
import io.clew.server.query.Problem;
import io.clew.store.DeleteResult;
import java.util.List;
import java.util.Set;

/** {@code traces/{id}}: one whole trace as OTLP JSON; DELETE deletes it. */
final class TraceRoute implements ClewApi.Route {
    private final StoreChanges changes;

    TraceRoute(StoreChanges changes) {
        this.changes = changes;
    }

    @Override
    public String pattern() {
        return "traces/{id}";
    }

    @Override
    public Set<HttpMethod> methods() {
        return Set.of(HttpMethod.GET, HttpMethod.DELETE);
    }

    @Override
    public HttpResponse answer(ClewApi.Ask ask, String variable) throws Problem {
        ask.parameters().allowOnly("timeout");
        TraceId id = id(variable);
        if (ask.method() == HttpMethod.DELETE) {
            return ask.json((snapshot, control, json) -> {
                DeleteResult result = changes.delete(List.of(id));
                if (!result.left().isEmpty()) {
                    throw StoreChanges.partial(result.traces(), result.left());
                }
                if (result.traces() == 0) {
                    throw StoreChanges.noSuchTrace(id);
                }
                json.writeStartObject();
                json.writeNumberField("deletedTraces", 1);
                json.writeEndObject();
            });
        }
        return ask.json((snapshot, control, json) -> {
            Trace trace = snapshot.trace(id, control)
                    .orElseThrow(() -> new Problem(
                            HttpStatus.NOT_FOUND,
                            "No such trace",
                            "no span of trace " + id + " is stored" + Missed.perhaps(control.missed())));
            json.writeStartObject();
            Missed.write(control.missed(), json);
            OtlpJsonWriter.writeResourceSpans(trace.spans(), trace.order(), json);
            json.writeEndObject();
        });
    }

    static TraceId id(String text) throws Problem {
        try {
            return TraceId.parse(text);
        } catch (IllegalArgumentException e) {
            throw Problem.parameter("id", text, "1 to 32 hexadecimal digits");
        }
    }
}
