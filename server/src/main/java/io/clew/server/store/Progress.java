package io.clew.server.store;

import java.io.PrintStream;

/** One line about how far a long work is: on a terminal rewritten in place, elsewhere printed every ten seconds. */
public final class Progress {
    private static final long TERMINAL_NANOS = 200_000_000;
    private static final long OTHER_NANOS = 10_000_000_000L;

    private final PrintStream to;
    private final boolean terminal;
    private long last = System.nanoTime();
    private int width;

    @SuppressWarnings("SystemConsoleNull") // Its specification still allows null.
    public Progress(PrintStream to) {
        this.to = to;
        this.terminal = System.console() != null && System.console().isTerminal();
    }

    /** Now {@code done} of {@code total} is done, at {@code what}. */
    public void at(String what, long done, long total) {
        long now = System.nanoTime();
        if (now - last < (terminal ? TERMINAL_NANOS : OTHER_NANOS)) {
            return;
        }
        last = now;
        String line = "clew: %3d %% %s".formatted(total == 0 ? 100 : Math.min(100, 100 * done / total), what);
        if (terminal) {
            to.print("\r" + line + " ".repeat(Math.max(0, width - line.length())));
            to.flush();
            width = line.length();
        } else {
            to.println(line);
        }
    }

    /** "1 block", "2 blocks". */
    public static String count(long number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }

    /** Takes the line away, so that something else can be printed. */
    public void clear() {
        if (width > 0) {
            to.print("\r" + " ".repeat(width) + "\r");
            to.flush();
            width = 0;
        }
    }
}
