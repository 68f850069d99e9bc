package io.clew.traceql;

import io.clew.traceql.ast.Spansets;
import io.clew.traceql.eval.ConstantFolding;
import io.clew.traceql.parse.Parser;
import io.clew.traceql.parse.QueryText;
import io.clew.traceql.parse.TypeCheck;

/** The way from a query's text to a tree that can be run. Stateless. */
public final class Traceql {
    private Traceql() {}

    /**
     * Parses, checks and folds a query. White space alone, or nothing, is every span.
     *
     * @throws io.clew.traceql.parse.TraceqlException naming the place and what is wrong there
     */
    public static Spansets parse(String text) {
        QueryText query = new QueryText(text);
        Spansets spansets = Parser.parse(query);
        TypeCheck.check(query, spansets);
        return ConstantFolding.fold(query, spansets);
    }
}
