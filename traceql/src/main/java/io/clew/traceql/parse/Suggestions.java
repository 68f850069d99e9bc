package io.clew.traceql.parse;

import io.clew.traceql.ast.Intrinsic;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Hints for errors: the nearest known name, and what people write who think of another language. */
final class Suggestions {
    private static final Map<String, String> FOREIGN = Map.of(
            "and", "write &&",
            "or", "write ||",
            "not", "write !",
            "null", "write nil",
            "none", "write nil",
            "select", "a query begins with a filter such as { }",
            "like", "regular expressions are written with =~",
            "in", "write .a = 1 || .a = 2, or =~ \"1|2\" for texts",
            "service", "write resource.service.name",
            "operation", "write name");

    private Suggestions() {}

    /** A hint for a word that means nothing where it stands, or null. */
    static @Nullable String forWord(String word, Collection<String> known) {
        String foreign = FOREIGN.get(word.toLowerCase(java.util.Locale.ROOT));
        if (foreign != null) {
            return foreign;
        }
        List<String> candidates = new ArrayList<>(known);
        String best = null;
        int bestDistance = Math.max(1, word.length() / 3) + 1;
        for (String candidate : candidates) {
            int distance = distance(word, candidate, bestDistance);
            if (distance < bestDistance) {
                bestDistance = distance;
                best = candidate;
            }
        }
        return best == null ? null : "did you mean `" + best + "`?";
    }

    /** A hint for a character that begins no token, or null. */
    static @Nullable String forCharacter(int c) {
        return switch (c) {
            case '\'' -> "texts stand in double quotes or back quotes";
            case 0x201C, 0x201D, 0x2018, 0x2019, 0xFF02 -> "texts stand in straight double quotes: \"";
            case '#', '$', '@' -> "an attribute is written .name, span.name or resource.name";
            case '&' -> "did you mean `&&`?";
            case '[', ']' -> "conditions stand in braces: { }";
            case 0xFF08, 0xFF09, 0xFF5B, 0xFF5D, 0xFF1D, 0xFF0C, 0xFF01, 0xFF1A, 0x3002 ->
                "this is the full-width form, type the ASCII character";
            default -> null;
        };
    }

    /** The names after a scope and a colon, for "expected". */
    static String intrinsicsOf(String scope) {
        return Arrays.stream(Intrinsic.values())
                .map(Intrinsic::text)
                .filter(text -> text.startsWith(scope + ":"))
                .map(text -> text.substring(scope.length() + 1))
                .collect(Collectors.joining(", "));
    }

    /** Edit distance without regard to case, or at least {@code limit} when it is not below that. */
    private static int distance(String a, String b, int limit) {
        if (Math.abs(a.length() - b.length()) >= limit) {
            return limit;
        }
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                boolean same = Character.toLowerCase(a.charAt(i - 1)) == Character.toLowerCase(b.charAt(j - 1));
                int next = Math.min(Math.min(row[j], row[j - 1]) + 1, diagonal + (same ? 0 : 1));
                diagonal = row[j];
                row[j] = next;
            }
        }
        return row[b.length()];
    }
}
