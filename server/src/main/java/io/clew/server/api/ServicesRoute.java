package io.clew.server.api;

import com.linecorp.armeria.common.HttpResponse;
import io.clew.server.query.Missed;
import io.clew.server.query.Problem;
import io.clew.store.FirstNames;
import io.clew.store.Window;

/** {@code services}: the names of the services that sent spans; of very many the first. */
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
            FirstNames<String> services = snapshot.services(window, control);
            json.writeStartObject();
            json.writeArrayFieldStart("services");
            for (String service : services) {
                json.writeString(service);
            }
            json.writeEndArray();
            json.writeNumberField("total", services.total());
            json.writeBooleanField("complete", services.complete());
            Missed.write(control.missed(), json);
            json.writeEndObject();
        });
    }
}
