package io.clew.store.block;

import static io.clew.store.block.RowGroup.EVENT;
import static io.clew.store.block.RowGroup.LINK;
import static io.clew.store.block.RowGroup.SPAN;

import io.clew.model.AttributeTable;
import io.clew.model.ByteDictionary;
import io.clew.model.SpanBatch;
import io.clew.model.ValueType;
import java.io.Closeable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Writes one row group: spreads a batch of whole traces over columns ({@link RowGroup} says which), then writes the
 * columns' pages, the value filter and the header. What repeats over whole spans (name, kind, scope, shape, ...) becomes
 * a template, an id per span. Reusable; one thread.
 */
final class RowGroupEncoder implements Closeable {
    private final BlockSettings settings;
    private final Compression compression = new Compression();
    private final LongCodec longs = new LongCodec(compression);
    private final ColumnPool pool = new ColumnPool();
    private final List<ColumnBuffer> columns = new ArrayList<>();
    private final AttributeColumns[] attributes = {
        new AttributeColumns(SPAN), new AttributeColumns(EVENT), new AttributeColumns(LINK)
    };
    private final IntLists[] templates = {new IntLists(), new IntLists(), new IntLists()};
    private final int[] template = new int[RowGroup.SPAN_FIELDS];
    private final Arrivals arrivals = new Arrivals();
    private final Owners owners = new Owners();
    private final LongIndex candidates = new LongIndex();
    private final LongIndex spanIds = new LongIndex();
    private int[] candidateRank = new int[64];
    private int[] candidateCount = new int[64];
    private final TextColumns texts;
    private final HeaderWriter header;
    private final ByteSink page = new ByteSink();
    private final ByteSink composite = new ByteSink();

    RowGroupEncoder(BlockSettings settings) {
        this.settings = settings;
        this.texts = new TextColumns(compression, longs);
        this.header = new HeaderWriter(compression, longs);
    }

