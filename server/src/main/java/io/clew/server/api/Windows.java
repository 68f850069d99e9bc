package io.clew.server.api;

import io.clew.server.query.Parameters;
import io.clew.server.query.Problem;
import io.clew.store.Window;
import java.util.Optional;

/** The parameters {@code start} and {@code end}; one that is absent leaves its side open. */
final class Windows {
    private Windows() {}

    static Window read(Parameters parameters) throws Problem {
        Optional<Long> start = parameters.time("start");
        Optional<Long> end = parameters.time("end");
        if (start.isPresent() && end.isPresent() && end.get() < start.get()) {
            throw Problem.parameter("end", parameters.text("end").orElse(""), "a moment not before start");
        }
        return new Window(start.orElse(Window.ALL.from()), end.orElse(Window.ALL.to()));
    }
}
