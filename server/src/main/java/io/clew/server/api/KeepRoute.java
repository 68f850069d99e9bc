package io.clew.server.api;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import io.clew.model.TraceId;
import io.clew.server.query.Problem;
import java.util.Set;

/** {@code traces/{id}/keep}: whether a trace is marked as one that retention keeps; PUT marks it, DELETE takes that back. */
final class KeepRoute implements ClewApi.Route {
    private final StoreChanges changes;

    KeepRoute(StoreChanges changes) {
        this.changes = changes;
    }

    @Override
    public String pattern() {
        return "traces/{id}/keep";
    }

    @Override
    public Set<HttpMethod> methods() {
        return Set.of(HttpMethod.GET, HttpMethod.PUT, HttpMethod.DELETE);
    }

    @Override
    public HttpResponse answer(ClewApi.Ask ask, String variable) throws Problem {
        ask.parameters().allowOnly("timeout");
        TraceId id = TraceRoute.id(variable);
        return ask.json((snapshot, control, json) -> {
            boolean kept;
            if (ask.method() == HttpMethod.PUT || ask.method() == HttpMethod.DELETE) {
                kept = ask.method() == HttpMethod.PUT;
                changes.keep(id, kept);
            } else {
                if (snapshot.trace(id, control).isEmpty()) {
                    throw StoreChanges.noSuchTrace(id);
                }
                kept = changes.isKept(id);
            }
            json.writeStartObject();
            json.writeBooleanField("kept", kept);
            json.writeEndObject();
        });
    }
}
