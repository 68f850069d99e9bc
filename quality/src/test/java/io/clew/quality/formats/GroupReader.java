package io.clew.quality.formats;

import static io.clew.quality.formats.Bytes.behind;
import static io.clew.quality.formats.Bytes.check;
import static io.clew.quality.formats.Bytes.page;
import static io.clew.quality.formats.Bytes.text;

import io.clew.quality.formats.SpanRecord.Value;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a row group of a block as block.md has it, and holds its value filters against what it has. */
final class GroupReader {
    /** A column of a row group; by page its numbers (those of a dictionary if there is one) or its texts. */
    private record Column(int owner, int type, String name, byte[][] dictionary, long[][] numbers, byte[][][] texts) {
        boolean isAttribute() {
            return type != 255;
        }

        byte[] text(int page, int index) {
            return dictionary.length > 0 ? dictionary[(int) numbers[page][index]] : texts[page][index];
        }
    }

    private final byte[] file;
    private final int offset;
    private final int rows;
    private final List<Filter> filters;
    private final List<Column> columns = new ArrayList<>();
    private byte[][] words = {};
    private int page;
    private int[] cursor = {};

    GroupReader(byte[] file, int offset, int rows, List<Filter> filters) {
        this.file = file;
        this.offset = offset;
        this.rows = rows;
        this.filters = filters;
    }

    private void holds(long hash) {
        int which = (int) Math.unsignedMultiplyHigh(hash + Long.MIN_VALUE, filters.size());
        check(filters.get(which).mayHold(hash), "value filter");
    }

    List<SpanRecord> read(Bytes header, int filterAt, List<BlockReader.Trace> traces) {
        words = header.texts(header.count());
        check(words[0].length == 0, "word 0");
        Bytes body = new Bytes(header.section(header.count()), 0);
        int pages = body.count();
        int[][] counts = new int[pages][];
        for (int p = 0; p < pages; p++) {
            counts[p] = body.counts(4);
        }
        List<SpanRecord.Owner> resources = owners(body, false);
        List<SpanRecord.Owner> scopes = owners(body, true);
        int[][][] shapes = new int[3][][];
        for (int owner = 0; owner < 3; owner++) {
            shapes[owner] = new int[body.count()][];
            for (int i = 0; i < shapes[owner].length; i++) {
                shapes[owner][i] = body.counts(body.count());
            }
        }
        int[] fields = {15, 3, 4};
        long[][][] templates = new long[3][][];
        for (int owner = 0; owner < 3; owner++) {
            int count = body.count();
            templates[owner] = new long[fields[owner]][];
            for (int field = 0; field < fields[owner]; field++) {
                templates[owner][field] = body.numbers(count);
            }
        }
        int[][] seen = new int[templates[0][0].length][];
        for (int i = 0; i < seen.length; i++) {
            seen[i] = body.counts(body.count());
        }
        int at = offset;
        long[] ids = new long[rows];
        for (int row = 0; row < rows; row++) {
            if (row % 512 == 0) {
                at = row == 0 ? offset : at + 4;
                page(file, at, 8 * Math.min(512, rows - row));
            }
            ids[row] = new Bytes(file, at).i64();
            at += 8;
        }
        at += rows > 0 ? 4 : 0;
        for (int left = body.count(); left > 0; left--) {
            at = column(body, pages, at);
        }
        int length = body.count();
        long[][] arrivals = arrivals(page(file, at, length), resources.size());
        check(behind(at, length) == filterAt, "where the value filter begins");
        check(body.at == body.bytes.length, "the end of the header");
        return spans(counts, traces, resources, scopes, shapes, templates, seen, ids, arrivals);
    }

    private List<SpanRecord.Owner> owners(Bytes in, boolean scopes) {
        List<SpanRecord.Owner> owners = new ArrayList<>();
        for (int left = in.count(); left > 0; left--) {
            int dropped = (int) in.zigzag();
            String schema = text(words[in.count()]);
            String name = scopes ? text(words[in.count()]) : "";
            String version = scopes ? text(words[in.count()]) : "";
            List<Value> attributes = new ArrayList<>();
            for (int more = in.count(); more > 0; more--) {
                byte[] key = words[in.count()];
                int type = in.u8();
                byte[] value = SpanRecord.isText(type) ? words[in.count()] : null;
                attributes.add(new Value(text(key), type, value == null ? Long.toString(in.zigzag()) : text(value)));
                filtered(scopes ? 4 : 3, key, type, value);
            }
            owners.add(new SpanRecord.Owner(name, version, schema, dropped, attributes));
        }
        return owners;
    }