    /**
     * Writes {@code rows} and returns the header's page length; the header ends at the sink's position.
     *
     * @param firstRow where each trace begins; one more entry than traces, the last being the row count
     * @param base what each trace's first start is written relative to
     * @param pageTraces the first trace of each page; one more entry than pages
     */
    int encode(SpanBatch rows, int[] firstRow, long[] base, int[] pageTraces, int pages, PageSink out) {
        int spans = rows.spanCount();
        columns.clear();
        pool.clear();
        texts.begin(rows.dictionary());
        spanIdPages(rows, out);

        AttributeTable[] tables = {rows.spanAttributes(), rows.eventAttributes(), rows.linkAttributes()};
        int[] count = {spans, rows.eventCount(), rows.linkCount()};
        for (int owner = SPAN; owner <= LINK; owner++) {
            templates[owner].clear();
            attributes[owner].prepare(tables[owner], count[owner], settings.attributeColumns(), columns, pool);
        }
        owners.read(rows);
        arrivals.read(rows, owners);
        candidates.clear();

        ColumnBuffer templateIds = intrinsic(SPAN, RowGroup.TEMPLATE, false, LongCodec.Content.IDS);
        ColumnBuffer resource = intrinsic(SPAN, RowGroup.RESOURCE, false, LongCodec.Content.IDS);
        ColumnBuffer arrival = intrinsic(SPAN, RowGroup.ARRIVAL, false, LongCodec.Content.AMOUNTS);
        ColumnBuffer start = intrinsic(SPAN, RowGroup.START, false, LongCodec.Content.AMOUNTS);
        ColumnBuffer duration = intrinsic(SPAN, RowGroup.DURATION, false, LongCodec.Content.AMOUNTS);
        ColumnBuffer parent = intrinsic(SPAN, RowGroup.PARENT, false, LongCodec.Content.AMOUNTS);
        ColumnBuffer parentId = intrinsic(SPAN, RowGroup.PARENT_ID, false, LongCodec.Content.BITS);
        ColumnBuffer name = textField(SPAN, RowGroup.NAME, texts.repeats(spans, rows::name));
        ColumnBuffer message = textField(SPAN, RowGroup.MESSAGE, texts.repeats(spans, rows::statusMessage));
        ColumnBuffer state = textField(SPAN, RowGroup.TRACE_STATE, texts.repeats(spans, rows::traceState));
        ColumnBuffer eventTemplates = intrinsic(EVENT, RowGroup.TEMPLATE, false, LongCodec.Content.IDS);
        ColumnBuffer eventTime = intrinsic(EVENT, RowGroup.TIME, false, LongCodec.Content.AMOUNTS);
        ColumnBuffer eventName = textField(EVENT, RowGroup.NAME, texts.repeats(count[EVENT], rows::eventName));
        ColumnBuffer linkTemplates = intrinsic(LINK, RowGroup.TEMPLATE, false, LongCodec.Content.IDS);
        ColumnBuffer linkHigh = intrinsic(LINK, RowGroup.TRACE_HIGH, false, LongCodec.Content.BITS);
        ColumnBuffer linkLow = intrinsic(LINK, RowGroup.TRACE_LOW, false, LongCodec.Content.BITS);
        ColumnBuffer linkSpan = intrinsic(LINK, RowGroup.SPAN_ID, false, LongCodec.Content.BITS);

        for (int p = 0; p < pages; p++) {
            arrivals.beginPage();
            for (int trace = pageTraces[p]; trace < pageTraces[p + 1]; trace++) {
                int from = firstRow[trace];
                int to = firstRow[trace + 1];
                parents(rows, from, to, parent, parentId);
                long last = base[trace];
                for (int row = from; row < to; row++) {
                    long at = rows.start(row);
                    start.add(rows.hasStart(row) ? at - last : 0);
                    last = rows.hasStart(row) ? at : last;
                    duration.add(rows.hasEnd(row) ? rows.end(row) - at : 0);
                    int id = spanTemplate(rows, row, name, message, state);
                    templateIds.add(id);
                    int ofResource = owners.resource(rows.resource(row));
                    resource.add(candidate(id, ofResource));
                    arrival.add(arrivals.code(ofResource, rows.receiveTime(row)));
                    spread(tables[SPAN], SPAN, row, id, RowGroup.SPAN_SHAPE, rows.dictionary());
                    for (int event = rows.eventsFrom(row), end = rows.eventsTo(row); event < end; event++) {
                        int eventId = eventTemplate(rows, event, eventName);
                        eventTemplates.add(eventId);
                        eventTime.add(rows.eventTime(event) - at);
                        spread(tables[EVENT], EVENT, event, eventId, RowGroup.EVENT_SHAPE, rows.dictionary());
                    }
                    for (int link = rows.linksFrom(row), end = rows.linksTo(row); link < end; link++) {
                        int linkId = linkTemplate(rows, link);
                        linkTemplates.add(linkId);
                        linkHigh.add(rows.linkTraceIdHigh(link) ^ rows.traceIdHigh(row));
                        linkLow.add(rows.linkTraceIdLow(link) ^ rows.traceIdLow(row));
                        linkSpan.add(rows.linkSpanId(link));
                        spread(tables[LINK], LINK, link, linkId, RowGroup.LINK_SHAPE, rows.dictionary());
                    }
                }
            }
            for (ColumnBuffer column : columns) {
                column.endPage(p);
            }
        }

        header.begin(rows.dictionary());
        header.pages(pages, pageTraces, firstRow, eventTemplates, linkTemplates);
        header.owners(owners, rows);
        for (int owner = SPAN; owner <= LINK; owner++) {
            header.lists(attributes[owner].shapes());
        }
        ColumnBuffer[] ids = {templateIds, eventTemplates, linkTemplates};
        for (int owner = SPAN; owner <= LINK; owner++) {
            header.templates(templates[owner], RowGroup.textFields(owner), ids[owner]);
        }
        header.candidates(candidates, templates[SPAN].size());
        header.columnCount(columns.size());
        for (ColumnBuffer column : columns) {
            write(column, pages, rows.dictionary(), out);
        }
        page.clear();
        arrivals.write(longs, page);
        header.page(page, out);
        page.clear();
        texts.writeFilter(page);
        header.page(page, out);
        return header.write(out);
    }

    private ColumnBuffer intrinsic(int owner, String role, boolean text, LongCodec.Content content) {
        ColumnBuffer column = pool.next().intrinsic(owner, role, text, content);
        columns.add(column);
        return column;
    }

    /** A text field's own column, or null where it repeats enough to stand in templates. */
    private @org.jspecify.annotations.Nullable ColumnBuffer textField(int owner, String role, boolean repeats) {
        return repeats ? null : intrinsic(owner, role, true, LongCodec.Content.IDS);
    }

