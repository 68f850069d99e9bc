package io.clew.quality.formats;

import static io.clew.quality.formats.Bytes.behind;
import static io.clew.quality.formats.Bytes.check;
import static io.clew.quality.formats.Bytes.page;
import static io.clew.quality.formats.Bytes.text;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads a block as block.md has it, and holds its filters and its lookup against what the block has. */
final class BlockReader {
    /** An entry of the directory. */
    record Trace(long high, long low, long start, long end, int spans) {}

    private static final byte[] MARK = "CLEWBLOK".getBytes(StandardCharsets.US_ASCII);

    private final byte[] file;
    private final List<Trace> traces = new ArrayList<>();
    private final List<SpanRecord> spans = new ArrayList<>();

    private BlockReader(byte[] file) {
        this.file = file;
    }

    static List<SpanRecord> read(byte[] file) {
        BlockReader reader = new BlockReader(file);
        reader.read();
        return reader.spans;
    }

    private void read() {
        check(Arrays.equals(MARK, Arrays.copyOf(file, 8)), "the mark at the beginning");
        check(page(file, 0, 12).bytes[8] == 1, "the version");
        int tail = file.length - 20;
        check(Arrays.equals(MARK, Arrays.copyOfRange(file, tail + 12, tail + 20)), "the mark at the end");
        int footerLength = page(file, tail, 8).i32();
        Bytes footer = page(file, tail - 4 - footerLength, footerLength);
        long spanCount = footer.varint();
        int traceCount = footer.count();
        long smallestStart = footer.zigzag();
        long largestEnd = footer.zigzag();
        long firstArrival = footer.zigzag();
        long lastArrival = footer.zigzag();
        int groups = footer.count();
        int[] groupAt = new int[groups + 1];
        int[] headerLength = new int[groups];
        int[] groupSpans = new int[groups];
        int[] groupTraces = new int[groups];
        long[] lastStart = new long[groups];
        long[] latestEnd = new long[groups];
        int[][] filterLengths = new int[groups][];
        groupAt[0] = 16;
        for (int i = 0; i < groups; i++) {
            groupAt[i + 1] = groupAt[i] + footer.count();
            headerLength[i] = footer.count();
            groupSpans[i] = footer.count();
            groupTraces[i] = footer.count();
            lastStart[i] = footer.zigzag();
            latestEnd[i] = footer.zigzag();
            filterLengths[i] = footer.counts(footer.count());
        }
        int at = groupAt[groups];
        int pages = footer.count();
        for (int length : footer.counts(pages)) {
            directory(page(file, at, length), Math.min(512, traceCount - traces.size()));
            at = behind(at, length);
        }
        check(traces.size() == traceCount, "traces of the directory");
        pages = footer.count();
        int looked = 0;
        for (int i = 0; i < pages; i++) {
            int length = footer.count();
            long least = footer.i32() & 0xFFFFFFFFL;
            looked = lookup(page(file, at, length), looked, least);
            at = behind(at, length);
        }
        check(looked == traceCount, "traces of the lookup");
        int length = footer.count();
        if (length > 0) {
            Filter filter = new Filter(page(file, at, length));
            traces.forEach(trace -> check(filter.mayHold(Filter.mix(trace.low)), "trace filter"));
        }
        at = behind(at, length);
        length = footer.count();
        List<String> operations = length > 0 ? summary(page(file, at, length)) : List.of();
        check(behind(at, length) == tail - 4 - footerLength, "where the footer begins");
        int first = 0;
        for (int i = 0; i < groups; i++) {
            List<Filter> filters = new ArrayList<>();
            int headerAt = groupAt[i + 1] - 4 - headerLength[i];
            int filterAt =
                    headerAt - Arrays.stream(filterLengths[i]).map(l -> l + 4).sum();
            int next = filterAt;
            for (int of : filterLengths[i]) {
                filters.add(new Filter(page(file, next, of)));
                next = behind(next, of);
            }
            List<SpanRecord> read = new GroupReader(file, groupAt[i], groupSpans[i], filters)
                    .read(
                            page(file, headerAt, headerLength[i]),
                            filterAt,
                            traces.subList(first, first + groupTraces[i]));
            check(read.size() == groupSpans[i], "spans of a row group");
            spans.addAll(read);
            first += groupTraces[i];
            check(traces.get(first - 1).start == lastStart[i], "start of the last trace of a row group");
            check(
                    latestEnd[i]
                            == traces.subList(first - groupTraces[i], first).stream()
                                    .mapToLong(Trace::end)
                                    .max()
                                    .orElseThrow(),
                    "largest end of a row group");
        }
        check(spans.size() == spanCount, "spans");
        check(
                traces.stream()
                                .mapToLong(Trace::start)
                                .filter(start -> start != Long.MIN_VALUE)
                                .min()
                                .orElse(Long.MIN_VALUE)
                        == smallestStart,
                "smallest start");
        check(traces.stream().mapToLong(Trace::end).max().orElse(Long.MIN_VALUE) == largestEnd, "largest end");
        check(
                spans.stream().mapToLong(SpanRecord::received).min().orElse(firstArrival) == firstArrival,
                "first arrival");
        check(spans.stream().mapToLong(SpanRecord::received).max().orElse(lastArrival) == lastArrival, "last arrival");
        check(
                operations.equals(spans.stream()
                        .flatMap(BlockReader::operations)
                        .distinct()
                        .sorted()
                        .toList()),
                "summary");
    }

    private static java.util.stream.Stream<String> operations(SpanRecord span) {
        List<String> services = span.resource().attributes().stream()
                .filter(value -> value.key().equals("service.name") && value.type() == 1)
                .map(value -> "of " + value.value())
                .toList();
        return (services.isEmpty() ? List.of("of none") : services)
                .stream().map(service -> service + ": " + span.name() + ", " + span.kind());
    }

    private void directory(Bytes in, int count) {
        long before = in.varint();
        check(before == traces.stream().mapToLong(Trace::spans).sum(), "spans before a directory page");
        long[] high = in.numbers(count);
        long[] low = in.numbers(count);
        long[] start = in.numbers(count);
        long[] length = in.numbers(count);
        long[] spansTwice = in.numbers(count);
        for (int i = 0; i < count; i++) {
            traces.add(new Trace(high[i], low[i], start[i], start[i] + length[i], (int) (spansTwice[i] / 2)));
        }
    }

    /** Returns how many entries there have been. */
    private int lookup(Bytes in, int before, long least) {
        int count = Math.min(1024, traces.size() - before);
        long[] upper = in.numbers(count);
        long[] ordinal = in.numbers(count);
        check(upper[0] == least, "the least of a lookup page");
        for (int i = 0; i < count; i++) {
            check(upper[i] == Filter.mix(traces.get((int) ordinal[i]).low) >>> 32, "an entry of the lookup");
            check(
                    i == 0 || upper[i] > upper[i - 1] || upper[i] == upper[i - 1] && ordinal[i] > ordinal[i - 1],
                    "the order of the lookup");
        }
        return before + count;
    }

    private static List<String> summary(Bytes in) {
        byte[][] words = in.texts(in.count());
        Bytes body = new Bytes(in.section(in.count()), 0);
        List<String> found = new ArrayList<>();
        for (int left = body.count(); left > 0; left--) {
            int service = body.count();
            String of = service == 0 ? "of none" : "of " + text(words[service - 1]);
            found.add(of + ": " + text(words[body.count()]) + ", " + body.zigzag());
        }
        found.sort(null);
        return found;
    }
}
