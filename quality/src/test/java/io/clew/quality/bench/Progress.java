package io.clew.quality.bench;

import java.util.Locale;

/** Lines that tell how far the bench is, each with the time since it began. */
final class Progress {
    private static final long START = System.nanoTime();

    private Progress() {}

    @SuppressWarnings("AnnotateFormatMethod") // The annotation would need a library of its own.
    static void say(String format, Object... values) {
        long seconds = (System.nanoTime() - START) / 1_000_000_000L;
        System.out.printf(
                Locale.ROOT,
                "bench [%d:%02d] %s%n",
                seconds / 60,
                seconds % 60,
                String.format(Locale.ROOT, format, values));
    }
}
