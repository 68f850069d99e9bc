package io.clew.store.block;

import static io.clew.store.block.RowGroup.EVENT;
import static io.clew.store.block.RowGroup.LINK;
import static io.clew.store.block.RowGroup.SPAN;

import io.clew.model.ByteDictionary;
import io.clew.model.ValueType;

/**
 * The row group being written: rows spread over columns as they come, trace after trace. Texts are ids of {@link #words}. What
 * repeats over whole rows is a template, a number per row; its shape names the places of the row's attributes. A place is a key
 * with a type and has a column of values. {@link RowGroupEncoder} decides at the end which places keep their column.
 *
 * <p>The first {@value #MOST_PLACES} places of spans, of events and of links get a column, the others share one, whatever
 * keys come; so memory is bounded by values and texts. Reusable; one thread.
 */
final class OpenRowGroup {
    static final int MOST_PLACES = 4096;
    /** The place in a shape of attributes whose place has no column. */
    static final int REST = -1;

    final ByteDictionary words = new ByteDictionary();
    final IntLists resources = new IntLists();
    final IntLists scopes = new IntLists();
    final Arrivals arrivals = new Arrivals();
    /** By owner: lists of {@link RowGroup}'s template fields; the shape is a number in {@link #shapes}. */
    final IntLists[] templates = {new IntLists(), new IntLists(), new IntLists()};
    /** By owner: lists of places. */
    final IntLists[] shapes = {new IntLists(), new IntLists(), new IntLists()};

    private final LongIndex[] places = {new LongIndex(), new LongIndex(), new LongIndex()};
    private final ColumnBuffer[][] values = new ColumnBuffer[3][64];
    private final ColumnBuffer[] rest = new ColumnBuffer[3];
    private final ColumnPool pool = new ColumnPool();

    final ColumnBuffer template = intrinsic(SPAN, RowGroup.TEMPLATE, LongCodec.Content.IDS);
    final ColumnBuffer resource = intrinsic(SPAN, RowGroup.RESOURCE, LongCodec.Content.IDS);
    /** Numbers of {@link Arrivals#pair} until the group is encoded. */
    final ColumnBuffer arrival = intrinsic(SPAN, RowGroup.ARRIVAL, LongCodec.Content.AMOUNTS);

    final ColumnBuffer start = intrinsic(SPAN, RowGroup.START, LongCodec.Content.AMOUNTS);
    final ColumnBuffer duration = intrinsic(SPAN, RowGroup.DURATION, LongCodec.Content.AMOUNTS);
    final ColumnBuffer parent = intrinsic(SPAN, RowGroup.PARENT, LongCodec.Content.AMOUNTS);
    final ColumnBuffer parentId = intrinsic(SPAN, RowGroup.PARENT_ID, LongCodec.Content.BITS);
    final ColumnBuffer eventTemplate = intrinsic(EVENT, RowGroup.TEMPLATE, LongCodec.Content.IDS);
    final ColumnBuffer eventTime = intrinsic(EVENT, RowGroup.TIME, LongCodec.Content.AMOUNTS);
    final ColumnBuffer linkTemplate = intrinsic(LINK, RowGroup.TEMPLATE, LongCodec.Content.IDS);
    final ColumnBuffer linkHigh = intrinsic(LINK, RowGroup.TRACE_HIGH, LongCodec.Content.BITS);
    final ColumnBuffer linkLow = intrinsic(LINK, RowGroup.TRACE_LOW, LongCodec.Content.BITS);
    final ColumnBuffer linkSpan = intrinsic(LINK, RowGroup.SPAN_ID, LongCodec.Content.BITS);
    private final ColumnBuffer[] own = {
        template,
        resource,
        arrival,
        start,
        duration,
        parent,
        parentId,
        eventTemplate,
        eventTime,
        linkTemplate,
        linkHigh,
        linkLow,
        linkSpan
    };
    /** Span ids of the rows. */
    final ColumnBuffer spanId = intrinsic(SPAN, RowGroup.SPAN_ID, LongCodec.Content.BITS);

    private final Parents parents = new Parents();
    private final ColumnBuffer parentIds = intrinsic(SPAN, RowGroup.PARENT_ID, LongCodec.Content.BITS);
    private final ByteSink composite = new ByteSink();
    private int pages;
    private int traceFrom;
    private long lastStart;
    private long spanStart;
    private long entries;
    private int generation;

    OpenRowGroup() {
        for (int owner = SPAN; owner <= LINK; owner++) {
            rest[owner] = new ColumnBuffer();
        }
        clear();
    }

    private static ColumnBuffer intrinsic(int owner, String role, LongCodec.Content content) {
        return new ColumnBuffer().intrinsic(owner, role, false, content);
    }

