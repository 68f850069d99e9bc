package io.clew.store.block;

import io.clew.model.ValueType;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongPredicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The header of a row group, parsed, and the way to its pages. A row group is self-contained: whole traces, their
 * templates, resources, scopes, dictionaries. {@code docs/formats/block.md} gives the layout byte by byte.
 *
 * <p>Columns belong to spans, events or links. Those every row has are known by name (the constants here say what they
 * hold); an attribute's column is known by key and type and has a value for each time its number stands in the shapes of
 * the rows. Over 300 lines because it is the one place that knows the header. Never changes.
 */
final class RowGroup implements PageCache.Page {
    static final int SPAN = 0;
    static final int EVENT = 1;
    static final int LINK = 2;
    /** The type number of columns that are not attributes. */
    static final int INTRINSIC = 255;

    static final int IDS_PER_PAGE = 512;

    // How a column stands in pages.
    static final int LONGS = 1;
    static final int DICTIONARY = 2;
    static final int TEXTS = 3;

    /** Number of the row's template. */
    static final String TEMPLATE = "template";
    /** Which of the resources seen with the span's template. */
    static final String RESOURCE = "resource";
    /** See {@link Arrivals}. */
    static final String ARRIVAL = "arrival";
    /** Nanoseconds after the start of the span before it in its trace, after the trace's start for the first; 0 if unset. */
    static final String START = "start";
    /** End less start, nanoseconds; 0 if the end is unset. */
    static final String DURATION = "duration";
    /** {@link #NO_PARENT}, {@link #PARENT_ELSEWHERE}, or {@link #PARENT_NEAR} + zigzag(rows back to the parent). */
    static final String PARENT = "parent";
    /** Span ids of the parents that are elsewhere. */
    static final String PARENT_ID = "parent-id";
    /** Names, where they repeat too little for templates. */
    static final String NAME = "name";

    static final String MESSAGE = "status-message";
    static final String TRACE_STATE = "trace-state";
    /** An event's time less its span's start. */
    static final String TIME = "time";
    /** A link's trace id halves, exclusive-or its span's own. */
    static final String TRACE_HIGH = "trace-high";

    static final String TRACE_LOW = "trace-low";
    static final String SPAN_ID = "span";
    /** Attributes of rare keys: {@code varint(key length), key, type, bytes of the text or zigzag of the number}. */
    static final String OTHER = "other";

    static final byte[] OTHER_UTF8 = OTHER.getBytes(StandardCharsets.UTF_8);

    static final int NO_PARENT = 0;
    static final int PARENT_ELSEWHERE = 1;
    static final int PARENT_NEAR = 2;

    // Fields of a span's template, in the order written.
    static final int SPAN_NAME = 0;
    static final int SPAN_MESSAGE = 1;
    static final int SPAN_STATE = 2;
    static final int SPAN_KIND = 3;
    static final int SPAN_STATUS = 4;
    static final int SPAN_FLAGS = 5;
    static final int SPAN_DROPPED_ATTRIBUTES = 6;
    static final int SPAN_DROPPED_EVENTS = 7;
    static final int SPAN_DROPPED_LINKS = 8;
    static final int SPAN_SCOPE = 9;
    static final int SPAN_MARKS = 10;
    static final int SPAN_PROTOCOL = 11;
    static final int SPAN_SHAPE = 12;
    static final int SPAN_EVENTS = 13;
    static final int SPAN_LINKS = 14;
    static final int SPAN_FIELDS = 15;

    static final int EVENT_NAME = 0;
    static final int EVENT_DROPPED = 1;
    static final int EVENT_SHAPE = 2;
    static final int EVENT_FIELDS = 3;

    static final int LINK_STATE = 0;
    static final int LINK_FLAGS = 1;
    static final int LINK_DROPPED = 2;
    static final int LINK_SHAPE = 3;
    static final int LINK_FIELDS = 4;

    // Bits of SPAN_MARKS.
    static final int HAS_START = 1;
    static final int HAS_END = 2;
    static final int SHORT_TRACE_ID = 4;

    // What is worked out for a page of rows.
    private static final int ROWS = 1;
    private static final int STARTS = 2;
    /** The number of a column is added. */
    private static final int VALUE_ROWS = 3;

