package io.clew.quality.load;

import java.util.random.RandomGenerator;

/**
 * The bytes of one span of a trace's shape, with its tag, and the places of what differs each time: ids, times, and the
 * marked characters of values, three or more in a row: {@code #} becomes a hexadecimal digit, {@code %} a decimal one, and the thread's number
 * stands where it was first given as {@value #THREAD}.
 */
final class SpanTemplate {
    /** What stands for the thread: three digits, and a varint of two bytes. */
    static final String THREAD = "$$$";

    /** A varint of two bytes that stands for the thread's number, which is 128 to 999. */
    static final long THREAD_NUMBER = 0x1FFF;

    private final byte[] bytes;
    private final int traceIdAt;
    private final int spanIdAt;
    private final int parentIdAt;
    private final int startAt;
    private final int endAt;
    private final int[] hexAt;
    private final int[] digitAt;
    private final int threadDigitsAt;
    private final int threadNumberAt;

    /**
     * Finds the places.
     *
     * @param parentIdAt where the parent's id stands, or -1 for a root
     * @param valuesFrom where values begin; marks before it are not looked for
     */
    SpanTemplate(byte[] bytes, int traceIdAt, int spanIdAt, int parentIdAt, int startAt, int endAt, int valuesFrom) {
        this.bytes = bytes;
        this.traceIdAt = traceIdAt;
        this.spanIdAt = spanIdAt;
        this.parentIdAt = parentIdAt;
        this.startAt = startAt;
        this.endAt = endAt;
        hexAt = places(valuesFrom, '#');
        digitAt = places(valuesFrom, '%');
        int[] dollars = places(valuesFrom, '$');
        threadDigitsAt = dollars.length == 0 ? -1 : dollars[0];
        threadNumberAt = threadNumber(valuesFrom);
    }

    int length() {
        return bytes.length;
    }

    /** Writes the span to {@code out} at {@code at} and returns the position behind it. */
    int write(
            byte[] out,
            int at,
            long traceHigh,
            long traceLow,
            long spanId,
            long parentId,
            long start,
            long end,
            RandomGenerator random) {
        System.arraycopy(bytes, 0, out, at, bytes.length);
        Bytes.big(out, at + traceIdAt, traceHigh);
        Bytes.big(out, at + traceIdAt + 8, traceLow);
        Bytes.big(out, at + spanIdAt, spanId);
        if (parentIdAt >= 0) {
            Bytes.big(out, at + parentIdAt, parentId);
        }
        Bytes.little(out, at + startAt, start);
        Bytes.little(out, at + endAt, end);
        if (hexAt.length + digitAt.length > 0) {
            long bits = 0;
            for (int i = 0; i < hexAt.length; i++) {
                bits = (i & 15) == 0 ? random.nextLong() : bits >>> 4;
                int digit = (int) bits & 15;
                out[at + hexAt[i]] = (byte) (digit < 10 ? '0' + digit : 'a' - 10 + digit);
            }
            int number = random.nextInt() >>> 1;
            for (int place : digitAt) {
                out[at + place] = (byte) ('0' + number % 10);
                number /= 10;
            }
        }
        if (threadDigitsAt >= 0) {
            int thread = 128 + (int) ((spanId & 0xFFFF) * 200 >>> 16);
            out[at + threadDigitsAt] = (byte) ('0' + thread / 100);
            out[at + threadDigitsAt + 1] = (byte) ('0' + thread / 10 % 10);
            out[at + threadDigitsAt + 2] = (byte) ('0' + thread % 10);
            out[at + threadNumberAt] = (byte) (thread & 0x7F | 0x80);
            out[at + threadNumberAt + 1] = (byte) (thread >>> 7);
        }
        return at + bytes.length;
    }

    /** Marks stand three or more in a row; alone, such a byte may be a length. */
    private int[] places(int from, char mark) {
        return java.util.stream.IntStream.range(from, bytes.length)
                .filter(i -> run(i, mark) >= 3)
                .toArray();
    }

    private int run(int at, char mark) {
        int from = at;
        while (from > 0 && bytes[from - 1] == mark) {
            from--;
        }
        int to = at;
        while (to < bytes.length && bytes[to] == mark) {
            to++;
        }
        return bytes[at] == mark ? to - from : 0;
    }

    private int threadNumber(int from) {
        for (int i = from; i + 2 < bytes.length; i++) {
            if (bytes[i] == 3 << 3 && bytes[i + 1] == (byte) 0xFF && bytes[i + 2] == 0x3F) {
                return i + 1;
            }
        }
        return -1;
    }
}
