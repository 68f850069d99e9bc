package io.clew.store.block;

import static io.clew.store.block.RowGroup.EVENT;
import static io.clew.store.block.RowGroup.LINK;
import static io.clew.store.block.RowGroup.SPAN;

import io.clew.model.AttributeTable;
import io.clew.model.ByteDictionary;
import io.clew.model.SpanBatch;
import io.clew.model.ValueType;
import io.clew.store.SpanColumns;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Appends spans of a row group to a batch, exactly as they were sent. Remembers which of the group's texts, resources
 * and scopes the batch already has. For one group, one batch and one thread; {@link #page} once per page, then
 * {@link #trace} for traces of it in ascending order.
 */
final class RowDecoder {
    private final RowGroup group;
    private final SpanColumns wanted;
    private final boolean all;
    private final int[][] spanShapes;
    private final SpanBatch into;
    private final boolean many;
    private final int[] words;
    private final int[] resources;
    private final int[] scopes;
    private final int[][] dictionaries;
    private final PageColumns columns = new PageColumns();
    private final int[] cursor;

    private final long[][] spanFields;
    private final long[][] eventFields;
    private final long[][] linkFields;
    private final Column start;
    private final Column duration;
    private final Column parent;
    private final Column parentId;
    private final Column eventTime;
    private final Column linkHigh;
    private final Column linkLow;
    private final Column linkSpan;
    private final @Nullable Column name;
    private final @Nullable Column message;
    private final @Nullable Column state;
    private final @Nullable Column eventName;
    private final Column eventTemplate;
    private final Column linkTemplate;

    private final Column templates;
    private final Column ranks;
    private final Column arrivals;
    /** How far the rows so far have got in each resource's receive times. */
    private int[] place = {};

    private long[] times = {};
    /** The page of span ids read last. */
    private long[] spanIds = {};

    private int spanIdPage = -1;
    private int page;
    private int nextRow;
    private int nextEvent;
    private int nextLink;

    /**
     * Begins a group.
     *
     * @param wanted what is to be given at least; other columns are not even read
     * @param many whether a good part of the group will be read
     */
    RowDecoder(RowGroup group, SpanColumns wanted, SpanBatch into, boolean many) {
        this.group = group;
        this.wanted = wanted;
        this.all = wanted.areAll();
        this.into = into;
        this.many = many;
        spanShapes = all ? group.shapes[SPAN] : shapesOf(group, wanted);
        words = filled(group.words.size());
        resources = filled(group.resources.size());
        scopes = filled(group.scopes.size());
        dictionaries = new int[group.columns.length][];
        cursor = new int[group.columns.length];
        spanFields = group.templates[SPAN];
        eventFields = group.templates[EVENT];
        linkFields = group.templates[LINK];
        start = group.required(SPAN, RowGroup.START);
        duration = group.required(SPAN, RowGroup.DURATION);
        parent = group.required(SPAN, RowGroup.PARENT);
        parentId = group.required(SPAN, RowGroup.PARENT_ID);
        name = group.intrinsic(SPAN, RowGroup.NAME);
        message = group.intrinsic(SPAN, RowGroup.MESSAGE);
        state = group.intrinsic(SPAN, RowGroup.TRACE_STATE);
        eventTemplate = group.required(EVENT, RowGroup.TEMPLATE);
        eventTime = group.required(EVENT, RowGroup.TIME);
        eventName = group.intrinsic(EVENT, RowGroup.NAME);
        linkTemplate = group.required(LINK, RowGroup.TEMPLATE);
        linkHigh = group.required(LINK, RowGroup.TRACE_HIGH);
        linkLow = group.required(LINK, RowGroup.TRACE_LOW);
        linkSpan = group.required(LINK, RowGroup.SPAN_ID);
        templates = group.required(SPAN, RowGroup.TEMPLATE);
        ranks = group.required(SPAN, RowGroup.RESOURCE);
        arrivals = group.required(SPAN, RowGroup.ARRIVAL);
    }

    /** By shape: its columns that are wanted or, as that of rare keys, may hold what is wanted. */
    private static int[][] shapesOf(RowGroup group, SpanColumns wanted) {
        boolean[] takes = new boolean[group.columns.length];
        for (Column column : group.columns) {
            takes[column.number] = !column.isAttribute() || wanted.hasAttribute(group.words.text(column.key));
        }
        int[][] shapes = new int[group.shapes[SPAN].length][];
        for (int i = 0; i < shapes.length; i++) {
            shapes[i] = Arrays.stream(group.shapes[SPAN][i])
                    .filter(column -> takes[column])
                    .toArray();
        }
        return shapes;
    }

    private static int[] filled(int length) {
        int[] array = new int[length];
        Arrays.fill(array, -1);
        return array;
    }

    /** Goes to the beginning of a page. */
    void page(int number) {
        page = number;
        columns.begin(group, number);
        Arrivals.Table received = group.arrivals();
        place = received.first().clone();
        times = received.times();
        int rows = group.pageRows[number + 1] - group.pageRows[number];
        RowGroup.expect("templates in a page", rows, templates.count(number));
        RowGroup.expect("resources in a page", rows, ranks.count(number));
        RowGroup.expect("arrivals in a page", rows, arrivals.count(number));
        nextRow = 0;
        nextEvent = 0;
        nextLink = 0;
        Arrays.fill(cursor, 0);
    }

    /** The group's row behind the trace appended last, or the page's first. */
    int nextRow() {
        return group.pageRows[page] + nextRow;
    }

    /**
     * Appends the spans of one trace.
     *
     * @param from the group's row of its first span
     * @param base what its first start is relative to
     */
    void trace(int from, int to, long idHigh, long idLow, long base) {
        int first = from - group.pageRows[page];
        int end = to - group.pageRows[page];
        skipTo(first);
        long last = base;
        for (int row = first; row < end; row++) {
            int template = (int) columns.number(templates, row);
            int owner = group.candidates[template][(int) columns.number(ranks, row)];
            place[owner] += (int) columns.number(arrivals, row);
            int span = into.beginSpan(
                    resource(owner),
                    scope(field(spanFields, RowGroup.SPAN_SCOPE, template)),
                    times[place[owner]],
                    (byte) field(spanFields, RowGroup.SPAN_PROTOCOL, template));
            into.setTraceId(span, idHigh, idLow);
            int marks = field(spanFields, RowGroup.SPAN_MARKS, template);
            if ((marks & RowGroup.SHORT_TRACE_ID) != 0) {
                into.markShortTraceId(span);
            }
            long startsAt = 0;
            if ((marks & RowGroup.HAS_START) != 0) {
                startsAt = last + columns.number(start, row);
                last = startsAt;
                into.setStart(span, startsAt);
            }
            if ((marks & RowGroup.HAS_END) != 0) {
                into.setEnd(span, startsAt + columns.number(duration, row));
            }
            int groupRow = group.pageRows[page] + row;
            into.setSpanId(span, spanId(groupRow));
            into.setParentSpanId(span, parent(columns.number(parent, row), groupRow, from, to));
            into.setName(span, fieldOrText(name, row, spanFields[RowGroup.SPAN_NAME], template));
            into.setKind(span, field(spanFields, RowGroup.SPAN_KIND, template));
            into.setStatusCode(span, field(spanFields, RowGroup.SPAN_STATUS, template));
            attributes(spanShapes[field(spanFields, RowGroup.SPAN_SHAPE, template)], into.spanAttributes());
            if (all) {
                rest(span, row, template, startsAt);
            }
            for (int i = field(spanFields, RowGroup.SPAN_LINKS, template); i > 0; i--) {
                link(idHigh, idLow);
            }
        }
        nextRow = end;
    }

    /** What a span has beside what is always wanted, but for its attributes and links. */
    private void rest(int span, int row, int template, long startsAt) {
        into.setStatusMessage(span, fieldOrText(message, row, spanFields[RowGroup.SPAN_MESSAGE], template));
        into.setTraceState(span, fieldOrText(state, row, spanFields[RowGroup.SPAN_STATE], template));
        into.setFlags(span, field(spanFields, RowGroup.SPAN_FLAGS, template));
        into.setDroppedAttributes(span, field(spanFields, RowGroup.SPAN_DROPPED_ATTRIBUTES, template));
        into.setDroppedEvents(span, field(spanFields, RowGroup.SPAN_DROPPED_EVENTS, template));
        into.setDroppedLinks(span, field(spanFields, RowGroup.SPAN_DROPPED_LINKS, template));
        for (int i = field(spanFields, RowGroup.SPAN_EVENTS, template); i > 0; i--) {
            event(startsAt);
        }
    }

    private void event(long spanStart) {
        int row = nextEvent++;
        int template = (int) columns.number(eventTemplate, row);
        int event = into.beginEvent();
        into.setEventTime(event, spanStart + columns.number(eventTime, row));
        into.setEventName(event, fieldOrText(eventName, row, eventFields[RowGroup.EVENT_NAME], template));
        into.setEventDropped(event, field(eventFields, RowGroup.EVENT_DROPPED, template));
        attributes(group.shapes[EVENT][field(eventFields, RowGroup.EVENT_SHAPE, template)], into.eventAttributes());
    }

    private void link(long idHigh, long idLow) {
        int row = nextLink++;
        int template = (int) columns.number(linkTemplate, row);
        int link = into.beginLink();
        into.setLinkTraceId(link, columns.number(linkHigh, row) ^ idHigh, columns.number(linkLow, row) ^ idLow);
        into.setLinkSpanId(link, columns.number(linkSpan, row));
        into.setLinkTraceState(link, word(field(linkFields, RowGroup.LINK_STATE, template)));
        into.setLinkFlags(link, field(linkFields, RowGroup.LINK_FLAGS, template));
        into.setLinkDropped(link, field(linkFields, RowGroup.LINK_DROPPED, template));
        attributes(group.shapes[LINK][field(linkFields, RowGroup.LINK_SHAPE, template)], into.linkAttributes());
    }

    /** Moves all cursors over the rows before {@code row} of the page. */
    private void skipTo(int row) {
        if (nextRow == row) {
            return;
        }
        int[] uses = new int[spanFields[0].length];
        int parentsElsewhere = 0;
        LongPage templateOf = columns.numbers(templates);
        LongPage rankOf = columns.numbers(ranks);
        LongPage arrivalOf = columns.numbers(arrivals);
        LongPage parentOf = columns.numbers(parent);
        for (int i = nextRow; i < row; i++) {
            int template = templateOf.id(i);
            uses[template]++;
            place[group.candidates[template][rankOf.id(i)]] += arrivalOf.id(i);
            parentsElsewhere += parentOf.get(i) == RowGroup.PARENT_ELSEWHERE ? 1 : 0;
        }
        cursor[parentId.number] += parentsElsewhere;
        int events = nextEvent;
        int links = nextLink;
        for (int template = 0; template < uses.length; template++) {
            if (uses[template] > 0) {
                skip(SPAN, field(spanFields, RowGroup.SPAN_SHAPE, template), uses[template]);
                events += all ? uses[template] * field(spanFields, RowGroup.SPAN_EVENTS, template) : 0;
                links += uses[template] * field(spanFields, RowGroup.SPAN_LINKS, template);
            }
        }
        for (; nextEvent < events; nextEvent++) {
            skip(EVENT, field(eventFields, RowGroup.EVENT_SHAPE, (int) columns.number(eventTemplate, nextEvent)), 1);
        }
        for (; nextLink < links; nextLink++) {
            skip(LINK, field(linkFields, RowGroup.LINK_SHAPE, (int) columns.number(linkTemplate, nextLink)), 1);
        }
        nextRow = row;
    }

    private void skip(int owner, int shape, int rows) {
        for (int column : group.shapes[owner][shape]) {
            cursor[column] += rows;
        }
    }

    private long parent(long code, int row, int from, int to) {
        if (code == RowGroup.NO_PARENT) {
            return 0;
        }
        if (code == RowGroup.PARENT_ELSEWHERE) {
            return columns.number(parentId, cursor[parentId.number]++);
        }
        long zigzag = code - RowGroup.PARENT_NEAR;
        long at = row - (zigzag >>> 1 ^ -(zigzag & 1));
        if (at < from || at >= to) {
            throw new IllegalStateException("a parent outside its trace");
        }
        return spanId((int) at);
    }

    private long spanId(int row) {
        int idPage = row / RowGroup.IDS_PER_PAGE;
        if (idPage != spanIdPage) {
            spanIds = group.spanIds(row).values();
            spanIdPage = idPage;
        }
        return spanIds[row % RowGroup.IDS_PER_PAGE];
    }

    private void attributes(int[] shape, AttributeTable table) {
        for (int number : shape) {
            Column column = group.columns[number];
            int at = cursor[number]++;
            if (column.isAttribute()) {
                table.add(
                        word(column.key),
                        (byte) column.type,
                        column.hasText() ? text(column, at) : columns.number(column, at));
            } else {
                rare(column, at, table);
            }
        }
    }

    private void rare(Column column, int at, AttributeTable table) {
        TextPage values = columns.texts(column);
        int id = values.id(at);
        int from = values.texts().offset(id);
        ByteSource in =
                new ByteSource(values.texts().bytes, from, from + values.texts().length(id));
        ByteDictionary dictionary = into.dictionary();
        int keyLength = in.count(in.remaining());
        int keyAt = in.skip(keyLength);
        if (!all
                && column.owner == SPAN
                && !wanted.hasAttribute(new String(in.array, keyAt, keyLength, StandardCharsets.UTF_8))) {
            return;
        }
        int key = dictionary.intern(in.array, keyAt, keyLength);
        byte type = (byte) in.u8();
        table.add(
                key,
                type,
                ValueType.inDictionary(type) ? dictionary.intern(in.array, in.at, in.remaining()) : in.zigzag());
    }

    private int text(Column column, int index) {
        TextPage values = columns.texts(column);
        if (!many || values.ids() == null) {
            return values.internTo(into.dictionary(), index);
        }
        int[] known = dictionaries[column.number];
        if (known == null) {
            known = filled(values.texts().size());
            dictionaries[column.number] = known;
        }
        int id = values.id(index);
        if (known[id] < 0) {
            known[id] = values.internTo(into.dictionary(), index);
        }
        return known[id];
    }

    private int fieldOrText(@Nullable Column column, int row, long[] field, int template) {
        return column == null ? word((int) field[template]) : text(column, row);
    }

    private static int field(long[][] fields, int field, int template) {
        return (int) fields[field][template];
    }

    private int word(int id) {
        if (words[id] < 0) {
            words[id] = group.words.internTo(into.dictionary(), id);
        }
        return words[id];
    }

    private int resource(int id) {
        if (resources[id] < 0) {
            OwnerTable table = group.resources;
            int row = into.beginResource();
            into.setResourceDropped(row, table.fields()[0][id]);
            into.setResourceSchemaUrl(row, word(table.fields()[1][id]));
            attributes(table, id, into.resourceAttributes());
            resources[id] = row;
        }
        return resources[id];
    }

    private int scope(int id) {
        if (scopes[id] < 0) {
            OwnerTable table = group.scopes;
            int row = into.beginScope();
            into.setScopeDropped(row, table.fields()[0][id]);
            into.setScopeSchemaUrl(row, word(table.fields()[1][id]));
            into.setScopeName(row, word(table.fields()[2][id]));
            into.setScopeVersion(row, word(table.fields()[3][id]));
            attributes(table, id, into.scopeAttributes());
            scopes[id] = row;
        }
        return scopes[id];
    }

    private void attributes(OwnerTable from, int row, AttributeTable to) {
        for (int at = from.first()[row]; at < from.first()[row + 1]; at++) {
            byte type = from.types()[at];
            to.add(
                    word(from.keys()[at]),
                    type,
                    ValueType.inDictionary(type) ? word((int) from.values()[at]) : from.values()[at]);
        }
    }
}