    /** Span ids stand raw at the group's beginning, {@link RowGroup#IDS_PER_PAGE} to a page, so that few can be read. */
    private void spanIdPages(SpanBatch rows, PageSink out) {
        page.clear();
        for (int row = 0, spans = rows.spanCount(); row < spans; row++) {
            page.i64(rows.spanId(row));
            if (page.length == 8 * RowGroup.IDS_PER_PAGE || row == spans - 1) {
                out.page(page);
                page.clear();
            }
        }
    }

    private void parents(SpanBatch rows, int from, int to, ColumnBuffer parent, ColumnBuffer parentId) {
        boolean few = to - from <= 24;
        if (!few) {
            spanIds.clear();
            for (int row = from; row < to; row++) {
                spanIds.add(rows.spanId(row));
            }
            if (spanIds.size() < to - from) {
                few = repeatedIds(rows, from, to, parent, parentId);
                if (few) {
                    return;
                }
            }
        }
        for (int row = from; row < to; row++) {
            long id = rows.parentSpanId(row);
            int at = -1;
            if (id != 0) {
                at = few ? nearest(rows, from, to, row, id) : spanIds.find(id);
                at = few || at < 0 ? at : from + at;
            }
            parentCode(id, at, row, parent, parentId);
        }
    }

    /** Numbers of ids are not offsets when ids repeat: takes the first row of each id. */
    private boolean repeatedIds(SpanBatch rows, int from, int to, ColumnBuffer parent, ColumnBuffer parentId) {
        int[] first = new int[spanIds.size()];
        for (int row = to - 1; row >= from; row--) {
            first[spanIds.find(rows.spanId(row))] = row;
        }
        for (int row = from; row < to; row++) {
            long id = rows.parentSpanId(row);
            int number = id == 0 ? -1 : spanIds.find(id);
            parentCode(id, number < 0 ? -1 : first[number], row, parent, parentId);
        }
        return true;
    }

    private static int nearest(SpanBatch rows, int from, int to, int row, long id) {
        for (int at = row - 1; at >= from; at--) {
            if (rows.spanId(at) == id) {
                return at;
            }
        }
        for (int at = row; at < to; at++) {
            if (rows.spanId(at) == id) {
                return at;
            }
        }
        return -1;
    }

    private static void parentCode(long id, int at, int row, ColumnBuffer parent, ColumnBuffer parentId) {
        if (id == 0) {
            parent.add(RowGroup.NO_PARENT);
        } else if (at < 0) {
            parent.add(RowGroup.PARENT_ELSEWHERE);
            parentId.add(id);
        } else {
            long distance = (long) row - at;
            parent.add(RowGroup.PARENT_NEAR + (distance << 1 ^ distance >> 63));
        }
    }

    private int spanTemplate(
            SpanBatch rows,
            int row,
            @org.jspecify.annotations.Nullable ColumnBuffer name,
            @org.jspecify.annotations.Nullable ColumnBuffer message,
            @org.jspecify.annotations.Nullable ColumnBuffer state) {
        int[] t = template;
        t[RowGroup.SPAN_NAME] = fieldOrColumn(rows.name(row), name);
        t[RowGroup.SPAN_MESSAGE] = fieldOrColumn(rows.statusMessage(row), message);
        t[RowGroup.SPAN_STATE] = fieldOrColumn(rows.traceState(row), state);
        t[RowGroup.SPAN_KIND] = rows.kind(row);
        t[RowGroup.SPAN_STATUS] = rows.statusCode(row);
        t[RowGroup.SPAN_FLAGS] = rows.flags(row);
        t[RowGroup.SPAN_DROPPED_ATTRIBUTES] = rows.droppedAttributes(row);
        t[RowGroup.SPAN_DROPPED_EVENTS] = rows.droppedEvents(row);
        t[RowGroup.SPAN_DROPPED_LINKS] = rows.droppedLinks(row);
        t[RowGroup.SPAN_SCOPE] = owners.scope(rows.scope(row));
        t[RowGroup.SPAN_MARKS] = (rows.hasStart(row) ? RowGroup.HAS_START : 0)
                | (rows.hasEnd(row) ? RowGroup.HAS_END : 0)
                | (rows.hasShortTraceId(row) ? RowGroup.SHORT_TRACE_ID : 0);
        t[RowGroup.SPAN_PROTOCOL] = rows.protocol(row);
        t[RowGroup.SPAN_SHAPE] = attributes[SPAN].shape(row);
        t[RowGroup.SPAN_EVENTS] = rows.eventsTo(row) - rows.eventsFrom(row);
        t[RowGroup.SPAN_LINKS] = rows.linksTo(row) - rows.linksFrom(row);
        return templates[SPAN].intern(t, RowGroup.SPAN_FIELDS);
    }