    /** An attribute of a text if it has one stands in the value filter. */
    private void filtered(int owner, byte[] key, int type, byte @Nullable [] value) {
        long place = Filter.hash(owner + 1, key);
        if (type == 1 && value != null) {
            holds(Filter.hash(place, value));
        }
        holds(Filter.hash(~place, new byte[] {2}));
        if (type == 6 || type == 7) {
            holds(Filter.hash(~place, new byte[] {1}));
        }
    }

    /** Reads a column that begins at {@code at}, and returns where the next does. */
    private int column(Bytes in, int pages, int at) {
        int owner = in.u8();
        int type = in.u8();
        String name = text(words[in.count()]);
        int kind = in.u8();
        int next = at;
        byte[][] dictionary = {};
        if (kind == 2) {
            int count = in.count();
            int length = in.count();
            dictionary = length == 0 ? dictionary : page(file, next, length).texts(count);
            next = behind(next, length);
        }
        long[][] numbers = new long[pages][];
        byte[][][] texts = new byte[pages][][];
        for (int p = 0; p < pages; p++) {
            int values = in.count();
            numbers[p] = new long[values];
            texts[p] = new byte[0][];
            if (values == 0) {
                continue;
            }
            if (kind == 3) {
                int length = in.count();
                texts[p] = page(file, next, length).texts(values);
                next = behind(next, length);
                continue;
            }
            long least = in.zigzag();
            long range = in.varint();
            Arrays.fill(numbers[p], least);
            if (range != 0) {
                int length = in.count();
                numbers[p] = page(file, next, length).pageOfNumbers(values, least);
                next = behind(next, length);
            }
        }
        columns.add(new Column(owner, type, name, dictionary, numbers, texts));
        return next;
    }

    private static long[][] arrivals(Bytes in, int resources) {
        long[] times = in.numbers(in.count());
        int pairs = in.count();
        long[] lengths = in.numbers(resources);
        long[] places = in.numbers(pairs);
        long[][] lists = new long[resources][];
        int from = 0;
        for (int i = 0; i < resources; i++) {
            lists[i] = Arrays.stream(places, from, from + (int) lengths[i])
                    .map(place -> times[(int) place])
                    .toArray();
            from += (int) lengths[i];
        }
        return lists;
    }

    private long number(int owner, String name, int index) {
        return required(owner, name).numbers[page][index];
    }

    private Column required(int owner, String name) {
        for (Column column : columns) {
            if (column.owner == owner && column.type == 255 && column.name.equals(name)) {
                return column;
            }
        }
        throw new IllegalStateException("no column " + name);
    }

    /** A name, message or state: the word of the template, or the text of the column there is. */
    private String wordOrText(int owner, String name, int index, long word) {
        for (Column column : columns) {
            if (column.owner == owner && column.type == 255 && column.name.equals(name)) {
                named(owner, name, column.text(page, index));
                return text(column.text(page, index));
            }
        }
        named(owner, name, words[(int) word]);
        return text(words[(int) word]);
    }

    private void named(int owner, String column, byte[] value) {
        if (column.equals("name")) {
            holds(Filter.hash(Filter.hash(17 + owner, column.getBytes(StandardCharsets.US_ASCII)), value));
        }
    }

