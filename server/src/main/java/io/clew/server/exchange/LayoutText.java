package io.clew.server.exchange;

import io.clew.model.SpanBatch;
import io.clew.store.StoreLayout;
import io.clew.store.StoreLayout.BlockFigures;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** A store's layout as tables for people. */
final class LayoutText {
    private final StoreLayout layout;
    private final Sum all = new Sum();
    /** By partition and level, in the order of the layout. */
    private final Map<String, Sum> groups = new java.util.LinkedHashMap<>();

    private static final class Sum {
        private int blocks;
        private long spans;
        private long traces;
        private long maskedTraces;
        private long bytes;
        private long start = Long.MAX_VALUE;
        private long end = Long.MIN_VALUE;
        private long firstArrival = Long.MAX_VALUE;
        private long lastArrival = Long.MIN_VALUE;

        private void add(BlockFigures block) {
            blocks++;
            spans += block.spans() - block.maskedSpans();
            traces += block.traces() - block.maskedTraces();
            maskedTraces += block.maskedTraces();
            bytes += block.bytes();
            if (block.minStart() != SpanBatch.NO_TIME) {
                start = Math.min(start, block.minStart());
            }
            if (block.maxEnd() != SpanBatch.NO_TIME) {
                end = Math.max(end, block.maxEnd());
            }
            firstArrival = Math.min(firstArrival, block.firstArrival());
            lastArrival = Math.max(lastArrival, block.lastArrival());
        }

        private String perSpan() {
            return spans == 0 ? "-" : String.format(Locale.ROOT, "%.2f", (double) bytes / spans);
        }
    }

    LayoutText(StoreLayout layout) {
        this.layout = layout;
        for (BlockFigures block : layout.blocks()) {
            all.add(block);
            groups.computeIfAbsent(LayoutJson.partition(block.partition()) + " " + block.level(), _ -> new Sum())
                    .add(block);
        }
    }

    void print(Path directory, boolean columns, PrintStream out) {
        out.printf(
                Locale.ROOT,
                "%s%n%,d spans in %d blocks of %,d bytes, %s bytes a span; log files %,d bytes",
                directory,
                all.spans,
                all.blocks,
                all.bytes,
                all.perSpan(),
                layout.logBytes());
        if (layout.headSpans() > 0) {
            out.printf(Locale.ROOT, ", %,d spans in the log and not yet in blocks", layout.headSpans());
        } else if (layout.headSpans() < 0) {
            out.print(" (spans only in the log are not counted)");
        }
        out.printf("%n%n");
        if (all.blocks == 0) {
            out.println("no blocks yet");
            return;
        }
        blocks(out);
        out.println();
        bytes(columns ? "column" : "part", columns ? layout.bytes() : layout.parts(), out);
    }

    private void blocks(PrintStream out) {
        List<String[]> rows = new ArrayList<>();
        rows.add(new String[] {
            "day",
            "level",
            "blocks",
            "spans",
            "traces",
            "deleted",
            "bytes",
            "B/span",
            "first start",
            "last end",
            "first arrival",
            "last arrival"
        });
        groups.forEach((name, sum) -> rows.add(row(name.split(" "), sum)));
        if (groups.size() > 1) {
            rows.add(row(new String[] {"all", ""}, all));
        }
        table(rows, 2, 8, out);
    }

    private static String[] row(String[] group, Sum sum) {
        return new String[] {
            group[0],
            group.length > 1 ? group[1] : "",
            number(sum.blocks),
            number(sum.spans),
            number(sum.traces),
            number(sum.maskedTraces),
            number(sum.bytes),
            sum.perSpan(),
            time(sum.start),
            time(sum.end),
            time(sum.firstArrival),
            time(sum.lastArrival)
        };
    }

    private void bytes(String what, SortedMap<String, Long> sizes, PrintStream out) {
        List<String[]> rows = new ArrayList<>();
        rows.add(new String[] {what, "bytes", "share", "B/span"});
        TreeMap<String, Long> known = new TreeMap<>(sizes);
        known.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed().thenComparing(Map.Entry.comparingByKey()))
                .forEach(size -> rows.add(new String[] {
                    size.getKey(),
                    number(size.getValue()),
                    String.format(Locale.ROOT, "%.1f %%", all.bytes == 0 ? 0 : 100.0 * size.getValue() / all.bytes),
                    all.spans == 0 ? "-" : String.format(Locale.ROOT, "%.3f", (double) size.getValue() / all.spans)
                }));
        table(rows, 1, rows.getFirst().length, out);
    }

    /** Columns from {@code numbersFrom} to {@code numbersTo} are numbers, and stand to the right. */
    private static void table(List<String[]> rows, int numbersFrom, int numbersTo, PrintStream out) {
        int columns = rows.getFirst().length;
        int[] width = new int[columns];
        for (String[] row : rows) {
            for (int i = 0; i < columns; i++) {
                width[i] = Math.max(width[i], row[i].length());
            }
        }
        for (String[] row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                String blanks = " ".repeat(width[i] - row[i].length());
                boolean right = i >= numbersFrom && i < numbersTo;
                line.append(right ? blanks + row[i] : row[i] + blanks).append("  ");
            }
            out.println(line.toString().stripTrailing());
        }
    }

    private static String number(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static String time(long nanos) {
        return nanos == Long.MAX_VALUE || nanos == Long.MIN_VALUE
                ? "-"
                : Instant.ofEpochSecond(Math.floorDiv(nanos, 1_000_000_000L))
                        .truncatedTo(ChronoUnit.SECONDS)
                        .toString();
    }
}