    /** How many fields an owner's template has. */
    static int fields(int owner) {
        return owner == SPAN ? SPAN_FIELDS : owner == EVENT ? EVENT_FIELDS : LINK_FIELDS;
    }

    static int shapeField(int owner) {
        return owner == SPAN ? SPAN_SHAPE : owner == EVENT ? EVENT_SHAPE : LINK_SHAPE;
    }

    /** Which fields of an owner's template are texts. */
    static boolean[] textFields(int owner) {
        boolean[] fields = new boolean[fields(owner)];
        fields[0] = true;
        if (owner == SPAN) {
            fields[SPAN_MESSAGE] = true;
            fields[SPAN_STATE] = true;
        }
        return fields;
    }

    /** The column in which a field of an owner's template stands when it hardly repeats; null for those that never do. */
    static @Nullable String textColumn(int owner, int field) {
        return switch (owner) {
            case SPAN ->
                field == SPAN_NAME ? NAME : field == SPAN_MESSAGE ? MESSAGE : field == SPAN_STATE ? TRACE_STATE : null;
            case EVENT -> field == EVENT_NAME ? NAME : null;
            default -> null;
        };
    }

    /** Where names of spans or events stand in the value filter: as attributes of a key no attribute shares a place with. */
    static long namePlace(int owner) {
        byte[] key = NAME.getBytes(StandardCharsets.UTF_8);
        return ValueHash.place(16 + owner, key, 0, key.length);
    }

    final BlockFile file;
    final long offset;
    final int rows;
    /** First trace of each page within the group, and the number of traces; likewise rows, events, links. */
    final int[] pageTraces;

    final int[] pageRows;
    final int[] pageEvents;
    final int[] pageLinks;
    final Texts words;
    final OwnerTable resources;
    final OwnerTable scopes;
    /** By owner: for each shape its columns. */
    final int[][][] shapes = new int[3][][];
    /** By owner and field: the field of each template. */
    final long[][][] templates = new long[3][][];
    /** Whether every span has both times. */
    final boolean allHaveStartAndEnd;
    /** For each span template its resources. */
    final int[][] candidates;

    final Column[] columns;
    private final List<Map<String, Column>> intrinsics = List.of(new HashMap<>(), new HashMap<>(), new HashMap<>());
    private final long arrivalsAt;
    private final int arrivalsLength;
    private final LongPredicate values;
    private final int heapBytes;

