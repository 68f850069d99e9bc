package io.clew.traceql.regex;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads an expression in RE2 syntax as what it says of ASCII texts, and writes it as a nondeterministic automaton
 * (Thompson, "Regular Expression Search Algorithm", 1968). Knows what is common: plain characters, the dot, classes,
 * groups, alternatives, repetitions, {@code \d \s \w} and their opposites, the ends of the text. Gives up, which is always
 * right, on all else: flags, word boundaries, properties, and what grows beyond {@link Program#MOST_NODES}.
 */
final class AsciiSyntax {
    private static final int MOST_REPETITIONS = 1000;
    private static final String PLAIN_ESCAPES = "\\.+*?()|[]{}^$-/\"'`~!@#%&=:;<>, _";

    private final String expression;
    private final Program program;
    private int at;

    private AsciiSyntax(String expression) {
        this.expression = expression;
        this.program = new Program();
    }

    /** The automaton, or null when the expression has something unknown. The expression must be valid. */
    static @Nullable Program read(String expression) {
        AsciiSyntax syntax = new AsciiSyntax(expression);
        try {
            Part whole = syntax.alternatives();
            if (syntax.at < expression.length()) {
                return null;
            }
            syntax.program.start(syntax.write(whole, syntax.program.match()));
            return syntax.program;
        } catch (Unknown unknown) {
            return null;
        }
    }

    /** Something this does not know; never leaves {@link #read}. */
    private static final class Unknown extends RuntimeException {
        private static final long serialVersionUID = 1;

        Unknown() {
            super("not known here", null, false, false);
        }
    }

    // ---- the parts of an expression

    private sealed interface Part {}

    /** One of the ASCII characters, a bit each: 0 to 63 and 64 to 127. */
    private record One(long low, long high) implements Part {}

    /** The beginning of the text, or its end. */
    private record Edge(boolean end) implements Part {}

    private record Sequence(List<Part> parts) implements Part {}

    private record Either(List<Part> parts) implements Part {}

    /** @param most negative: without limit */
    private record Repeated(Part part, int least, int most) implements Part {}

    private Part alternatives() {
        List<Part> all = new ArrayList<>();
        all.add(sequence());
        while (next('|')) {
            all.add(sequence());
        }
        return all.size() == 1 ? all.getFirst() : new Either(all);
    }

    private Part sequence() {
        List<Part> all = new ArrayList<>();
        while (at < expression.length() && expression.charAt(at) != '|' && expression.charAt(at) != ')') {
            all.add(repetition(atom()));
        }
        return new Sequence(all);
    }

    private Part repetition(Part part) {
        if (at == expression.length()) {
            return part;
        }
        Part repeated;
        switch (expression.charAt(at)) {
            case '*' -> repeated = new Repeated(part, 0, -1);
            case '+' -> repeated = new Repeated(part, 1, -1);
            case '?' -> repeated = new Repeated(part, 0, 1);
            case '{' -> {
                at++;
                int least = number();
                int most =
                        !next(',') ? least : at < expression.length() && expression.charAt(at) == '}' ? -1 : number();
                if (at == expression.length() || expression.charAt(at) != '}' || most >= 0 && most < least) {
                    throw new Unknown();
                }
                repeated = new Repeated(part, least, most);
            }
            default -> {
                return part;
            }
        }
        at++;
        // Which of several matches is preferred makes no difference to whether there is one.
        next('?');
        if (at < expression.length() && "*+?{".indexOf(expression.charAt(at)) >= 0) {
            throw new Unknown();
        }
        return repeated;
    }

    private int number() {
        int value = 0;
        int from = at;
        for (; at < expression.length() && isDigit(expression.charAt(at)); at++) {
            value = 10 * value + expression.charAt(at) - '0';
            if (value > MOST_REPETITIONS) {
                throw new Unknown();
            }
        }
        // With a zero before it, RE2 takes braces and all for plain characters.
        if (at == from || at - from > 1 && expression.charAt(from) == '0') {
            throw new Unknown();
        }
        return value;
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private boolean next(char wanted) {
        if (at < expression.length() && expression.charAt(at) == wanted) {
            at++;
            return true;
        }
        return false;
    }

    private Part atom() {
        int c = expression.codePointAt(at);
        return switch (c) {
            case '(' -> group();
            case '[' -> characters();
            case '\\' -> escaped();
            case '*', '+', '?', '{' -> throw new Unknown();
            default -> {
                at += Character.charCount(c);
                yield c == '.' ? new One(-1, -1) : c == '^' || c == '$' ? new Edge(c == '$') : one(c);
            }
        };
    }

    private Part group() {
        at++;
        if (next('?')) {
            if (!next(':')) {
                boolean named = expression.startsWith("P<", at) || expression.startsWith("<", at);
                int close = expression.indexOf('>', at);
                if (!named || close < 0) {
                    throw new Unknown();
                }
                at = close + 1;
            }
        }
        Part inside = alternatives();
        if (!next(')')) {
            throw new Unknown();
        }
        return inside;
    }

    /** A character; one beyond ASCII stands in no ASCII text. */
    private static One one(int c) {
        return new One(c < 64 ? 1L << c : 0, c >= 64 && c < 128 ? 1L << c - 64 : 0);
    }

    private Part escaped() {
        if (at + 1 == expression.length()) {
            throw new Unknown();
        }
        char c = expression.charAt(at + 1);
        if (c == 'A' || c == 'z') {
            at += 2;
            return new Edge(c == 'z');
        }
        return escapedSet();
    }

    /** Reads an escape that stands for one character of a set. */
    private One escapedSet() {
        if (at + 1 >= expression.length()) {
            throw new Unknown();
        }
        char c = expression.charAt(at + 1);
        at += 2;
        return switch (c) {
            case 'd' -> span('0', '9');
            case 'D' -> not(span('0', '9'));
            case 's' -> whitespace();
            case 'S' -> not(whitespace());
            case 'w' -> word();
            case 'W' -> not(word());
            case 'n' -> one('\n');
            case 't' -> one('\t');
            case 'r' -> one('\r');
            case 'f' -> one('\f');
            default -> {
                if (PLAIN_ESCAPES.indexOf(c) < 0) {
                    throw new Unknown();
                }
                yield one(c);
            }
        };
    }

    private One characters() {
        at++;
        boolean negated = next('^');
        One all = new One(0, 0);
        for (boolean first = true; first || at < expression.length() && expression.charAt(at) != ']'; first = false) {
            if (at == expression.length()) {
                throw new Unknown();
            }
            int c = expression.codePointAt(at);
            if (c == '[' || c == '-' && !first && !expression.startsWith("-]", at)) {
                // Named classes, and hyphens whose meaning is not plain.
                throw new Unknown();
            }
            One item;
            if (c == '\\') {
                item = escapedSet();
                if (expression.startsWith("-", at) && !expression.startsWith("-]", at)) {
                    throw new Unknown();
                }
            } else {
                at += Character.charCount(c);
                item = one(c);
                if (expression.startsWith("-", at) && !expression.startsWith("-]", at)) {
                    at++;
                    int last = at < expression.length() ? expression.codePointAt(at) : '\\';
                    if (last == '\\' || last == '[' || last < c) {
                        throw new Unknown();
                    }
                    at += Character.charCount(last);
                    item = span(c, last);
                }
            }
            all = or(all, item);
        }
        if (!next(']')) {
            throw new Unknown();
        }
        return negated ? not(all) : all;
    }

    private static One span(int from, int to) {
        long low = 0;
        long high = 0;
        for (int c = from; c <= Math.min(to, 127); c++) {
            low |= one(c).low;
            high |= one(c).high;
        }
        return new One(low, high);
    }

    private static One not(One set) {
        return new One(~set.low, ~set.high);
    }

    private static One or(One a, One b) {
        return new One(a.low | b.low, a.high | b.high);
    }

    private static One whitespace() {
        return or(or(one(' '), one('\t')), or(or(one('\n'), one('\r')), one('\f')));
    }

    private static One word() {
        return or(or(span('0', '9'), one('_')), or(span('a', 'z'), span('A', 'Z')));
    }

    // ---- writing

    /** Writes a part from which the automaton goes on at {@code then}, and returns where the part begins. */
    private int write(Part part, int then) {
        return switch (part) {
            case One one -> add(program.one(one.low, one.high, then));
            case Edge edge -> add(program.edge(edge.end, then));
            case Sequence sequence -> {
                int node = then;
                for (Part each : sequence.parts.reversed()) {
                    node = write(each, node);
                }
                yield node;
            }
            case Either either -> {
                int node = write(either.parts.getLast(), then);
                for (Part each : either.parts.reversed().subList(1, either.parts.size())) {
                    node = add(program.either(write(each, then), node));
                }
                yield node;
            }
            case Repeated repeated -> write(repeated, then);
        };
    }

    private int write(Repeated repeated, int then) {
        int node = then;
        if (repeated.most < 0) {
            int loop = add(program.either(then, then));
            program.turn(loop, write(repeated.part, loop));
            node = loop;
        }
        for (int i = repeated.least; i < repeated.most; i++) {
            node = add(program.either(write(repeated.part, node), then));
        }
        for (int i = 0; i < repeated.least; i++) {
            node = write(repeated.part, node);
        }
        return node;
    }

    private static int add(int node) {
        if (node < 0) {
            throw new Unknown();
        }
        return node;
    }
}