    private List<SpanRecord> spans(
            int[][] counts,
            List<BlockReader.Trace> traces,
            List<SpanRecord.Owner> resources,
            List<SpanRecord.Owner> scopes,
            int[][][] shapes,
            long[][][] templates,
            int[][] seen,
            long[] ids,
            long[][] arrivals) {
        List<SpanRecord> found = new ArrayList<>();
        int nextTrace = 0;
        for (page = 0; page < counts.length; page++) {
            cursor = new int[columns.size()];
            int[] place = new int[resources.size()];
            int row = 0;
            int event = 0;
            int link = 0;
            int elsewhere = 0;
            for (int of = 0; of < counts[page][0]; of++) {
                BlockReader.Trace trace = traces.get(nextTrace++);
                long last = trace.start() == Long.MIN_VALUE ? 0 : trace.start();
                for (int i = 0; i < trace.spans(); i++, row++) {
                    int number = (int) number(0, "template", row);
                    long[] template = template(templates[0], number);
                    int resource = seen[number][(int) number(0, "resource", row)];
                    place[resource] += (int) number(0, "arrival", row);
                    int marks = (int) template[10];
                    Long start = (marks & 1) != 0 ? (Long) (last + number(0, "start", row)) : null;
                    last = start == null ? last : start;
                    long from = start == null ? 0 : start;
                    Long end = (marks & 2) != 0 ? (Long) (from + number(0, "duration", row)) : null;
                    long code = number(0, "parent", row);
                    long parent = code == 0
                            ? 0
                            : code == 1
                                    ? number(0, "parent-id", elsewhere++)
                                    : ids[found.size() - (int) Bytes.unzigzag(code - 2)];
                    List<Value> attributes = attributes(0, shapes[0][(int) template[12]]);
                    List<SpanRecord.Event> events = new ArrayList<>();
                    for (long more = template[13]; more > 0; more--, event++) {
                        long[] ofEvent = template(templates[1], (int) number(1, "template", event));
                        events.add(new SpanRecord.Event(
                                from + number(1, "time", event),
                                wordOrText(1, "name", event, ofEvent[0]),
                                (int) ofEvent[1],
                                attributes(1, shapes[1][(int) ofEvent[2]])));
                    }
                    List<SpanRecord.Link> links = new ArrayList<>();
                    for (long more = template[14]; more > 0; more--, link++) {
                        long[] ofLink = template(templates[2], (int) number(2, "template", link));
                        links.add(new SpanRecord.Link(
                                number(2, "trace-high", link) ^ trace.high(),
                                number(2, "trace-low", link) ^ trace.low(),
                                number(2, "span", link),
                                text(words[(int) ofLink[0]]),
                                (int) ofLink[1],
                                (int) ofLink[2],
                                attributes(2, shapes[2][(int) ofLink[3]])));
                    }
                    found.add(new SpanRecord(
                            trace.high(),
                            trace.low(),
                            (marks & 4) != 0,
                            ids[found.size()],
                            parent,
                            start,
                            end,
                            arrivals[resource][place[resource]],
                            (int) template[11],
                            wordOrText(0, "name", row, template[0]),
                            wordOrText(0, "status-message", row, template[1]),
                            wordOrText(0, "trace-state", row, template[2]),
                            (int) template[3],
                            (int) template[4],
                            (int) template[5],
                            List.of((int) template[6], (int) template[7], (int) template[8]),
                            attributes,
                            events,
                            links,
                            resources.get(resource),
                            scopes.get((int) template[9])));
                }
            }
            check(row == counts[page][1] && event == counts[page][2] && link == counts[page][3], "a page of rows");
        }
        return found;
    }

    private static long[] template(long[][] fields, int number) {
        return Arrays.stream(fields).mapToLong(field -> field[number]).toArray();
    }

    private List<Value> attributes(int owner, int[] shape) {
        List<Value> values = new ArrayList<>();
        for (int number : shape) {
            Column column = columns.get(number);
            int index = cursor[number]++;
            byte[] key = column.name.getBytes(StandardCharsets.ISO_8859_1);
            if (!column.isAttribute()) {
                Bytes in = new Bytes(column.text(page, index), 0);
                key = in.take(in.count());
                int type = in.u8();
                byte[] value = SpanRecord.isText(type) ? in.take(in.bytes.length - in.at) : null;
                values.add(new Value(text(key), type, value == null ? Long.toString(in.zigzag()) : text(value)));
                filtered(owner, key, type, value);
                holds(Filter.hash(~Filter.hash(owner + 1, key), new byte[0]));
            } else if (SpanRecord.isText(column.type)) {
                byte[] value = column.text(page, index);
                values.add(new Value(column.name, column.type, text(value)));
                filtered(owner, key, column.type, value);
            } else {
                values.add(new Value(column.name, column.type, Long.toString(column.numbers[page][index])));
                filtered(owner, key, column.type, null);
            }
        }
        return values;
    }
}
