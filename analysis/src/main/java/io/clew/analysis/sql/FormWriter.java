package io.clew.analysis.sql;

import io.clew.analysis.sql.SqlTokens.Kind;
import java.util.ArrayList;
import java.util.List;

/** Puts the tokens of a statement together, and lists of values together into one. For one statement and one thread. */
final class FormWriter {
    private static final String NO_BLANK_BEFORE = ",.;)]";
    private static final String NO_BLANK_AFTER = ".([";

    private final int longest;
    private final List<String> tokens = new ArrayList<>();
    private final List<Kind> kinds = new ArrayList<>();
    /** Of the parentheses that are open: where they stand. */
    private final List<Integer> open = new ArrayList<>();
    /**
     * By depth, in pairs: where the group that closed there last begins and ends, which the next may be equal to; -1 for none
     * in this parenthesis.
     */
    private final List<Integer> closed = new ArrayList<>(List.of(-1, -1));

    private int length;

    FormWriter(int longest) {
        this.longest = longest;
    }

    /** Whether what comes will not be seen any more. */
    boolean isFull() {
        // Each token counts for a blank more than it may need.
        return length > 2 * longest;
    }

    void add(Kind kind, String token) {
        switch (token) {
            case "(", "[" -> {
                open.add(tokens.size());
                closed.add(-1);
                closed.add(-1);
                push(kind, token);
            }
            case ")", "]" -> {
                push(kind, token);
                if (!open.isEmpty()) {
                    closed.removeLast();
                    closed.removeLast();
                    close(open.removeLast());
                }
            }
            case "?" -> value();
            case "true", "false", "null" -> {
                if (kind == Kind.WORD && isValuePlace()) {
                    value();
                } else {
                    push(kind, token);
                }
            }
            default -> push(kind, token);
        }
    }

    private void push(Kind kind, String token) {
        tokens.add(token);
        kinds.add(kind);
        length += token.length() + 1;
    }

    private void pop(int size) {
        while (tokens.size() > size) {
            length -= tokens.removeLast().length() + 1;
            kinds.removeLast();
        }
    }

    private boolean is(int back, String token) {
        int index = tokens.size() - back;
        return index >= 0 && tokens.get(index).equals(token);
    }

    /** Whether what comes now stands for a value: after a comparison, a parenthesis or a comma. */
    private boolean isValuePlace() {
        if (tokens.isEmpty() || kinds.getLast() != Kind.SIGN) {
            return false;
        }
        return switch (tokens.getLast()) {
            case "=", "<", ">", "<=", ">=", "<>", "!=", ":=", "<=>", "==", "(", ",", "[" -> true;
            default -> false;
        };
    }

    private void value() {
        if (is(1, ",") && is(2, "?") && kinds.get(tokens.size() - 2) == Kind.VALUE && isList()) {
            pop(tokens.size() - 1);
        } else {
            push(Kind.VALUE, "?");
        }
    }

    /** Whether the innermost parenthesis that is open holds a list: after IN, and in an array. */
    private boolean isList() {
        if (open.isEmpty()) {
            return false;
        }
        int at = open.getLast();
        return tokens.get(at).equals("[") || at > 0 && tokens.get(at - 1).equals("in");
    }

    /** A group has closed that began there; if it is equal to the one before it, it goes. */
    private void close(int from) {
        int depth = 2 * open.size();
        int lastFrom = closed.get(depth);
        int lastTo = closed.get(depth + 1);
        List<String> group = tokens.subList(from, tokens.size());
        if (lastTo >= 0
                && lastTo == from - 1
                && tokens.get(lastTo).equals(",")
                && tokens.subList(lastFrom, lastTo).equals(group)
                && group.contains("?")) {
            pop(lastTo);
        } else {
            closed.set(depth, from);
            closed.set(depth + 1, tokens.size());
        }
    }

    /** The statement; with an ellipsis when it was too long. */
    String text() {
        while (!tokens.isEmpty() && tokens.getLast().equals(";")) {
            pop(tokens.size() - 1);
        }
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < tokens.size() && text.length() <= longest; i++) {
            if (i > 0 && isApart(i)) {
                text.append(' ');
            }
            text.append(tokens.get(i));
        }
        if (text.length() <= longest) {
            return text.toString();
        }
        int end = Character.isHighSurrogate(text.charAt(longest - 1)) ? longest - 1 : longest;
        return text.substring(0, end) + "…";
    }

    private boolean isApart(int i) {
        String before = tokens.get(i - 1);
        String token = tokens.get(i);
        if (token.equals("::") || before.equals("::")) {
            return false;
        } else if (token.length() == 1 && NO_BLANK_BEFORE.contains(token)) {
            return false;
        } else if (before.length() == 1 && NO_BLANK_AFTER.contains(before)) {
            return false;
        } else if (token.equals("[")) {
            return kinds.get(i - 1) == Kind.SIGN && !before.equals(")") && !before.equals("]");
        } else if (token.equals("(")) {
            return kinds.get(i - 1) != Kind.WORD && kinds.get(i - 1) != Kind.QUOTED || SqlForm.APART.contains(before);
        }
        return true;
    }
}