    /**
     * Parses a header.
     *
     * @param filterAt where the value filter begins, right behind the columns
     * @param values whether the value filter may hold a hash
     */
    RowGroup(BlockFile file, long offset, int rows, int traces, long filterAt, LongPredicate values, ByteSource in) {
        this.file = file;
        this.offset = offset;
        this.values = values;
        this.rows = rows;
        Decompression decompression = file.cache.decompression();
        words = Texts.read(in, in.count(Integer.MAX_VALUE / 8), decompression);
        int length = in.count(Integer.MAX_VALUE - 8);
        ByteSource body = new ByteSource(decompression.section(in, length), 0, length);

        int pages = body.count(rows);
        pageTraces = new int[pages + 1];
        pageRows = new int[pages + 1];
        pageEvents = new int[pages + 1];
        pageLinks = new int[pages + 1];
        for (int p = 0; p < pages; p++) {
            pageTraces[p + 1] = pageTraces[p] + body.count(traces);
            pageRows[p + 1] = pageRows[p] + body.count(rows);
            pageEvents[p + 1] = Math.addExact(pageEvents[p], body.count(Integer.MAX_VALUE));
            pageLinks[p + 1] = Math.addExact(pageLinks[p], body.count(Integer.MAX_VALUE));
        }
        expect("rows", rows, pageRows[pages]);
        expect("traces", traces, pageTraces[pages]);
        resources = OwnerTable.read(body, Owners.RESOURCE_FIELDS, rows, words.size());
        scopes = OwnerTable.read(body, Owners.SCOPE_FIELDS, rows, words.size());
        int[] count = {rows, pageEvents[pages], pageLinks[pages]};
        for (int owner = SPAN; owner <= LINK; owner++) {
            shapes[owner] = new int[body.count(count[owner])][];
            for (int i = 0; i < shapes[owner].length; i++) {
                shapes[owner][i] = new int[body.count(body.remaining())];
                for (int j = 0; j < shapes[owner][i].length; j++) {
                    shapes[owner][i][j] = body.count(Integer.MAX_VALUE);
                }
            }
        }
        long templateBytes = 0;
        for (int owner = SPAN; owner <= LINK; owner++) {
            int size = body.count(count[owner]);
            templates[owner] = new long[textFields(owner).length][];
            Map<Long, long[]> constants = new HashMap<>();
            for (int field = 0; field < templates[owner].length; field++) {
                LongPage numbers = Numbers.page(body, size, decompression);
                templates[owner][field] = numbers.isConstant() && size > 0
                        ? constants.computeIfAbsent(numbers.get(0), _ -> numbers.intoArray())
                        : numbers.intoArray();
            }
            templateBytes +=
                    8L * size * Arrays.stream(templates[owner]).distinct().count();
        }
        boolean all = true;
        for (long marks : templates[SPAN][SPAN_MARKS]) {
            all &= (marks & (HAS_START | HAS_END)) == (HAS_START | HAS_END);
        }
        allHaveStartAndEnd = all;
        candidates = new int[templates[SPAN][0].length][];
        for (int i = 0; i < candidates.length; i++) {
            candidates[i] = new int[body.count(resources.size())];
            for (int j = 0; j < candidates[i].length; j++) {
                candidates[i][j] = body.count(resources.size() - 1L);
            }
        }
        columns = new Column[body.count(body.remaining())];
        long at = offset + 8L * rows + (long) BlockFile.CHECKSUM * ((rows + IDS_PER_PAGE - 1) / IDS_PER_PAGE);
        for (int i = 0; i < columns.length; i++) {
            columns[i] = new Column(this, i, body, at, pages);
            at = columns[i].endsAt;
            if (!columns[i].isAttribute()) {
                intrinsics.get(columns[i].owner).put(words.text(columns[i].key), columns[i]);
            }
        }
        arrivalsAt = at;
        arrivalsLength = body.count(file.size);
        at += arrivalsLength + BlockFile.CHECKSUM;
        if (at != filterAt) {
            throw new IllegalStateException(
                    "the columns of a row group end at " + at + ", its value filter begins at " + filterAt);
        }
        heapBytes = (int) Math.min(Integer.MAX_VALUE / 2, heldBytes(templateBytes));
    }

    private long heldBytes(long templateBytes) {
        long held = 2_000L + words.heapBytes() + resources.heapBytes() + scopes.heapBytes();
        for (int owner = SPAN; owner <= LINK; owner++) {
            for (int[] shape : shapes[owner]) {
                held += 24 + 4L * shape.length;
            }
        }
        held += templateBytes;
        for (int[] candidate : candidates) {
            held += 24 + 4L * candidate.length;
        }
        return held + columns.length * (400L + 36L * pages());
    }

    static void expect(String what, long expected, long read) {
        if (expected != read) {
            throw new IllegalStateException("expected " + expected + " " + what + ", read " + read);
        }
    }

    int pages() {
        return pageRows.length - 1;
    }

    int traces() {
        return pageTraces[pages()];
    }

    /** The page that holds a row. */
    int pageOf(int row) {
        int found = Arrays.binarySearch(pageRows, 0, pages(), row);
        return found >= 0 ? found : -found - 2;
    }

    /** The column of this name, or null. */
    @Nullable
    Column intrinsic(int owner, String name) {
        return intrinsics.get(owner).get(name);
    }

    /** The column of this name, which every block has. */
    Column required(int owner, String name) {
        Column column = intrinsic(owner, name);
        if (column == null) {
            throw new IllegalStateException("a row group without column " + name);
        }
        return column;
    }

    /** The template numbers of the rows of a page. */
    LongPage templatesOf(int owner, int page) {
        return required(owner, TEMPLATE).longs(page);
    }

    /** What the rows of a page have that needs the rows before them. */
    PageRows pageRows(int page) {
        Column template = required(SPAN, TEMPLATE);
        return file.derived(placeOf(page), ROWS, () -> PageRows.of(this, template, page));
    }

