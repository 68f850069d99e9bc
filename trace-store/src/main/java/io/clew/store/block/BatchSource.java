package io.clew.store.block;

import static io.clew.store.block.RowGroup.EVENT;
import static io.clew.store.block.RowGroup.LINK;
import static io.clew.store.block.RowGroup.SPAN;

import io.clew.model.AttributeTable;
import io.clew.model.ByteDictionary;
import io.clew.model.SpanBatch;
import io.clew.model.ValueType;
import java.util.Arrays;

/**
 * Rows of a batch on their way into the row group of a writer. What a row has of its template is found once for the whole batch, in one pass
 * over it; texts, resources, scopes and templates are translated at their first use in a row group. For one thread.
 */
final class BatchSource implements RowSource {
    private final SpanBatch batch;
    private int generation = -1;
    private int rows;
    private int texts;
    /** Each row's template of the batch, and of each such template a row that has it. */
    private int[] templateOf = new int[0];

    private int[] example = new int[4];

    private final OpenRowGroup group;
    private int boundTo = -1;
    /** Of the row group: the templates, words, resources and scopes; -1 (words: 0) where not asked for yet. */
    private int[] template = new int[4];

    private int[] word = new int[0];
    private int[] resource = new int[0];
    private int[] scope = new int[0];
    /** Of each resource: the receive time asked for last and its pair. */
    private long[] pairTime = new long[0];

    private int[] pair = new int[0];
    private int[] list = new int[RowGroup.SPAN_FIELDS];

    /** Must be {@link #read} before its rows are added. */
    BatchSource(SpanBatch batch, OpenRowGroup group) {
        this.batch = batch;
        this.group = group;
    }

    SpanBatch batch() {
        return batch;
    }

    /** Reads the batch as it is now. {@code scratch} is of no further use to it. */
    void read(IntLists scratch) {
        generation = batch.generation();
        rows = batch.spanCount();
        texts = batch.dictionary().size();
        boundTo = -1;
        if (templateOf.length < rows) {
            templateOf = new int[rows];
        }
        scratch.clear();
        AttributeTable table = batch.spanAttributes();
        int[] fields = list;
        for (int row = 0; row < rows; row++) {
            int from = table.from(row);
            int count = table.to(row) - from;
            if (fields.length < RowGroup.SPAN_FIELDS + count) {
                list = Arrays.copyOf(fields, 2 * (RowGroup.SPAN_FIELDS + count));
                fields = list;
            }
            fields[RowGroup.SPAN_NAME] = batch.name(row);
            fields[RowGroup.SPAN_MESSAGE] = batch.statusMessage(row);
            fields[RowGroup.SPAN_STATE] = batch.traceState(row);
            fill(fields, row, batch.scope(row), count);
            for (int i = 0; i < count; i++) {
                fields[RowGroup.SPAN_FIELDS + i] = table.key(from + i) << 3 | table.type(from + i);
            }
            int known = scratch.size();
            int id = scratch.intern(fields, RowGroup.SPAN_FIELDS + count);
            templateOf[row] = id;
            if (id == known) {
                if (id == example.length) {
                    example = Arrays.copyOf(example, 2 * id);
                }
                example[id] = row;
            }
        }
        if (template.length < scratch.size()) {
            template = new int[scratch.size()];
        }
    }

    /** Whether the batch still is as it was when read. */
    boolean isCurrent() {
        return generation == batch.generation()
                && rows == batch.spanCount()
                && texts == batch.dictionary().size();
    }

