package io.clew.traceql.ast;

import java.util.ArrayList;
import java.util.List;

/** The single values that read as a text, for {@link Expression.AnyTextEquals}: at most one of each type. */
public final class AnyTextValues {
    private AnyTextValues() {}

    /**
     * The text itself, the bool it is the word of, the int it is the shortest decimal form of, and the float it denotes
     * in any decimal form.
     */
    public static List<Value> of(String text) {
        List<Value> values = new ArrayList<>(List.of(new Value.Text(text)));
        if (text.equals("true") || text.equals("false")) {
            values.add(new Value.Bool(text.equals("true")));
        }
        boolean decimal = !text.isEmpty() && text.chars().allMatch(c -> "0123456789+-.eE".indexOf(c) >= 0);
        try {
            if (decimal) {
                values.add(new Value.Real(Double.parseDouble(text)));
                long whole = Long.parseLong(text);
                if (Long.toString(whole).equals(text)) {
                    values.add(new Value.Int(whole));
                }
            }
        } catch (NumberFormatException notBoth) {
            // No number, or a float that is no int: what was found stands.
            return values;
        }
        return values;
    }
}
