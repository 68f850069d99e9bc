package io.clew.server.store;

import java.io.Console;
import java.io.PrintStream;

/**
 * One line about how far a long work is: on a terminal rewritten in place, elsewhere printed every ten seconds. For one
 * thread.
 */
public final class ProgressLine {
    private static final long TERMINAL_NANOS = 200_000_000;
    private static final long OTHER_NANOS = 10_000_000_000L;

    private final PrintStream to;
    private final boolean terminal;
    private long last = System.nanoTime();
    private int width;

    @SuppressWarnings("SystemConsoleNull") // since JDK 25 it is null again where there is no terminal
    public ProgressLine(PrintStream to) {
        Console console = System.console();
        this.terminal = console != null && console.isTerminal();
        this.to = to;
    }

    /** Whether it is time for the next {@link #print}; then the time after it counts from now. */
    public boolean isDue() {
        long now = System.nanoTime();
        if (now - last < (terminal ? TERMINAL_NANOS : OTHER_NANOS)) {
            return false;
        }
        last = now;
        return true;
    }

    public void print(String line) {
        if (terminal) {
            to.print("\r" + line + " ".repeat(Math.max(0, width - line.length())));
            to.flush();
            width = line.length();
        } else {
            to.println(line);
        }
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
