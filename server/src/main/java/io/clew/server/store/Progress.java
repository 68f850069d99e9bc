package io.clew.server.store;

import java.io.PrintStream;
import java.util.Locale;

/** How far the reading or mending of a store is, as a share of its bytes. For one thread. */
public final class Progress {
    private final ProgressLine line;

    public Progress(PrintStream to) {
        this.line = new ProgressLine(to);
    }

    /** Now {@code done} of {@code total} is done, at {@code what}. */
    public void at(String what, long done, long total) {
        if (line.isDue()) {
            line.print("clew: %3d %% %s".formatted(total == 0 ? 100 : Math.min(100, 100 * done / total), what));
        }
    }

    /** "1 block", "2,000 blocks". */
    public static String count(long number, String noun) {
        return String.format(Locale.ROOT, "%,d", number) + " " + noun + (number == 1 ? "" : "s");
    }

    /** Takes the line away, so that something else can be printed. */
    public void clear() {
        line.clear();
    }
}
