package io.clew.server.api;

import com.linecorp.armeria.common.HttpResponse;
import io.clew.model.SpanKind;
import io.clew.server.query.Problem;
import io.clew.store.Snapshot.Operation;
import io.clew.store.Window;
import java.util.List;
import java.util.Optional;

/** {@code operations}: span names and kinds of one service. */
final class OperationsRoute implements ClewApi.Route {
    @Override
    public String pattern() {
        return "operations";
    }

    @Override
    public HttpResponse answer(ClewApi.Ask ask, String variable) throws Problem {
        ask.parameters().allowOnly("service", "kind", "timeout");
        String service = ask.parameters().required("service", "the name of a service");
        Optional<SpanKind> kind = Kinds.read(ask.parameters());
        return ask.json((snapshot, control, json) -> {
            List<Operation> operations = snapshot.operations(service, Window.ALL, control).stream()
                    .filter(operation -> kind.isEmpty() || SpanKind.of(operation.kind()) == kind.get())
                    .toList();
            json.writeStartObject();
            json.writeArrayFieldStart("operations");
            for (Operation operation : operations) {
                json.writeStartObject();
                json.writeStringField("name", operation.name());
                json.writeStringField("kind", SpanKind.of(operation.kind()).word());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeNumberField("total", operations.size());
            json.writeEndObject();
        });
    }
}
