package io.clew.server.exchange;

import io.clew.server.store.ProgressLine;
import java.io.PrintStream;
import java.util.Locale;

/**
 * The line that says how far an export or import is: spans, rate, and when it will be done. For one thread.
 */
public final class Meter {
    private final ProgressLine line;
    private final long began = System.nanoTime();
    private double shareAtStart = -1;

    public Meter(PrintStream to) {
        this.line = new ProgressLine(to);
    }

    /**
     * Now so far.
     *
     * @param spans moved since the start
     * @param share of the whole that is done, 0 to 1; below 0 when nobody knows
     */
    public void at(long spans, double share) {
        if (shareAtStart < 0) {
            shareAtStart = share;
        }
        if (line.isDue()) {
            line.print(line(spans, share, System.nanoTime() - began));
        }
    }

    private String line(long spans, double share, long nanos) {
        String line = String.format(Locale.ROOT, "clew: %,d spans, %,.0f/s", spans, rate(spans, nanos));
        double done = share - shareAtStart;
        if (share >= 0 && done > 0) {
            long left = (long) (nanos / 1e9 * Math.max(0, 1 - share) / done);
            line += String.format(Locale.ROOT, ", %.0f %%, %s left", 100 * Math.min(1, share), duration(left));
        }
        return line;
    }

    /** Takes the line away, so that something else can be printed. */
    public void clear() {
        line.clear();
    }

    /** In words, for the end: "in 12 s, 45,000 spans/s". */
    public String summary(long spans) {
        long nanos = System.nanoTime() - began;
        return String.format(Locale.ROOT, "in %s, %,.0f spans/s", duration(nanos / 1_000_000_000L), rate(spans, nanos));
    }

    private static double rate(long spans, long nanos) {
        return spans / Math.max(1e-3, nanos / 1e9);
    }

    private static String duration(long seconds) {
        return seconds < 120 ? seconds + " s" : seconds < 7200 ? seconds / 60 + " min" : seconds / 3600 + " h";
    }
}
