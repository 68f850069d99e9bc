package io.clew.store.block;

import io.clew.model.SpanBatch;
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

    void read(SpanBatch rows, Owners owners) {
        times.clear();
        pairs.clear();
        resources = owners.resources.size();
        int spans = rows.spanCount();
        for (int row = 0; row < spans; row++) {
            times.add(rows.receiveTime(row));
        }
        sortedTimes = new long[times.size()];
        for (int i = 0; i < sortedTimes.length; i++) {
            sortedTimes[i] = times.key(i);
        }
        Arrays.sort(sortedTimes);
        rank = room(rank, sortedTimes.length);
        for (int i = 0; i < sortedTimes.length; i++) {
            rank[times.find(sortedTimes[i])] = i;
        }
        for (int row = 0; row < spans; row++) {
            pairs.add(pair(owners.resource(rows.resource(row)), rows.receiveTime(row)));
        }
        sortedPairs = new long[pairs.size()];
        for (int i = 0; i < sortedPairs.length; i++) {
            sortedPairs[i] = pairs.key(i);
        }
        Arrays.sort(sortedPairs);
        place = room(place, sortedPairs.length);
        int first = 0;
        for (int i = 0; i < sortedPairs.length; i++) {
            if (i > 0 && sortedPairs[i] >>> 32 != sortedPairs[i - 1] >>> 32) {
                first = i;
            }
            place[pairs.find(sortedPairs[i])] = i - first;
        }
        last = room(last, resources);
    }

    private long pair(int resource, long time) {
        return (long) resource << 32 | rank[times.find(time)];
    }

    void beginPage() {
        Arrays.fill(last, 0);
    }

    /** What a span holds. */
    int code(int resource, long time) {
        int at = place[pairs.find(pair(resource, time))];
        int code = at - last[resource];
        last[resource] = at;
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
