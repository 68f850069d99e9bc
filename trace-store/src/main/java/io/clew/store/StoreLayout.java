package io.clew.store;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Where the bytes of a store are, of one moment.
 *
 * @param blocks the live blocks that can be read, by partition, then level, then number
 * @param unreadable blocks that are damaged, one line each; they are not among {@code blocks}
 * @param headSpans distinct spans held in memory and in the log, not yet in blocks; -1 when nobody counted
 * @param logBytes size of the log's files
 * @param bytes bytes of all blocks by what they hold: "span ids", "span start", "span attribute KEY", "directory",
 *     "value filters", ...
 */
public record StoreLayout(
        List<BlockFigures> blocks,
        List<String> unreadable,
        long headSpans,
        long logBytes,
        SortedMap<String, Long> bytes) {

    /**
     * One block. Times are epoch nanoseconds.
     *
     * @param partition UTC day of its traces, days since the epoch, or {@link Integer#MIN_VALUE} for stray times
     * @param level how often its rows have been merged
     * @param spans rows, deleted ones included
     * @param traces distinct traces, deleted ones included
     * @param maskedTraces traces deleted that merging has not yet left out
     * @param maskedSpans their spans
     * @param minStart smallest valid start, or {@link io.clew.model.SpanBatch#NO_TIME}
     * @param maxEnd largest valid time, or {@link io.clew.model.SpanBatch#NO_TIME}
     * @param firstArrival when its first span came
     * @param lastArrival when its last span came
     * @param bytes size of its file
     */
    public record BlockFigures(
            long id,
            int partition,
            int level,
            long spans,
            long traces,
            long maskedTraces,
            long maskedSpans,
            long minStart,
            long maxEnd,
            long firstArrival,
            long lastArrival,
            long bytes) {}

    /** {@link #bytes} with columns summed up: span ids, span columns, span attributes, events, links, directory, filters, other. */
    public SortedMap<String, Long> parts() {
        SortedMap<String, Long> parts = new TreeMap<>();
        bytes.forEach((name, size) -> parts.merge(part(name), size, Long::sum));
        return parts;
    }

    private static String part(String name) {
        if (name.equals("span ids")) {
            return name;
        } else if (name.equals("span start") || name.equals("span duration")) {
            return "times";
        } else if (name.startsWith("span attribute ")) {
            return "span attributes";
        } else if (name.startsWith("span ")) {
            return "other span columns";
        } else if (name.startsWith("event ")) {
            return "events";
        } else if (name.startsWith("link ")) {
            return "links";
        } else if (name.equals("value filters") || name.equals("directory: filter")) {
            return "filters";
        }
        return name.startsWith("directory") ? "directory" : name;
    }
}
