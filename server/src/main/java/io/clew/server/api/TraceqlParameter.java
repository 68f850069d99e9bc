package io.clew.server.api;

import com.linecorp.armeria.common.HttpStatus;
import io.clew.server.query.Parameters;
import io.clew.server.query.Problem;
import io.clew.traceql.Traceql;
import io.clew.traceql.ast.Spansets;
import io.clew.traceql.parse.TraceqlException;

/** The parameter {@code q}, a TraceQL query; absent or empty it means every trace. */
final class TraceqlParameter {
    static final String NAME = "q";

    private TraceqlParameter() {}

    static Spansets read(Parameters parameters) throws Problem {
        try {
            return Traceql.parse(parameters.text(NAME).orElse(""));
        } catch (TraceqlException e) {
            Problem problem = new Problem(HttpStatus.BAD_REQUEST, "The query is wrong", String.valueOf(e.getMessage()))
                    .with("parameter", NAME)
                    .with("line", e.line())
                    .with("column", e.column())
                    .with("caret", e.caret());
            String read = e.read();
            if (read != null) {
                problem.with("read", read);
            }
            String expected = e.expected();
            if (expected != null) {
                problem.with("expected", expected);
            }
            String hint = e.hint();
            if (hint != null) {
                problem.with("hint", hint);
            }
            throw problem;
        }
    }
}