    /** Where {@link PageStarts} of a page are kept. */
    PageStarts startsOf(int page, Supplier<PageStarts> maker) {
        return file.derived(placeOf(page), STARTS, maker, PageStarts::isWhole);
    }

    /**
     * The rows of a page that have a value of the column.
     *
     * @param templates those that have one; none has several
     */
    ValueRows valueRows(Column column, int page, BitSet templates) {
        return file.derived(placeOf(page), VALUE_ROWS + column.number, () -> {
            BitSet rows = templatesOf(column.owner, page).in(templates);
            expect("rows with a value", column.count(page), rows.cardinality());
            return new ValueRows(rows.toLongArray());
        });
    }

    /** Somewhere in the group that only this page of rows begins at: that of its first span id. */
    private long placeOf(int page) {
        return offset + 8L * pageRows[page];
    }

    Arrivals.Table arrivals() {
        return file.page(
                arrivalsAt,
                arrivalsLength,
                in -> Arrivals.Table.read(in, resources.size(), file.cache.decompression(), rows));
    }

    /** Whether the value filter may hold a hash. */
    boolean mayHold(long hash) {
        return values.test(hash);
    }

    /** Span id of a row; reads one small page. */
    long spanId(int row) {
        return spanIds(row).values()[row % IDS_PER_PAGE];
    }

    /** The {@link #IDS_PER_PAGE} ids (fewer at the end) among which the row's stands. */
    Numbers spanIds(int row) {
        return spanIds(file, offset, rows, row);
    }

    /** As {@link #spanIds(int)}, for a group whose header need not be read. */
    static Numbers spanIds(BlockFile file, long groupOffset, int rows, int row) {
        int page = row / IDS_PER_PAGE;
        int count = Math.min(IDS_PER_PAGE, rows - page * IDS_PER_PAGE);
        long at = groupOffset + page * (8L * IDS_PER_PAGE + BlockFile.CHECKSUM);
        return file.page(at, 8 * count, in -> {
            long[] ids = new long[count];
            for (int i = 0; i < count; i++) {
                ids[i] = in.i64();
            }
            return new Numbers(ids);
        });
    }

    /** How often a column's number stands in each template of its owner. */
    int[] occurrences(Column column) {
        long[] shapeOf = templates[column.owner][shapeField(column.owner)];
        int[] occurrences = new int[shapeOf.length];
        for (int i = 0; i < shapeOf.length; i++) {
            for (int number : shapes[column.owner][Math.toIntExact(shapeOf[i])]) {
                if (number == column.number) {
                    occurrences[i]++;
                }
            }
        }
        return occurrences;
    }

    /** Adds the bytes of the group's parts, but for its header. */
    void layout(Map<String, Long> bytes) {
        bytes.merge(
                "span ids",
                8L * rows + (long) BlockFile.CHECKSUM * ((rows + IDS_PER_PAGE - 1) / IDS_PER_PAGE),
                Long::sum);
        String[] owners = {"span ", "event ", "link "};
        for (Column column : columns) {
            String kind = column.isAttribute() ? "attribute " : "";
            bytes.merge(
                    owners[column.owner] + kind + words.text(column.key), column.endsAt - column.beginsAt(), Long::sum);
        }
        bytes.merge("arrivals", Footer.pageBytes(arrivalsLength), Long::sum);
    }

    /** Hears of a page: where it begins, bytes without checksum, what it holds. */
    interface PageVisitor {
        void page(long at, int length, String holds);
    }

    /** Visits every page that the header tells of: all but those of span ids and of the value filter. */
    void eachPage(PageVisitor visitor) {
        for (Column column : columns) {
            column.eachPage(visitor);
        }
        visitor.page(arrivalsAt, arrivalsLength, "arrivals");
    }

    <T> T guarded(Supplier<T> work) {
        return file.guarded(offset, work);
    }

    /** Whether an attribute type is one whose values no condition compares. */
    static boolean nested(int type) {
        return type == ValueType.ARRAY || type == ValueType.KVLIST;
    }

    @Override
    public int heapBytes() {
        return heapBytes;
    }
}
