package io.clew.server.api;

import com.linecorp.armeria.common.HttpResponse;
import io.clew.model.SpanKind;
import io.clew.server.query.Missed;
import io.clew.server.query.Problem;
import io.clew.store.FirstNames;
import io.clew.store.Snapshot.Operation;
import io.clew.store.Window;
import java.util.List;
import java.util.Optional;

/** {@code operations}: span names and kinds of one service; of very many the first. */
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
            FirstNames<Operation> all = snapshot.operations(service, Window.ALL, control);
            List<Operation> operations = all.stream()
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
            json.writeNumberField("total", all.complete() ? operations.size() : all.total());
            json.writeBooleanField("complete", all.complete());
            Missed.write(control.missed(), json);
            json.writeEndObject();
        });
    }
}
