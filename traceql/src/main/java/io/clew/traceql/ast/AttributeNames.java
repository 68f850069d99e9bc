package io.clew.traceql.ast;

/** Which characters an attribute name may hold without quotes. */
public final class AttributeNames {
    private AttributeNames() {}

    /** Whether a name goes on over this UTF-16 unit. */
    public static boolean continues(int c) {
        return !Character.isWhitespace(c) && !Character.isSpaceChar(c) && c != 0x85 && "{}()=~!<>&|^,".indexOf(c) < 0;
    }

    /** Whether the unit may stand in a name without quotes. */
    static boolean isPlain(int c) {
        return continues(c) && c != '"' && c != '\\';
    }
}
