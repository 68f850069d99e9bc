package io.clew.traceql.regex;

import java.util.Arrays;

/**
 * A nondeterministic automaton over ASCII characters: nodes that take one character of a set, fork, or hold at the
 * beginning or the end of the text. Written by {@link AsciiSyntax}, then never changes.
 */
final class Program {
    /** An expression of more nodes is left to others. */
    static final int MOST_NODES = 2000;

    private enum Kind {
        ONE,
        EITHER,
        BEGIN,
        END,
        MATCH
    }

    private Kind[] kinds = new Kind[32];
    private long[] low = new long[32];
    private long[] high = new long[32];
    private int[] then = new int[32];
    private int[] other = new int[32];
    private int size;
    private int start;

    /** The end of a match. */
    int match() {
        return add(Kind.MATCH, 0, 0, 0, 0);
    }

    /** A node that takes one character of a set; -1 when there are too many. */
    int one(long lowBits, long highBits, int next) {
        return add(Kind.ONE, lowBits, highBits, next, 0);
    }

    int edge(boolean end, int next) {
        return add(end ? Kind.END : Kind.BEGIN, 0, 0, next, 0);
    }

    int either(int first, int second) {
        return add(Kind.EITHER, 0, 0, first, second);
    }

    /** Sets where a fork goes first: how loops are closed. */
    void turn(int fork, int first) {
        then[fork] = first;
    }

    void start(int node) {
        start = node;
    }

    private int add(Kind kind, long lowBits, long highBits, int first, int second) {
        if (size == MOST_NODES) {
            return -1;
        }
        if (size == kinds.length) {
            kinds = Arrays.copyOf(kinds, 2 * size);
            low = Arrays.copyOf(low, 2 * size);
            high = Arrays.copyOf(high, 2 * size);
            then = Arrays.copyOf(then, 2 * size);
            other = Arrays.copyOf(other, 2 * size);
        }
        kinds[size] = kind;
        low[size] = lowBits;
        high[size] = highBits;
        then[size] = first;
        other[size] = second;
        return size++;
    }

    /** For each ASCII character the number of its class: those of one class are told apart by no node. */
    byte[] classes() {
        byte[] classOf = new byte[128];
        for (int node = 0, count = 1; node < size && count < 128; node++) {
            if (kinds[node] != Kind.ONE) {
                continue;
            }
            // Every class that the node's set cuts in two becomes two.
            int[] cut = new int[count];
            boolean[] inside = new boolean[count];
            boolean[] outside = new boolean[count];
            for (int c = 0; c < 128; c++) {
                (takes(node, c) ? inside : outside)[classOf[c]] = true;
            }
            for (int each = 0, before = count; each < before; each++) {
                cut[each] = inside[each] && outside[each] ? count++ : each;
            }
            for (int c = 0; c < 128; c++) {
                if (takes(node, c)) {
                    classOf[c] = (byte) cut[classOf[c]];
                }
            }
        }
        return classOf;
    }

    private boolean takes(int node, int c) {
        return ((c < 64 ? low[node] : high[node]) >>> (c & 63) & 1) != 0;
    }

    // ---- sets of nodes, a bit each

    /** Where the automaton is before the first character. */
    long[] first() {
        long[] set = new long[size + 63 >>> 6];
        reach(start, true, false, set, waiting());
        return set;
    }

    /** Where it is after one more character. */
    long[] after(long[] from, int c) {
        long[] set = new long[from.length];
        int[] waiting = waiting();
        for (int node = next(from, 0); node >= 0; node = next(from, node + 1)) {
            if (kinds[node] == Kind.ONE && takes(node, c)) {
                reach(then[node], false, false, set, waiting);
            }
        }
        return set;
    }

    /** Whether the text matches if it ends here. */
    boolean matchesAtEnd(long[] here, boolean empty) {
        long[] set = new long[here.length];
        int[] waiting = waiting();
        for (int node = next(here, 0); node >= 0; node = next(here, node + 1)) {
            reach(node, empty, true, set, waiting);
        }
        for (int node = next(set, 0); node >= 0; node = next(set, node + 1)) {
            if (kinds[node] == Kind.MATCH) {
                return true;
            }
        }
        return false;
    }

    /** Room for all nodes that {@link #reach} has still to look at. */
    private int[] waiting() {
        return new int[2 * size + 1];
    }

    /** Adds a node and all that are reached from it without taking a character. */
    private void reach(int from, boolean atBegin, boolean atEnd, long[] set, int[] waiting) {
        int count = 0;
        waiting[count++] = from;
        while (count > 0) {
            int node = waiting[--count];
            if ((set[node >>> 6] >>> node & 1) != 0 || kinds[node] == Kind.BEGIN && !atBegin) {
                continue;
            }
            set[node >>> 6] |= 1L << node;
            switch (kinds[node]) {
                case EITHER -> {
                    waiting[count++] = other[node];
                    waiting[count++] = then[node];
                }
                case BEGIN -> waiting[count++] = then[node];
                case END -> {
                    if (atEnd) {
                        waiting[count++] = then[node];
                    }
                }
                case ONE, MATCH -> {}
            }
        }
    }

    private static int next(long[] set, int from) {
        int word = from >>> 6;
        if (word >= set.length) {
            return -1;
        }
        long bits = set[word] >>> from << from;
        while (bits == 0) {
            if (++word == set.length) {
                return -1;
            }
            bits = set[word];
        }
        return (word << 6) + Long.numberOfTrailingZeros(bits);
    }
}
