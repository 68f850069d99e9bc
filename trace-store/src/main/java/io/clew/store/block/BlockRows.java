package io.clew.store.block;

import static io.clew.store.block.RowGroup.EVENT;
import static io.clew.store.block.RowGroup.LINK;
import static io.clew.store.block.RowGroup.SPAN;

import io.clew.model.TraceId;
import io.clew.model.ValueType;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a block on their way into another block's writer, a page of rows at a time: values go from column to column, words,
 * dictionaries, resources, scopes and templates are translated at their first use. Rows are taken in ascending order; going
 * back begins the page again. {@link BlockWriter#rowsOf} makes it; for one thread. What cannot be read is a
 * {@link io.clew.store.DamagedException}.
 */
public final class BlockRows implements RowSource {
    private static final int UNKNOWN = -1;
    /** What a shape or a template becomes differs from row to row. */
    private static final int VARIES = -2;

    private final Block block;
    private final OpenRowGroup into;
    private Block.PageTraces traces = new Block.PageTraces(0, 0);

    private @Nullable Source source;
    private int boundTo = -1;
    private int[] words = new int[0];
    private int[] resources = new int[0];
    private int[] scopes = new int[0];
    private final int[][] shapes = new int[3][0];
    private final int[][] templates = new int[3][0];
    private int[][] dictionaries = new int[0][];
    private long[] pairTime = new long[0];
    private int[] pair = new int[0];
    private int[] list = new int[64];

    private int page;
    private PageRows rows = new PageRows(new int[0], new int[0], new long[0]);
    private long[] starts = new long[0];
    private long[] ids = new long[0];
    private final PageColumns columns = new PageColumns();
    private int[] cursor = new int[0];
    private int nextRow;
    private int nextEvent;
    private int nextLink;

    BlockRows(Block block, OpenRowGroup into) {
        this.block = block;
        this.into = into;
    }

    /** The traces of the page read last. */
    public Block.PageTraces traces() {
        return traces;
    }

    /** Goes to a page of rows; rows of the page before are not to be added any more. */
    public void read(Block.PageTraces wanted) {
        traces = new Block.PageTraces(0, 0);
        block.requireDirectory(wanted.first(), wanted.end());
        RowGroup now = block.group(block.rowGroupOf(wanted.first()));
        if (source == null || now != source.group) {
            source = Source.of(now);
            boundTo = -1;
        }
        int first = block.rowFrom(wanted.first());
        page = now.pageOf(first);
        int count = now.pageRows[page + 1] - now.pageRows[page];
        rows = now.pageRows(page);
        starts = PageStarts.of(now, page, block, wanted.first() - now.pageTraces[page])
                .start();
        if (ids.length < count) {
            ids = new long[count];
        }
        for (int row = 0; row < count; ) {
            long[] some = now.spanIds(first + row).values();
            int at = (first + row) % RowGroup.IDS_PER_PAGE;
            int part = Math.min(some.length - at, count - row);
            System.arraycopy(some, at, ids, row, part);
            row += part;
        }
        columns.begin(now, page);
        cursor = new int[now.columns.length];
        begin();
        traces = wanted;
    }

    private void begin() {
        Arrays.fill(cursor, 0);
        nextRow = 0;
        nextEvent = 0;
        nextLink = 0;
    }

    /** The page's row of a trace's first span. */
    int rowFrom(int ordinal) {
        return block.rowFrom(ordinal) - source().group.pageRows[page];
    }

    int spanCount(int ordinal) {
        return block.spanCount(ordinal);
    }

    /** @throws IllegalArgumentException when the trace is another one */
    void requireTrace(int ordinal, TraceId id) {
        if (!block.hasId(ordinal, id)) {
            throw new IllegalArgumentException("the spans of trace " + block.id(ordinal) + " in trace " + id);
        }
    }

    private Source source() {
        Source known = source;
        if (known == null) {
            throw new IllegalStateException("no page has been read");
        }
        return known;
    }

    @Override
    public long start(int row) {
        return starts[row];
    }

    @Override
    public long received(int row) {
        return rows.received()[row];
    }

    @Override
    public void add(int row) {
        Source from = source();
        if (boundTo != into.generation()) {
            bind(from);
        }
        skipTo(from, row);
        int template = rows.template()[row];
        long[][] fields = from.group.templates[SPAN];
        int known = templates[SPAN][template];
        if (known < 0) {
            known = spanTemplate(from, template, row);
        }
        int marks = (int) fields[RowGroup.SPAN_MARKS][template];
        int resource = resource(from, rows.resource()[row]);
        into.addSpan(
                known,
                resource,
                pair(rows.resource()[row], resource, rows.received()[row]),
                marks,
                ids[row],
                parent(from, row),
                starts[row],
                starts[row] + columns.number(from.duration, row));
        attributes(from, SPAN, (int) fields[RowGroup.SPAN_SHAPE][template], known);
        for (long i = fields[RowGroup.SPAN_EVENTS][template]; i > 0; i--) {
            event(from, starts[row]);
        }
        for (long i = fields[RowGroup.SPAN_LINKS][template]; i > 0; i--) {
            link(from);
        }
        nextRow = row + 1;
    }

    private void bind(Source from) {
        boundTo = into.generation();
        words = room(words, from.group.words.size());
        resources = room(resources, from.group.resources.size());
        pair = room(pair, resources.length);
        pairTime = pairTime.length < pair.length ? new long[pair.length] : pairTime;
        scopes = room(scopes, from.group.scopes.size());
        for (int owner = SPAN; owner <= LINK; owner++) {
            shapes[owner] = room(shapes[owner], from.group.shapes[owner].length);
            templates[owner] = room(templates[owner], from.group.templates[owner][0].length);
        }
        dictionaries = new int[from.group.columns.length][];
    }

    private static int[] room(int[] array, int length) {
        int[] wide = array.length < length ? new int[length] : array;
        Arrays.fill(wide, UNKNOWN);
        return wide;
    }

    // ---- the page's columns

    private int text(Column column, int index) {
        TextPage values = columns.texts(column);
        if (values.ids() == null) {
            return values.internTo(into.words, index);
        }
        int[] known = dictionaries[column.number];
        if (known == null) {
            known = room(new int[0], values.texts().size());
            dictionaries[column.number] = known;
        }
        int id = values.id(index);
        if (known[id] < 0) {
            known[id] = values.internTo(into.words, index);
        }
        return known[id];
    }

    private long parent(Source from, int row) {
        long code = columns.number(from.parent, row);
        if (code == RowGroup.NO_PARENT) {
            return 0;
        }
        if (code == RowGroup.PARENT_ELSEWHERE) {
            Column elsewhere = from.parentId;
            return columns.number(elsewhere, cursor[elsewhere.number]++);
        }
        long zigzag = code - RowGroup.PARENT_NEAR;
        return ids[(int) (row - (zigzag >>> 1 ^ -(zigzag & 1)))];
    }

    /** Moves all cursors over the rows before {@code row}. */
    private void skipTo(Source from, int row) {
        if (row == nextRow) {
            return;
        }
        if (row < nextRow) {
            begin();
        }
        Column parents = from.parent;
        long[][] fields = from.group.templates[SPAN];
        int events = nextEvent;
        int links = nextLink;
        int elsewhere = 0;
        for (; nextRow < row; nextRow++) {
            int template = rows.template()[nextRow];
            elsewhere += columns.number(parents, nextRow) == RowGroup.PARENT_ELSEWHERE ? 1 : 0;
            skip(from, SPAN, (int) fields[RowGroup.SPAN_SHAPE][template]);
            events += (int) fields[RowGroup.SPAN_EVENTS][template];
            links += (int) fields[RowGroup.SPAN_LINKS][template];
        }
        cursor[from.parentId.number] += elsewhere;
        for (; nextEvent < events; nextEvent++) {
            skip(from, EVENT, (int) from.group
                    .templates[EVENT][RowGroup.EVENT_SHAPE][(int) columns.number(from.eventTemplate, nextEvent)]);
        }
        for (; nextLink < links; nextLink++) {
            skip(from, LINK, (int)
                    from.group.templates[LINK][RowGroup.LINK_SHAPE][(int) columns.number(from.linkTemplate, nextLink)]);
        }
    }

    private void skip(Source from, int owner, int shape) {
        for (int column : from.group.shapes[owner][shape]) {
            cursor[column]++;
        }
    }

    // ---- what rows have

    private void event(Source from, long spanStart) {
        int row = nextEvent++;
        int template = (int) columns.number(from.eventTemplate, row);
        long[][] fields = from.group.templates[EVENT];
        int known = templates[EVENT][template];
        if (known < 0) {
            int shape = shape(from, EVENT, (int) fields[RowGroup.EVENT_SHAPE][template]);
            boolean varies = shapes[EVENT][(int) fields[RowGroup.EVENT_SHAPE][template]] == VARIES;
            Column name = from.group.intrinsic(EVENT, RowGroup.NAME);
            list[RowGroup.EVENT_NAME] =
                    name == null ? word(from, (int) fields[RowGroup.EVENT_NAME][template]) : text(name, row);
            list[RowGroup.EVENT_DROPPED] = (int) fields[RowGroup.EVENT_DROPPED][template];
            list[RowGroup.EVENT_SHAPE] = shape;
            known = into.templates[EVENT].intern(list, RowGroup.EVENT_FIELDS);
            templates[EVENT][template] = varies || name != null ? VARIES : known;
        }
        into.addEvent(known, spanStart + columns.number(from.eventTime, row));
        attributes(from, EVENT, (int) fields[RowGroup.EVENT_SHAPE][template], known);
    }

    private void link(Source from) {
        int row = nextLink++;
        int template = (int) columns.number(from.linkTemplate, row);
        long[][] fields = from.group.templates[LINK];
        int known = templates[LINK][template];
        if (known < 0) {
            int shape = shape(from, LINK, (int) fields[RowGroup.LINK_SHAPE][template]);
            boolean varies = shapes[LINK][(int) fields[RowGroup.LINK_SHAPE][template]] == VARIES;
            list[RowGroup.LINK_STATE] = word(from, (int) fields[RowGroup.LINK_STATE][template]);
            list[RowGroup.LINK_FLAGS] = (int) fields[RowGroup.LINK_FLAGS][template];
            list[RowGroup.LINK_DROPPED] = (int) fields[RowGroup.LINK_DROPPED][template];
            list[RowGroup.LINK_SHAPE] = shape;
            known = into.templates[LINK].intern(list, RowGroup.LINK_FIELDS);
            templates[LINK][template] = varies ? VARIES : known;
        }
        into.addLink(
                known,
                columns.number(from.linkHigh, row),
                columns.number(from.linkLow, row),
                columns.number(from.linkSpan, row));
        attributes(from, LINK, (int) fields[RowGroup.LINK_SHAPE][template], known);
    }

    private int spanTemplate(Source from, int template, int row) {
        long[][] fields = from.group.templates[SPAN];
        int shapeBefore = (int) fields[RowGroup.SPAN_SHAPE][template];
        int shape = shape(from, SPAN, shapeBefore);
        boolean varies = shapes[SPAN][shapeBefore] == VARIES;
        int scope = scope(from, (int) fields[RowGroup.SPAN_SCOPE][template]);
        for (int field = 0; field < RowGroup.SPAN_FIELDS; field++) {
            String role = RowGroup.textColumn(SPAN, field);
            Column column = role == null ? null : from.group.intrinsic(SPAN, role);
            varies |= column != null;
            list[field] = column != null
                    ? text(column, row)
                    : role != null ? word(from, (int) fields[field][template]) : (int) fields[field][template];
        }
        list[RowGroup.SPAN_SCOPE] = scope;
        list[RowGroup.SPAN_SHAPE] = shape;
        int known = into.templates[SPAN].intern(list, RowGroup.SPAN_FIELDS);
        templates[SPAN][template] = varies ? VARIES : known;
        return known;
    }

    /** The shape of the row at the cursors. */
    private int shape(Source from, int owner, int number) {
        int known = shapes[owner][number];
        if (known >= 0) {
            return known;
        }
        int[] inShape = from.group.shapes[owner][number];
        if (list.length < inShape.length) {
            list = new int[2 * inShape.length];
        }
        int rare = 0;
        for (int i = 0; i < inShape.length; i++) {
            Column column = from.group.columns[inShape[i]];
            if (column.isAttribute()) {
                list[i] = into.place(owner, word(from, column.key), column.type);
            } else {
                ByteSource composite = composite(column, cursor[column.number] + rare++);
                int key = key(composite);
                list[i] = into.place(owner, key, composite.u8());
            }
        }
        int shape = into.shapes[owner].intern(list, inShape.length);
        shapes[owner][number] = rare == 0 ? shape : VARIES;
        return shape;
    }

    private ByteSource composite(Column column, int index) {
        TextPage values = columns.texts(column);
        int id = values.id(index);
        int from = values.texts().offset(id);
        return new ByteSource(values.texts().bytes, from, from + values.texts().length(id));
    }

    private int key(ByteSource composite) {
        int length = composite.count(composite.remaining());
        return into.words.intern(composite.array, composite.skip(length), length);
    }

    private void attributes(Source from, int owner, int shape, int template) {
        IntLists placesOf = into.shapes[owner];
        IntLists of = into.templates[owner];
        int at = placesOf.from(of.item(of.from(template) + RowGroup.shapeField(owner)));
        int[] inShape = from.group.shapes[owner][shape];
        into.countEntries(inShape.length);
        for (int number : inShape) {
            Column column = from.group.columns[number];
            int index = cursor[number]++;
            int place = placesOf.item(at++);
            if (!column.isAttribute()) {
                rare(owner, place, composite(column, index));
            } else {
                long value = column.hasText() ? text(column, index) : columns.number(column, index);
                if (place == OpenRowGroup.REST) {
                    into.addRest(owner, word(from, column.key), column.type, value);
                } else {
                    into.values(owner, place).add(value);
                }
            }
        }
    }

    private void rare(int owner, int place, ByteSource composite) {
        int key = key(composite);
        int type = composite.u8();
        long value = ValueType.inDictionary((byte) type)
                ? into.words.intern(composite.array, composite.at, composite.remaining())
                : composite.zigzag();
        if (place == OpenRowGroup.REST) {
            into.addRest(owner, key, type, value);
        } else {
            into.values(owner, place).add(value);
        }
    }

    private int word(Source from, int id) {
        if (words[id] < 0) {
            words[id] = from.group.words.internTo(into.words, id);
        }
        return words[id];
    }

    private int resource(Source from, int id) {
        if (resources[id] < 0) {
            int length = owned(from, from.group.resources, id, Owners.RESOURCE_FIELDS);
            resources[id] = into.resources.intern(list, length);
        }
        return resources[id];
    }

    private int scope(Source from, int id) {
        if (scopes[id] < 0) {
            int length = owned(from, from.group.scopes, id, Owners.SCOPE_FIELDS);
            scopes[id] = into.scopes.intern(list, length);
        }
        return scopes[id];
    }

    /** Puts a resource or a scope into the list and returns its length. */
    private int owned(Source from, OwnerTable table, int id, int fields) {
        int count = table.first()[id + 1] - table.first()[id];
        int length = fields + Owners.ATTRIBUTE_FIELDS * count;
        if (list.length < length) {
            list = new int[2 * length];
        }
        list[0] = table.fields()[0][id];
        for (int field = 1; field < fields; field++) {
            list[field] = word(from, table.fields()[field][id]);
        }
        int at = fields;
        for (int entry = table.first()[id]; entry < table.first()[id + 1]; entry++) {
            byte type = table.types()[entry];
            long value = table.values()[entry];
            at = Owners.put(
                    list,
                    at,
                    word(from, table.keys()[entry]),
                    type,
                    ValueType.inDictionary(type) ? word(from, (int) value) : value);
        }
        return length;
    }

    private int pair(int ofSource, int resource, long received) {
        if (pair[ofSource] < 0 || pairTime[ofSource] != received) {
            pair[ofSource] = into.arrivals.pair(resource, received);
            pairTime[ofSource] = received;
        }
        return pair[ofSource];
    }

    /** A row group with its columns at hand. */
    private record Source(
            RowGroup group,
            Column duration,
            Column parent,
            Column parentId,
            Column eventTemplate,
            Column eventTime,
            Column linkTemplate,
            Column linkHigh,
            Column linkLow,
            Column linkSpan) {
        private static Source of(RowGroup group) {
            return new Source(
                    group,
                    group.required(SPAN, RowGroup.DURATION),
                    group.required(SPAN, RowGroup.PARENT),
                    group.required(SPAN, RowGroup.PARENT_ID),
                    group.required(EVENT, RowGroup.TEMPLATE),
                    group.required(EVENT, RowGroup.TIME),
                    group.required(LINK, RowGroup.TEMPLATE),
                    group.required(LINK, RowGroup.TRACE_HIGH),
                    group.required(LINK, RowGroup.TRACE_LOW),
                    group.required(LINK, RowGroup.SPAN_ID));
        }
    }
}
