package io.clew.server.api;

import io.clew.model.SpanKind;
import io.clew.server.query.Parameters;
import io.clew.server.query.Problem;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** The parameter {@code kind}: a span kind by its word. */
final class Kinds {
    private Kinds() {}

    static Optional<SpanKind> read(Parameters parameters) throws Problem {
        Optional<String> word = parameters.text("kind");
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
