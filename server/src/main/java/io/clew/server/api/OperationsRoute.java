package io.clew.server.api;

import com.linecorp.armeria.common.HttpResponse;
import io.clew.model.SpanKind;
import io.clew.server.query.Problem;
import io.clew.store.Snapshot.Operation;
import io.clew.store.Window;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

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
        Optional<SpanKind> kind = kind(ask);
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

    private static Optional<SpanKind> kind(ClewApi.Ask ask) throws Problem {
        Optional<String> word = ask.parameters().text("kind");
        if (word.isEmpty()) {
            return Optional.empty();
        }
        for (SpanKind kind : SpanKind.values()) {
            if (kind.word().equals(word.get())) {
                return Optional.of(kind);
            }
        }
        throw Problem.parameter(
                "kind",
                word.get(),
                "one of " + Arrays.stream(SpanKind.values()).map(SpanKind::word).collect(Collectors.joining(", ")));
    }
}
