package io.clew.traceql.parse;

import io.clew.model.SpanKind;
import io.clew.model.StatusCode;
import io.clew.traceql.ast.Intrinsic;
import io.clew.traceql.ast.Scope;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What to suggest for words that are no name of the language. */
final class Names {
    private Names() {}

    /**
     * For a bare word where a value should stand.
     *
     * @param next the token after it
     */
    static @Nullable String hint(Token word, Token next) {
        boolean dotted = next.kind() == Token.Kind.ATTRIBUTE
                && next.at() == word.end()
                && next.attribute() != null
                && next.attribute().scope() == Scope.UNSCOPED;
        if (dotted) {
            String name = word.text() + next.text();
            return "attributes need a scope: `.NAME`, `span.NAME` or `resource.NAME`".replace("NAME", name);
        }
        String near = Suggestions.forWord(word.text(), known());
        return near != null
                ? near
                : "attributes are written `.NAME`, `span.NAME` or `resource.NAME`, texts `\"NAME\"`"
                        .replace("NAME", word.text());
    }

    /** For what stands where an operator should. */
    static @Nullable String operatorHint(Token token) {
        return token.kind() == Token.Kind.WORD ? Suggestions.forWord(token.text(), List.of()) : null;
    }

    private static List<String> known() {
        List<String> names = new ArrayList<>(Intrinsic.spellings());
        names.addAll(List.of("true", "false", "nil", "minInt", "maxInt"));
        for (StatusCode code : StatusCode.values()) {
            names.add(code.word());
        }
        for (SpanKind kind : SpanKind.values()) {
            names.add(kind.word());
        }
        return names;
    }
}