    /** The fields that are the same in the batch and in the row group, and those given. */
    private void fill(int[] fields, int row, int scopeNumber, int shape) {
        fields[RowGroup.SPAN_KIND] = batch.kind(row);
        fields[RowGroup.SPAN_STATUS] = batch.statusCode(row);
        fields[RowGroup.SPAN_FLAGS] = batch.flags(row);
        fields[RowGroup.SPAN_DROPPED_ATTRIBUTES] = batch.droppedAttributes(row);
        fields[RowGroup.SPAN_DROPPED_EVENTS] = batch.droppedEvents(row);
        fields[RowGroup.SPAN_DROPPED_LINKS] = batch.droppedLinks(row);
        fields[RowGroup.SPAN_SCOPE] = scopeNumber;
        fields[RowGroup.SPAN_MARKS] = marks(row);
        fields[RowGroup.SPAN_PROTOCOL] = batch.protocol(row);
        fields[RowGroup.SPAN_SHAPE] = shape;
        fields[RowGroup.SPAN_EVENTS] = batch.eventsTo(row) - batch.eventsFrom(row);
        fields[RowGroup.SPAN_LINKS] = batch.linksTo(row) - batch.linksFrom(row);
    }

    private int marks(int row) {
        return (batch.hasStart(row) ? RowGroup.HAS_START : 0)
                | (batch.hasEnd(row) ? RowGroup.HAS_END : 0)
                | (batch.hasShortTraceId(row) ? RowGroup.SHORT_TRACE_ID : 0);
    }

    @Override
    public long start(int row) {
        return batch.start(row);
    }

    @Override
    public long received(int row) {
        return batch.receiveTime(row);
    }

    @Override
    public void add(int row) {
        if (generation != batch.generation()) {
            throw new IllegalStateException("a batch was cleared before its spans of a trace were written");
        }
        if (boundTo != group.generation()) {
            bind();
        }
        int local = templateOf[row];
        int known = template[local];
        if (known < 0) {
            known = spanTemplate(example[local]);
            template[local] = known;
        }
        int ofBatch = batch.resource(row);
        group.addSpan(
                known,
                resource(ofBatch),
                pair(ofBatch, batch.receiveTime(row)),
                marks(row),
                batch.spanId(row),
                batch.parentSpanId(row),
                batch.start(row),
                batch.end(row));
        attributes(SPAN, batch.spanAttributes(), row, group.templates[SPAN], known, RowGroup.SPAN_SHAPE);
        for (int event = batch.eventsFrom(row), to = batch.eventsTo(row); event < to; event++) {
            int id = eventTemplate(event);
            group.addEvent(id, batch.eventTime(event));
            attributes(EVENT, batch.eventAttributes(), event, group.templates[EVENT], id, RowGroup.EVENT_SHAPE);
        }
        for (int link = batch.linksFrom(row), to = batch.linksTo(row); link < to; link++) {
            int id = linkTemplate(link);
            group.addLink(
                    id,
                    batch.linkTraceIdHigh(link) ^ batch.traceIdHigh(row),
                    batch.linkTraceIdLow(link) ^ batch.traceIdLow(row),
                    batch.linkSpanId(link));
            attributes(LINK, batch.linkAttributes(), link, group.templates[LINK], id, RowGroup.LINK_SHAPE);
        }
    }

    private void bind() {
        boundTo = group.generation();
        Arrays.fill(template, -1);
        word = room(word, texts, 0);
        resource = room(resource, batch.resourceCount(), -1);
        scope = room(scope, batch.scopeCount(), -1);
        if (pairTime.length < resource.length) {
            pairTime = new long[resource.length];
        }
        pair = room(pair, batch.resourceCount(), -1);
    }

    private static int[] room(int[] array, int length, int value) {
        int[] wide = array.length < length ? new int[length] : array;
        Arrays.fill(wide, 0, length, value);
        return wide;
    }

    private void attributes(int owner, AttributeTable table, int row, IntLists templates, int id, int shapeField) {
        IntLists shapes = group.shapes[owner];
        int at = shapes.from(templates.item(templates.from(id) + shapeField));
        group.countEntries(table.count(row));
        for (int entry = table.from(row), to = table.to(row); entry < to; entry++) {
            int place = shapes.item(at++);
            long value = table.value(entry);
            if (place == OpenRowGroup.REST) {
                byte type = table.type(entry);
                group.addRest(
                        owner, word(table.key(entry)), type, ValueType.inDictionary(type) ? word((int) value) : value);
            } else {
                ColumnBuffer column = group.values(owner, place);
                column.add(column.text ? word((int) value) : value);
            }
        }
    }