    /** Forgets all rows. */
    void clear() {
        generation++;
        words.clear();
        resources.clear();
        scopes.clear();
        arrivals.clear();
        pool.clear();
        for (int owner = SPAN; owner <= LINK; owner++) {
            templates[owner].clear();
            shapes[owner].clear();
            places[owner].clear();
            rest[owner].intrinsic(owner, RowGroup.OTHER, true, LongCodec.Content.IDS);
        }
        for (ColumnBuffer column : own) {
            column.size = 0;
        }
        spanId.size = 0;
        parentIds.size = 0;
        pages = 0;
        entries = 0;
        traceFrom = 0;
    }

    /** Heap bytes that texts and columns hold, capacity included. */
    long heapBytes() {
        long bytes = words.heapBytes() + pool.heapBytes() + spanId.heapBytes() + parentIds.heapBytes();
        for (ColumnBuffer column : own) {
            bytes += column.heapBytes();
        }
        for (ColumnBuffer column : rest) {
            bytes += column.heapBytes();
        }
        return bytes;
    }

    /** How often it was cleared: numbers of another generation mean nothing. */
    int generation() {
        return generation;
    }

    int rows() {
        return spanId.size;
    }

    /** Attributes, events and links. */
    long entries() {
        return entries;
    }

    /** Notes that so many attributes are added. */
    void countEntries(int attributes) {
        entries += attributes;
    }

    // ---- places

    /** The place of a key with a type, for a shape. */
    int place(int owner, int key, int type) {
        long item = (long) key << 3 | type;
        int known = places[owner].size();
        if (known == MOST_PLACES) {
            return places[owner].find(item);
        }
        int place = places[owner].add(item);
        if (place == known) {
            if (place == values[owner].length) {
                values[owner] = java.util.Arrays.copyOf(values[owner], 2 * place);
            }
            values[owner][place] = pool.next().attribute(owner, key, type);
            values[owner][place].beginAt(pages);
        }
        return place;
    }

    int placeCount(int owner) {
        return places[owner].size();
    }

    /** The values at a place. */
    ColumnBuffer values(int owner, int place) {
        return values[owner][place];
    }

    /** The composites of attributes without a place. */
    ColumnBuffer rest(int owner) {
        return rest[owner];
    }

    /** Adds the value of an attribute without a place. */
    void addRest(int owner, int key, int type, long value) {
        rest[owner].add(composite(key, type, value));
    }

    /** An attribute as {@code varint(key length), key, type, value}: a word. */
    int composite(int key, int type, long value) {
        composite.clear();
        composite.varint(words.length(key));
        composite.entry(words, key);
        composite.u8(type);
        if (ValueType.inDictionary((byte) type)) {
            composite.entry(words, (int) value);
        } else {
            composite.zigzag(value);
        }
        return words.intern(composite.array, 0, composite.length);
    }

    // ---- rows

    /** Begins the next trace, whose first start is written relative to {@code base}. */
    void beginTrace(long base) {
        traceFrom = rows();
        lastStart = base;
    }

    /**
     * Adds a span of the trace; its attributes, events and links follow.
     *
     * @param pair see {@link Arrivals#pair}
     * @param marks of {@link RowGroup#SPAN_MARKS}
     */
    void addSpan(
            int templateId,
            int resourceId,
            int pair,
            int marks,
            long id,
            long parentSpanId,
            long startsAt,
            long endsAt) {
        template.add(templateId);
        resource.add(resourceId);
        arrival.add(pair);
        spanId.add(id);
        parentIds.add(parentSpanId);
        if ((marks & RowGroup.HAS_START) != 0) {
            start.add(startsAt - lastStart);
            lastStart = startsAt;
        } else {
            start.add(0);
        }
        duration.add((marks & RowGroup.HAS_END) != 0 ? endsAt - startsAt : 0);
        spanStart = startsAt;
    }

    /** Adds an event of the span added last; its attributes follow. */
    void addEvent(int templateId, long time) {
        entries++;
        eventTemplate.add(templateId);
        eventTime.add(time - spanStart);
    }

    /** Adds a link of the span added last, trace id halves exclusive-or those of its own span; its attributes follow. */
    void addLink(int templateId, long high, long low, long id) {
        entries++;
        linkTemplate.add(templateId);
        linkHigh.add(high);
        linkLow.add(low);
        linkSpan.add(id);
    }

    /** Ends the trace: all its spans are here. */
    void endTrace() {
        parents.encode(spanId.values, parentIds.values, traceFrom, rows(), parent, parentId);
    }

    /** Ends a page of rows. */
    void endPage() {
        for (ColumnBuffer column : own) {
            column.endPage(pages);
        }
        for (int owner = SPAN; owner <= LINK; owner++) {
            rest[owner].endPage(pages);
            for (int place = 0; place < placeCount(owner); place++) {
                values[owner][place].endPage(pages);
            }
        }
        pages++;
    }

    int pages() {
        return pages;
    }
}
