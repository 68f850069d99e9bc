package io.clew.server.api;

import com.linecorp.armeria.common.HttpResponse;
import io.clew.server.query.Problem;
import io.clew.store.Window;
import java.util.SortedSet;

/** {@code services}: the names of the services that sent spans. */
final class ServicesRoute implements ClewApi.Route {
    @Override
    public String pattern() {
        return "services";
    }

    @Override
    public HttpResponse answer(ClewApi.Ask ask, String variable) throws Problem {
        ask.parameters().allowOnly("start", "end", "timeout");
        Window window = Windows.read(ask.parameters());
        return ask.json((snapshot, control, json) -> {
            SortedSet<String> services = snapshot.services(window, control);
            json.writeStartObject();
            json.writeArrayFieldStart("services");
            for (String service : services) {
                json.writeString(service);
            }
            json.writeEndArray();
            json.writeNumberField("total", services.size());
            json.writeEndObject();
        });
    }
}
