package io.clew.traceql.parse;

import io.clew.traceql.ast.Attribute;
import io.clew.traceql.ast.AttributeNames;
import io.clew.traceql.ast.Scope;
import io.clew.traceql.ast.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a query into tokens. Operators are the longest that fit; {@code //} and block comments count as white space;
 * an attribute name runs from its dot to white space or one of <code>{ } ( ) = ~ ! < > & | ^ ,</code> and may hold quoted
 * pieces, so {@code .a-b} is one name and {@code .a - b} a subtraction.
 */
final class Lexer {
    private static final Map<String, Scope> SCOPES = Map.of(
            "span", Scope.SPAN,
            "resource", Scope.RESOURCE,
            "event", Scope.EVENT,
            "link", Scope.LINK,
            "instrumentation", Scope.INSTRUMENTATION);
    private static final Set<String> COLON_SCOPES = Set.of("span", "trace", "event", "link", "instrumentation");
    private static final List<String> SYMBOLS = List.of(
            "&&", "||", "!>>", "!<<", "&>>", "&<<", "!>", "!<", "!~", "!=", "&>", "&<", "&~", ">>", "<<", ">=", "<=",
            "=~", "{", "}", "(", ")", "=", "<", ">", "!", "~", "|", "+", "-", "*", "/", "%", "^", ",");

    private final QueryText query;
    private final String text;
    private int at;

    private Lexer(QueryText query) {
        this.query = query;
        this.text = query.text();
    }

    /** All tokens, the last of kind END. */
    static List<Token> tokens(QueryText query) {
        Lexer lexer = new Lexer(query);
        List<Token> tokens = new ArrayList<>();
        Token token;
        do {
            token = lexer.next();
            tokens.add(token);
        } while (token.kind() != Token.Kind.END);
        return tokens;
    }

    private Token next() {
        skipSpaceAndComments();
        int from = at;
        if (at == text.length()) {
            return token(Token.Kind.END, from, null, null);
        }
        char c = text.charAt(at);
        if (c == '"' || c == '`') {
            StringLiteral literal = StringLiteral.read(query, at);
            at = literal.end();
            return token(Token.Kind.CONSTANT, from, new Value.Text(literal.value()), null);
        }
        if (isDigit(c) || c == '.' && at + 1 < text.length() && isDigit(text.charAt(at + 1))) {
            NumberLiteral literal = NumberLiteral.read(query, at);
            at = literal.end();
            return token(Token.Kind.CONSTANT, from, literal.value(), null);
        }
        if (c == '.') {
            at++;
            return attribute(from, Scope.UNSCOPED);
        }
        if (Character.isLetter(text.codePointAt(at)) || c == '_') {
            return word(from);
        }
        for (String symbol : SYMBOLS) {
            if (text.startsWith(symbol, at)) {
                at += symbol.length();
                return token(Token.Kind.SYMBOL, from, null, null);
            }
        }
        String read = "`" + Character.toString(text.codePointAt(at)) + "`";
        throw query.unexpected(
                from, read, "an operator, a bracket or a value", Suggestions.forCharacter(text.codePointAt(at)));
    }

    private Token word(int from) {
        at = endOfWord(at);
        String word = text.substring(from, at);
        char next = at < text.length() ? text.charAt(at) : ' ';
        if (next == '.') {
            Scope scope = SCOPES.get(word);
            if (scope != null) {
                at++;
                return attribute(from, scope);
            }
            if (word.equals("parent")) {
                at++;
                attributeName(from);
                return token(Token.Kind.PARENT_ATTRIBUTE, from, null, null);
            }
            if (word.equals("trace")) {
                throw query.unexpected(
                        at,
                        "`.`",
                        "`:` and one of " + Suggestions.intrinsicsOf("trace"),
                        "a trace has no attributes of its own, only its spans and resources have");
            }
        }
        if (next == ':' && COLON_SCOPES.contains(word)) {
            at++;
            return token(Token.Kind.SCOPE_COLON, from, null, null);
        }
        return token(Token.Kind.WORD, from, null, null);
    }

    private Token attribute(int from, Scope scope) {
        Attribute attribute = new Attribute(scope, attributeName(from));
        return token(Token.Kind.ATTRIBUTE, from, null, attribute);
    }

    /** Reads a name at {@link #at}. */
    private String attributeName(int from) {
        int nameFrom = at;
        StringBuilder name = new StringBuilder();
        while (at < text.length() && AttributeNames.continues(text.charAt(at))) {
            char c = text.charAt(at++);
            if (c == '"') {
                quotedPiece(name);
            } else {
                name.append(c);
            }
        }
        if (name.isEmpty()) {
            String read = at > nameFrom
                    ? text.substring(nameFrom, at)
                    : at == text.length() ? "the end of the query" : Character.toString(text.codePointAt(at));
            throw query.unexpected(
                    nameFrom,
                    at == text.length() && at == nameFrom ? read : "`" + read + "`",
                    "the name of an attribute after `" + text.substring(from, nameFrom) + "`",
                    null);
        }
        return name.toString();
    }

    private void quotedPiece(StringBuilder name) {
        int quote = at - 1;
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == '"') {
                return;
            }
            if (c == '\\') {
                char escaped = at < text.length() ? text.charAt(at) : ' ';
                if (escaped != '"' && escaped != '\\') {
                    throw query.unexpected(
                            at - 1,
                            "`\\" + (at < text.length() ? Character.toString(text.codePointAt(at)) : "") + "`",
                            "`\\\"` or `\\\\`, the only escapes in a quoted attribute name",
                            null);
                }
                at++;
                c = escaped;
            }
            name.append(c);
        }
        throw query.malformed(quote, "the quoted attribute name does not end", null, "`\"`");
    }

    private void skipSpaceAndComments() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (Character.isWhitespace(c) || Character.isSpaceChar(c) || c == 0x85 || c == 0xFEFF && at == 0) {
                at++;
            } else if (text.startsWith("//", at)) {
                int newline = text.indexOf('\n', at);
                at = newline < 0 ? text.length() : newline;
            } else if (text.startsWith("/*", at)) {
                int end = text.indexOf("*/", at + 2);
                if (end < 0) {
                    throw query.malformed(at, "the comment does not end", null, "`*/`");
                }
                at = end + 2;
            } else {
                return;
            }
        }
    }

    private int endOfWord(int from) {
        int end = from;
        while (end < text.length()) {
            int c = text.codePointAt(end);
            if (!Character.isLetterOrDigit(c) && c != '_') {
                break;
            }
            end += Character.charCount(c);
        }
        return end;
    }

    private Token token(Token.Kind kind, int from, @Nullable Value value, @Nullable Attribute attribute) {
        return new Token(kind, text.substring(from, at), from, at, value, attribute);
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }
}
