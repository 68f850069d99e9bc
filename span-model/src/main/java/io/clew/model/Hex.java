package io.clew.model;

/** Lower-case hexadecimal text of ids, both ways. Stateless. */
public final class Hex {
    private static final char[] DIGITS = "0123456789abcdef".toCharArray();

    private Hex() {}

    /** The 16 lower-case digits of {@code value}, leading zeros kept. */
    public static String of(long value) {
        char[] out = new char[16];
        write(value, out, 0);
        return new String(out);
    }

    /** Puts the 16 digits that {@link #of} gives into an array. */
    public static void write(long value, char[] into, int offset) {
        for (int i = 15; i >= 0; i--) {
            into[offset + i] = DIGITS[(int) (value & 15)];
            value >>>= 4;
        }
    }

    /** The value of one hexadecimal digit in either case, or -1 for any other character. */
    public static int digit(int c) {
        if (c >= '0' && c <= '9') {
            return c - '0';
        }
        int lower = c | 0x20;
        return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
    }

    /**
     * Reads 1 to 16 digits as an unsigned number.
     *
     * @throws IllegalArgumentException when the text is empty, longer, or holds anything but hexadecimal digits
     */
    public static long parse(CharSequence text, int from, int to) {
        if (to - from < 1 || to - from > 16) {
            throw new IllegalArgumentException("expected 1 to 16 hexadecimal digits, read " + (to - from));
        }
        long value = 0;
        for (int i = from; i < to; i++) {
            int digit = digit(text.charAt(i));
            if (digit < 0) {
                throw new IllegalArgumentException(
                        "not a hexadecimal digit: '" + text.charAt(i) + "' at position " + i + " of \"" + text + '"');
            }
            value = value << 4 | digit;
        }
        return value;
    }
}
