package io.clew.server.api;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import io.clew.ingest.otlp.OtlpJsonWriter;
import io.clew.model.Trace;
import io.clew.model.TraceId;
import io.clew.server.query.Problem;

/** {@code traces/{id}}: one whole trace as OTLP JSON. */
final class TraceRoute implements ClewApi.Route {
    @Override
    public String pattern() {
        return "traces/{id}";
    }

    @Override
    public HttpResponse answer(ClewApi.Ask ask, String variable) throws Problem {
        ask.parameters().allowOnly("timeout");
        TraceId id = id(variable);
        return ask.json((snapshot, control, json) -> {
            Trace trace = snapshot.trace(id, control)
                    .orElseThrow(() -> new Problem(
                            HttpStatus.NOT_FOUND, "No such trace", "no span of trace " + id + " is stored"));
            json.writeStartObject();
            Missed.write(control.missed(), json);
            OtlpJsonWriter.writeResourceSpans(trace.spans(), trace.order(), json);
            json.writeEndObject();
        });
    }

    private static TraceId id(String text) throws Problem {
        try {
            return TraceId.parse(text);
        } catch (IllegalArgumentException e) {
            throw Problem.parameter("id", text, "1 to 32 hexadecimal digits");
        }
    }
}