    private int eventTemplate(SpanBatch rows, int event, @org.jspecify.annotations.Nullable ColumnBuffer name) {
        template[RowGroup.EVENT_NAME] = fieldOrColumn(rows.eventName(event), name);
        template[RowGroup.EVENT_DROPPED] = rows.eventDropped(event);
        template[RowGroup.EVENT_SHAPE] = attributes[EVENT].shape(event);
        return templates[EVENT].intern(template, RowGroup.EVENT_FIELDS);
    }

    private int linkTemplate(SpanBatch rows, int link) {
        template[RowGroup.LINK_STATE] = rows.linkTraceState(link);
        template[RowGroup.LINK_FLAGS] = rows.linkFlags(link);
        template[RowGroup.LINK_DROPPED] = rows.linkDropped(link);
        template[RowGroup.LINK_SHAPE] = attributes[LINK].shape(link);
        return templates[LINK].intern(template, RowGroup.LINK_FIELDS);
    }

    private static int fieldOrColumn(int text, @org.jspecify.annotations.Nullable ColumnBuffer column) {
        if (column == null) {
            return text;
        }
        column.add(text);
        return 0;
    }

    /** The place of a resource among those its template has been seen with. */
    private int candidate(int templateId, int resource) {
        int known = candidates.size();
        int pair = candidates.add((long) templateId << 32 | resource);
        if (pair == known) {
            if (templateId >= candidateCount.length) {
                candidateCount = Arrays.copyOf(candidateCount, Math.max(templateId + 1, 2 * candidateCount.length));
            }
            if (pair == candidateRank.length) {
                candidateRank = Arrays.copyOf(candidateRank, 2 * pair);
            }
            if (templates[SPAN].uses(templateId) == 1) {
                candidateCount[templateId] = 0;
            }
            candidateRank[pair] = candidateCount[templateId]++;
        }
        return candidateRank[pair];
    }

    private void spread(
            AttributeTable table, int owner, int row, int templateId, int shapeField, ByteDictionary words) {
        IntLists shapes = attributes[owner].shapes();
        IntLists ofOwner = templates[owner];
        int at = shapes.from(ofOwner.item(ofOwner.from(templateId) + shapeField));
        int other = attributes[owner].other();
        for (int entry = table.from(row), end = table.to(row); entry < end; entry++) {
            int column = shapes.item(at++);
            long value = table.value(entry);
            columns.get(column)
                    .add(column == other ? rare(owner, table.key(entry), table.type(entry), value, words) : value);
        }
    }

    /** A value of the column "other" as {@code varint(key length), key, type, value}. */
    private int rare(int owner, int key, byte type, long value, ByteDictionary words) {
        composite.clear();
        composite.varint(words.length(key));
        composite.entry(words, key);
        composite.u8(type);
        if (ValueType.inDictionary(type)) {
            composite.entry(words, (int) value);
        } else {
            composite.zigzag(value);
        }
        texts.filterRare(owner, key, type, value);
        return words.intern(composite.array, 0, composite.length);
    }

    private void write(ColumnBuffer column, int pages, ByteDictionary words, PageSink out) {
        header.column(column);
        if (column.text) {
            texts.write(column, pages, words, header, out);
            return;
        }
        header.encoding(RowGroup.LONGS);
        for (int p = 0; p < pages; p++) {
            longPage(column.values, column.pageFrom(p), column.pageEnds[p], column.content, longs, page, header, out);
        }
    }

    /** Writes one page of numbers and notes it in the header; numbers that are all equal need no page. */
    static void longPage(
            long[] values,
            int from,
            int to,
            LongCodec.Content content,
            LongCodec longs,
            ByteSink page,
            HeaderWriter header,
            PageSink out) {
        header.count(to - from);
        if (from == to) {
            return;
        }
        long least = values[from];
        long greatest = least;
        for (int i = from + 1; i < to; i++) {
            least = Math.min(least, values[i]);
            greatest = Math.max(greatest, values[i]);
        }
        header.range(least, greatest);
        if (least != greatest) {
            page.clear();
            longs.encode(values, from, to, least, greatest, content, page);
            header.page(page, out);
        }
    }

    @Override
    public void close() {
        compression.close();
    }
}
