package io.clew.store.block;

import java.util.Arrays;
import java.util.BitSet;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of one page of a column, held as narrow as they come: nothing where all are equal, a byte each where at most
 * 256 are distinct, four bytes each where they span less than 2^32, else eight. The scans over them look at each number
 * once, without a call per number. Never changes.
 */
final class LongPage implements PageCache.Page {
    private final int count;
    /** The number of all, or what {@link #offsets} are added to. */
    private final long base;

    private final byte @Nullable [] codes;
    /** The number each code stands for; null where that is {@link #base} and the code, an unsigned byte. */
    private final long @Nullable [] distinct;

    private final int @Nullable [] offsets;
    private final long @Nullable [] values;

    /** A place by itself costs about this many times what it costs among all. */
    private static final int SPARSE = 8;

    private LongPage(
            int count,
            long base,
            byte @Nullable [] codes,
            long @Nullable [] distinct,
            int @Nullable [] offsets,
            long @Nullable [] values) {
        this.count = count;
        this.base = base;
        this.codes = codes;
        this.distinct = distinct;
        this.offsets = offsets;
        this.values = values;
    }

    /** A number that all are. */
    static LongPage constant(long value, int count) {
        return new LongPage(count, value, null, null, null, null);
    }

    /** Numbers by their place among {@code distinct}, of which there are at most 256. */
    static LongPage ofCodes(byte[] codes, int count, long[] distinct) {
        return new LongPage(count, 0, codes, distinct, null, null);
    }

    /** Numbers as unsigned bytes that are added to {@code base}. */
    static LongPage ofBytes(byte[] distances, int count, long base) {
        return new LongPage(count, base, distances, null, null, null);
    }

    /** Numbers as unsigned distances from {@code base}. */
    static LongPage ofOffsets(int[] offsets, long base) {
        return new LongPage(offsets.length, base, null, null, offsets, null);
    }

    static LongPage ofValues(long[] values) {
        return new LongPage(values.length, 0, null, null, null, values);
    }

    int count() {
        return count;
    }

    /** Whether all numbers are the same, and the page knows. */
    boolean isConstant() {
        return codes == null && offsets == null && values == null;
    }

    long get(int index) {
        if (codes != null) {
            int code = codes[index] & 0xFF;
            return distinct == null ? base + code : distinct[code];
        }
        if (offsets != null) {
            return base + (offsets[index] & 0xFFFF_FFFFL);
        }
        return values == null ? base : values[index];
    }

    int id(int index) {
        return (int) get(index);
    }

    /** An array of all, perhaps the page's own: for those who let go of the page. */
    long[] intoArray() {
        if (values != null) {
            return values;
        }
        long[] all = new long[count];
        for (int i = 0; i < count; i++) {
            all[i] = get(i);
        }
        return all;
    }

    // ---- scans

    /** The places of the numbers that satisfy a test. */
    BitSet matching(LongPredicate test) {
        if (codes != null) {
            byte[] verdicts = new byte[256];
            for (int i = 0; i < (distinct == null ? verdicts.length : distinct.length); i++) {
                verdicts[i] = (byte) (test.test(distinct == null ? base + i : distinct[i]) ? 1 : 0);
            }
            return coded(codes, verdicts);
        }
        if (isConstant()) {
            return test.test(base) ? all() : new BitSet();
        }
        BitSet found = new BitSet(count);
        for (int i = 0; i < count; i++) {
            if (test.test(get(i))) {
                found.set(i);
            }
        }
        return found;
    }

    /** The places of the numbers from {@code least} to {@code greatest}, both inclusive. */
    BitSet within(long least, long greatest) {
        if (least > greatest) {
            return new BitSet();
        }
        if (offsets != null) {
            long from = least <= base ? 0 : least - base;
            if (greatest < base || from >>> 32 != 0) {
                return new BitSet();
            }
            long to = greatest - base >>> 32 == 0 ? greatest - base : 0xFFFF_FFFFL;
            return near(offsets, (int) from, (int) (to - from));
        }
        if (values != null) {
            return near(values, least, greatest - least);
        }
        return matching(value -> value >= least && value <= greatest);
    }

    /** The places of the ids that are in a set. */
    BitSet in(BitSet ids) {
        if (ids.isEmpty()) {
            return new BitSet();
        }
        if (offsets != null) {
            return among(offsets, (int) base, ids);
        }
        return matching(id -> ids.get((int) id));
    }

    /** Takes the places out of a set whose ids are not in another. */
    void retain(BitSet places, BitSet ids) {
        if (places.cardinality() < count / SPARSE) {
            for (int i = places.nextSetBit(0); i >= 0; i = places.nextSetBit(i + 1)) {
                if (!ids.get(id(i))) {
                    places.clear(i);
                }
            }
        } else {
            places.and(in(ids));
        }
    }

    private BitSet all() {
        BitSet all = new BitSet(count);
        all.set(0, count);
        return all;
    }

    private BitSet coded(byte[] from, byte[] verdicts) {
        long[] words = new long[count + 63 >>> 6];
        for (int w = 0, at = 0; w < words.length; w++) {
            long word = 0;
            for (int bit = 0, bits = Math.min(64, count - at); bit < bits; bit++) {
                word |= (long) verdicts[from[at + bit] & 0xFF] << bit;
            }
            words[w] = word;
            at += 64;
        }
        return BitSet.valueOf(words);
    }

    /** Beyond the words of the set stands an empty one for all greater ids, so that the loop does not branch. */
    private static BitSet among(int[] numbers, int base, BitSet ids) {
        long[] words = new long[numbers.length + 63 >>> 6];
        long[] set = ids.toLongArray();
        int behind = set.length;
        set = Arrays.copyOf(set, behind + 1);
        for (int w = 0, at = 0; w < words.length; w++) {
            long word = 0;
            for (int bit = 0, bits = Math.min(64, numbers.length - at); bit < bits; bit++) {
                int id = base + numbers[at + bit];
                word |= (set[Math.min(id >>> 6, behind)] >>> id & 1) << bit;
            }
            words[w] = word;
            at += 64;
        }
        return BitSet.valueOf(words);
    }

    private static BitSet near(int[] numbers, int from, int length) {
        long[] words = new long[numbers.length + 63 >>> 6];
        int limit = length + Integer.MIN_VALUE;
        for (int w = 0, at = 0; w < words.length; w++) {
            long word = 0;
            for (int bit = 0, bits = Math.min(64, numbers.length - at); bit < bits; bit++) {
                word |= (numbers[at + bit] - from + Integer.MIN_VALUE <= limit ? 1L : 0L) << bit;
            }
            words[w] = word;
            at += 64;
        }
        return BitSet.valueOf(words);
    }

    private static BitSet near(long[] numbers, long from, long length) {
        long[] words = new long[numbers.length + 63 >>> 6];
        long limit = length + Long.MIN_VALUE;
        for (int w = 0, at = 0; w < words.length; w++) {
            long word = 0;
            for (int bit = 0, bits = Math.min(64, numbers.length - at); bit < bits; bit++) {
                word |= (numbers[at + bit] - from + Long.MIN_VALUE <= limit ? 1L : 0L) << bit;
            }
            words[w] = word;
            at += 64;
        }
        return BitSet.valueOf(words);
    }

    @Override
    public int heapBytes() {
        return 64
                + (codes == null ? 0 : codes.length)
                + (distinct == null ? 0 : 8 * distinct.length)
                + (offsets == null ? 0 : 4 * offsets.length)
                + (values == null ? 0 : 8 * values.length);
    }
}
