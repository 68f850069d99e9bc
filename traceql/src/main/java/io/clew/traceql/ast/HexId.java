package io.clew.traceql.ast;

import io.clew.model.Hex;
import org.jspecify.annotations.Nullable;

/** An id written as hexadecimal text; the empty text is 0, which stands for no id. */
public record HexId(long high, long low) {

    /** The id, or null when the text is none. Case and leading zeros do not matter. */
    public static @Nullable HexId parse(String text) {
        int from = 0;
        while (from < text.length() && text.charAt(from) == '0') {
            from++;
        }
        int length = text.length() - from;
        for (int i = from; i < text.length(); i++) {
            if (Hex.digit(text.charAt(i)) < 0) {
                return null;
            }
        }
        if (length > 32) {
            return null;
        }
        int cut = Math.max(from, text.length() - 16);
        return new HexId(
                cut == from ? 0 : Hex.parse(text, from, cut),
                cut == text.length() ? 0 : Hex.parse(text, cut, text.length()));
    }
}