    private int word(int id) {
        int known = word[id];
        if (known == 0 && id != 0) {
            ByteDictionary words = batch.dictionary();
            known = group.words.intern(words.array(), words.offset(id), words.length(id));
            word[id] = known;
        }
        return known;
    }

    private int spanTemplate(int row) {
        int shape = shape(SPAN, batch.spanAttributes(), row);
        int scopeNumber = scope(batch.scope(row));
        int[] fields = list;
        fields[RowGroup.SPAN_NAME] = word(batch.name(row));
        fields[RowGroup.SPAN_MESSAGE] = word(batch.statusMessage(row));
        fields[RowGroup.SPAN_STATE] = word(batch.traceState(row));
        fill(fields, row, scopeNumber, shape);
        return group.templates[SPAN].intern(fields, RowGroup.SPAN_FIELDS);
    }

    private int eventTemplate(int event) {
        int shape = shape(EVENT, batch.eventAttributes(), event);
        list[RowGroup.EVENT_NAME] = word(batch.eventName(event));
        list[RowGroup.EVENT_DROPPED] = batch.eventDropped(event);
        list[RowGroup.EVENT_SHAPE] = shape;
        return group.templates[EVENT].intern(list, RowGroup.EVENT_FIELDS);
    }

    private int linkTemplate(int link) {
        int shape = shape(LINK, batch.linkAttributes(), link);
        list[RowGroup.LINK_STATE] = word(batch.linkTraceState(link));
        list[RowGroup.LINK_FLAGS] = batch.linkFlags(link);
        list[RowGroup.LINK_DROPPED] = batch.linkDropped(link);
        list[RowGroup.LINK_SHAPE] = shape;
        return group.templates[LINK].intern(list, RowGroup.LINK_FIELDS);
    }

    private int shape(int owner, AttributeTable table, int row) {
        int from = table.from(row);
        int count = table.to(row) - from;
        room(count);
        for (int i = 0; i < count; i++) {
            list[i] = group.place(owner, word(table.key(from + i)), table.type(from + i));
        }
        return group.shapes[owner].intern(list, count);
    }

    private void room(int length) {
        if (list.length < length) {
            list = new int[2 * length];
        }
    }

    private int resource(int row) {
        if (resource[row] < 0) {
            room(Owners.RESOURCE_FIELDS);
            list[0] = batch.resourceDropped(row);
            list[1] = word(batch.resourceSchemaUrl(row));
            // First, since it may put a longer list in place of this one.
            int length = owned(batch.resourceAttributes(), row, Owners.RESOURCE_FIELDS);
            resource[row] = group.resources.intern(list, length);
        }
        return resource[row];
    }

    private int scope(int row) {
        if (scope[row] < 0) {
            room(Owners.SCOPE_FIELDS);
            list[0] = batch.scopeDropped(row);
            list[1] = word(batch.scopeSchemaUrl(row));
            list[2] = word(batch.scopeName(row));
            list[3] = word(batch.scopeVersion(row));
            int length = owned(batch.scopeAttributes(), row, Owners.SCOPE_FIELDS);
            scope[row] = group.scopes.intern(list, length);
        }
        return scope[row];
    }

    private int owned(AttributeTable table, int row, int from) {
        int length = from + Owners.ATTRIBUTE_FIELDS * table.count(row);
        if (list.length < length) {
            list = Arrays.copyOf(list, 2 * length);
        }
        int at = from;
        for (int entry = table.from(row), end = table.to(row); entry < end; entry++) {
            byte type = table.type(entry);
            long value = table.value(entry);
            at = Owners.put(
                    list, at, word(table.key(entry)), type, ValueType.inDictionary(type) ? word((int) value) : value);
        }
        return length;
    }

    private int pair(int row, long received) {
        if (pair[row] < 0 || pairTime[row] != received) {
            pair[row] = group.arrivals.pair(resource[row], received);
            pairTime[row] = received;
        }
        return pair[row];
    }
}
