package io.clew.traceql.regex;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.clew.store.SpanCondition;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A regular expression in RE2 syntax that must match a whole value; the dot matches line breaks too. Matching takes time
 * linear in the value. Immutable and thread-safe.
 */
public final class Regex implements SpanCondition.Pattern {
    private final Pattern pattern;
    private final @Nullable String literal;
    private final byte[] needle;
    /** Answers for most texts at a fraction of the price; null when it does not know the expression. */
    private final @Nullable AsciiAutomaton automaton;

    private Regex(Pattern pattern, @Nullable String literal, @Nullable AsciiAutomaton automaton) {
        this.pattern = pattern;
        this.automaton = automaton;
        this.literal = literal;
        this.needle = literal == null ? new byte[0] : literal.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * Compiles an expression.
     *
     * @throws RegexException when it is not RE2 syntax or beyond the limits of {@link RegexCost}
     */
    public static Regex compile(String expression) throws RegexException {
        RegexCost.check(expression);
        try {
            Pattern pattern = Pattern.compile(expression, Pattern.DOTALL);
            return new Regex(pattern, RequiredLiteral.of(expression), AsciiAutomaton.of(expression));
        } catch (PatternSyntaxException invalid) {
            String about = invalid.getPattern();
            throw new RegexException(invalid.getDescription() + (about == null || about.isEmpty() ? "" : ": " + about));
        }
    }

    @Override
    public boolean matches(byte[] utf8, int offset, int length) {
        if (!contains(utf8, offset, offset + length)) {
            return false;
        }
        AsciiAutomaton.Answer answer =
                automaton == null ? AsciiAutomaton.Answer.UNKNOWN : automaton.match(utf8, offset, offset + length);
        if (answer != AsciiAutomaton.Answer.UNKNOWN) {
            return answer == AsciiAutomaton.Answer.YES;
        }
        boolean whole = offset == 0 && length == utf8.length;
        Matcher matcher = pattern.matcher(whole ? utf8 : Arrays.copyOfRange(utf8, offset, offset + length));
        return matcher.matches();
    }

    /** Whether the literal is there: far cheaper to see than that the expression does not match. */
    private boolean contains(byte[] utf8, int from, int to) {
        if (needle.length == 0) {
            return true;
        }
        byte first = needle[0];
        for (int at = from, last = to - needle.length; at <= last; at++) {
            if (utf8[at] == first && Arrays.equals(utf8, at, at + needle.length, needle, 0, needle.length)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public @Nullable String literal() {
        return literal;
    }

    @Override
    public String toString() {
        return pattern.pattern();
    }
}
