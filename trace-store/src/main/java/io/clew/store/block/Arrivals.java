package io.clew.store.block;

import java.util.Arrays;

/**
 * Receive times of a row group. A resource's spans come request by request, so each resource has the ascending list of
 * its receive times, and a span holds how many places further than the resource's span before it in the page its own
 * stands (from place 0 at the page's beginning). Reusable.
 *
 * <p>Written as {@code varint(times)}, the distinct times ascending, {@code varint(pairs)}, the length of each resource's
 * list, and the lists as places among the times: three times {@link Numbers}.
 */
final class Arrivals {
    private final LongIndex times = new LongIndex();
    private final LongIndex pairs = new LongIndex();
    private long[] sortedTimes = new long[0];
    private long[] sortedPairs = new long[0];
    private int[] rank = new int[16];
    private int[] place = new int[16];
    private int[] last = new int[16];
    private int resources;

    void clear() {
        times.clear();
        pairs.clear();
    }

    /** The number of a resource with a receive time, new or known. */
    int pair(int resource, long time) {
        return pairs.add((long) resource << 32 | times.add(time));
    }

    /** Orders what has come; no more pairs come from here on. */
    void order(int resourceCount) {
        resources = resourceCount;
        sortedTimes = new long[times.size()];
        for (int i = 0; i < sortedTimes.length; i++) {
            sortedTimes[i] = times.key(i);
        }
        Arrays.sort(sortedTimes);
        rank = room(rank, sortedTimes.length);
        for (int i = 0; i < sortedTimes.length; i++) {
            rank[times.find(sortedTimes[i])] = i;
        }
        sortedPairs = new long[pairs.size()];
        for (int i = 0; i < sortedPairs.length; i++) {
            long pair = pairs.key(i);
            sortedPairs[i] = pair >>> 32 << 32 | rank[(int) pair];
        }
        long[] inOrder = sortedPairs.clone();
        Arrays.sort(sortedPairs);
        place = room(place, sortedPairs.length);
        last = room(last, resources);
        int[] firstOf = new int[resources];
        for (int i = sortedPairs.length - 1; i >= 0; i--) {
            firstOf[(int) (sortedPairs[i] >>> 32)] = i;
        }
        for (int i = 0; i < inOrder.length; i++) {
            place[i] = Arrays.binarySearch(sortedPairs, inOrder[i]) - firstOf[(int) (inOrder[i] >>> 32)];
        }
    }

    void beginPage() {
        Arrays.fill(last, 0);
    }

    /** What a span of this pair holds. */
    int code(int pair) {
        int resource = (int) (pairs.key(pair) >>> 32);
        int code = place[pair] - last[resource];
        last[resource] = place[pair];
        return code;
    }

    void write(LongCodec longs, ByteSink out) {
        out.varint(sortedTimes.length);
        Numbers.write(sortedTimes, sortedTimes.length, LongCodec.Content.AMOUNTS, longs, out);
        long[] lengths = new long[resources];
        long[] places = new long[sortedPairs.length];
        for (int i = 0; i < places.length; i++) {
            lengths[(int) (sortedPairs[i] >>> 32)]++;
            places[i] = (int) sortedPairs[i];
        }
        out.varint(places.length);
        Numbers.write(lengths, resources, LongCodec.Content.AMOUNTS, longs, out);
        Numbers.write(places, places.length, LongCodec.Content.AMOUNTS, longs, out);
    }

    private static int[] room(int[] array, int length) {
        return array.length < length ? new int[Math.max(length, 2 * array.length)] : array;
    }

    /** Receive times read back: those of resource r from {@code first[r]} on, ascending. */
    record Table(int[] first, long[] times) implements PageCache.Page {
        static Table read(ByteSource in, int resources, Decompression decompression, int rows) {
            long[] distinct = Numbers.read(in, in.count(rows), decompression);
            int pairs = in.count(rows);
            long[] lengths = Numbers.read(in, resources, decompression);
            long[] places = Numbers.read(in, pairs, decompression);
            int[] first = new int[resources];
            int at = 0;
            for (int i = 0; i < resources; i++) {
                first[i] = at;
                at += Math.toIntExact(lengths[i]);
            }
            long[] times = new long[pairs];
            for (int i = 0; i < pairs; i++) {
                times[i] = distinct[Math.toIntExact(places[i])];
            }
            return new Table(first, times);
        }

        @Override
        public int heapBytes() {
            return 64 + 4 * first.length + 8 * times.length;
        }
    }
}
