package io.clew.model;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Which spans of a request were refused, and why. A position is the span's ordinal in the request, counted from 0 in
 * the order of the bytes. In replay the positions are given and the decoder refuses exactly those. Reusable after
 * {@link #clear}; not thread-safe.
 */
public final class Refusals {
    /** Why a span is refused; the lower-case name is the label of counters. */
    public enum Reason {
        TRACE_ID,
        SPAN_ID,
        PARENT_ID,
        LINK_ID,
        UTF8,
        DEPTH;

        public String label() {
            return "bad_" + name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    private int[] positions = new int[8];
    private int count;
    private final int[] byReason = new int[Reason.values().length];
    private boolean replaying;
    private @Nullable String firstMessage;

    public void clear() {
        count = 0;
        replaying = false;
        firstMessage = null;
        Arrays.fill(byReason, 0);
    }

    /** Prepares a replay in which exactly these positions, ascending, are refused. */
    public void replay(int[] refused) {
        clear();
        positions = refused.length == 0 ? positions : refused.clone();
        count = refused.length;
        replaying = true;
    }

    public boolean replaying() {
        return replaying;
    }

    /** In replay: whether this span was refused when the request was first read. */
    public boolean contains(int position) {
        return Arrays.binarySearch(positions, 0, count, position) >= 0;
    }

    /** Outside of replay: notes a refused span. Positions must ascend; {@code message} names what is wrong and where. */
    public void add(int position, Reason reason, String message) {
        if (count == positions.length) {
            positions = Arrays.copyOf(positions, count * 2);
        }
        positions[count++] = position;
        byReason[reason.ordinal()]++;
        if (firstMessage == null) {
            firstMessage = message;
        }
    }

    /** The same refusals, apart from this object. */
    public Refusals copy() {
        Refusals copy = new Refusals();
        copy.positions = positions();
        copy.count = count;
        System.arraycopy(byReason, 0, copy.byReason, 0, byReason.length);
        copy.replaying = replaying;
        copy.firstMessage = firstMessage;
        return copy;
    }

    public int count() {
        return count;
    }

    public int count(Reason reason) {
        return byReason[reason.ordinal()];
    }

    /** The refused positions, ascending. A copy. */
    public int[] positions() {
        return Arrays.copyOf(positions, count);
    }

    /** What was wrong with the first span refused, or null when none was. */
    public @Nullable String firstMessage() {
        return firstMessage;
    }
}
