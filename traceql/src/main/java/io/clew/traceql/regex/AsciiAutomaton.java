package io.clew.traceql.regex;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Matches whole ASCII texts against a regular expression, one table look-up a byte. The deterministic automaton is made as
 * texts lead through it (Cox, "Regular Expression Matching Can Be Simple And Fast", 2007); past {@link #MOST_STATES} it
 * grows no more, and leaves texts that lead further to others, as it does those that are not ASCII. Allocates nothing
 * for a text that leads through known states. Thread-safe.
 */
final class AsciiAutomaton {
    /** What {@link #match} answers. */
    enum Answer {
        YES,
        NO,
        UNKNOWN
    }

    static final int MOST_STATES = 2000;

    // Entries of the table; others are the row's place of the next state.
    private static final int UNKNOWN_YET = 0;
    private static final int TOO_MANY = -1;
    /** The state from which nothing matches. */
    private static final int DEAD = -2;

    private static final int NO = 1;
    private static final int YES = 2;

    private final Program program;
    private final byte[] classOf;
    /** Entries of a row: one of each class, then whether the text matches if it ends there. */
    private final int stride;

    /**
     * A row a state from the second on. A thread that reads one entry while another writes it sees it as not known yet,
     * and asks again under the lock; an array never names a row it does not have.
     */
    private volatile int[] table;

    private final List<long[]> states = new ArrayList<>();
    private final Map<Key, Integer> numbers = new HashMap<>();

    private AsciiAutomaton(Program program) {
        this.program = program;
        this.classOf = program.classes();
        int classes = 0;
        for (byte each : classOf) {
            classes = Math.max(classes, each + 1);
        }
        this.stride = classes + 1;
        this.table = new int[16 * stride];
        // Never found again by what is in it: where the text begins, its end means more than elsewhere.
        states.add(program.first());
    }

    /** Null when the expression has something that {@link AsciiSyntax} does not know. The expression must be valid. */
    static @Nullable AsciiAutomaton of(String expression) {
        Program program = AsciiSyntax.read(expression);
        return program == null ? null : new AsciiAutomaton(program);
    }

    /** Whether the text from {@code from} to before {@code to} matches as a whole. */
    Answer match(byte[] utf8, int from, int to) {
        int[] rows = table;
        int row = stride;
        for (int at = from; at < to; at++) {
            byte b = utf8[at];
            if (b < 0) {
                return Answer.UNKNOWN;
            }
            int next = rows[row + classOf[b]];
            if (next <= 0) {
                if (next == UNKNOWN_YET) {
                    next = step(row, b);
                    rows = table;
                }
                if (next <= 0) {
                    return next == DEAD ? Answer.NO : Answer.UNKNOWN;
                }
            }
            row = next;
        }
        int end = rows[row + stride - 1];
        if (end == UNKNOWN_YET) {
            end = end(row);
        }
        return end == YES ? Answer.YES : Answer.NO;
    }

    private synchronized int step(int row, int c) {
        int known = table[row + classOf[c]];
        if (known != UNKNOWN_YET) {
            return known;
        }
        int next = number(program.after(states.get(row / stride - 1), c));
        table[row + classOf[c]] = next;
        return next;
    }

    private synchronized int end(int row) {
        int verdict = program.matchesAtEnd(states.get(row / stride - 1), row == stride) ? YES : NO;
        table[row + stride - 1] = verdict;
        return verdict;
    }

    /** The row of a set of nodes, new or known. */
    private int number(long[] set) {
        if (Arrays.stream(set).allMatch(word -> word == 0)) {
            return DEAD;
        }
        Integer known = numbers.get(new Key(set));
        if (known != null) {
            return known;
        }
        if (states.size() == MOST_STATES) {
            return TOO_MANY;
        }
        states.add(set);
        int row = states.size() * stride;
        if (row + stride > table.length) {
            table = Arrays.copyOf(table, 2 * table.length);
        }
        numbers.put(new Key(set), row);
        return row;
    }

    /** A set of nodes by what is in it. */
    private record Key(long[] set) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key key && Arrays.equals(set, key.set);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(set);
        }
    }
}
