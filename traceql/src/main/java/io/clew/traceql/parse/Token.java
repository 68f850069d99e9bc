package io.clew.traceql.parse;

import io.clew.traceql.ast.Attribute;
import io.clew.traceql.ast.Value;
import org.jspecify.annotations.Nullable;

/**
 * One token.
 *
 * @param text as written; what errors show
 * @param at offset of its first character
 * @param end offset after its last character
 * @param value of {@link Kind#CONSTANT}
 * @param attribute of {@link Kind#ATTRIBUTE}
 */
record Token(
        Kind kind,
        String text,
        int at,
        int end,
        @Nullable Value value,
        @Nullable Attribute attribute) {
    enum Kind {
        /** Punctuation and operators; {@code text} tells which. */
        SYMBOL,
        /** A bare word. */
        WORD,
        /** {@code scope:}, before the name of an intrinsic; {@code text} holds the scope and the colon. */
        SCOPE_COLON,
        ATTRIBUTE,
        /** {@code parent.} and what follows it. */
        PARENT_ATTRIBUTE,
        CONSTANT,
        END
    }

    boolean is(String symbol) {
        return kind == Kind.SYMBOL && text.equals(symbol);
    }

    boolean isWord(String word) {
        return kind == Kind.WORD && text.equals(word);
    }

    /** How errors name it. */
    String shown() {
        return kind == Kind.END ? "the end of the query" : "`" + text + "`";
    }
}
