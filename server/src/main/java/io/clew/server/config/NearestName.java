package io.clew.server.config;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** The known name that a mistyped one is most like, by edit distance (Levenshtein). */
public final class NearestName {
    /** Changes to a name up to which it may be a slip. */
    private static final int MISTYPED = 2;

    private NearestName() {}

    /** As {@link #to}, when it differs in so few places that it may be meant. */
    public static Optional<String> near(String mistyped, Collection<String> known) {
        return known.isEmpty()
                ? Optional.empty()
                : Optional.of(to(mistyped, known)).filter(name -> distance(mistyped, name) <= MISTYPED);
    }

    /**
     * The nearest; of several equally near ones the first in order.
     *
     * @param known at least one
     */
    public static String to(String mistyped, Collection<String> known) {
        return known.stream()
                .min(Comparator.comparingInt((String name) -> distance(mistyped, name))
                        .thenComparing(Comparator.naturalOrder()))
                .orElseThrow();
    }

    private static int distance(String a, String b) {
        int[] previous = new int[b.length() + 1];
        int[] current = new int[b.length() + 1];
        Arrays.setAll(previous, i -> i);
        for (int i = 1; i <= a.length(); i++) {
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int change = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(change, 1 + Math.min(previous[j], current[j - 1]));
            }
            int[] swap = previous;
            previous = current;
            current = swap;
        }
        return previous[b.length()];
    }
}
