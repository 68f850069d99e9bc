package io.clew.store.block;

import static io.clew.store.block.RowGroup.EVENT;
import static io.clew.store.block.RowGroup.LINK;
import static io.clew.store.block.RowGroup.SPAN;

import io.clew.model.ByteDictionary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Writes an {@link OpenRowGroup} ({@link RowGroup} says how it is read). Decides what could not be known before all rows
 * were there: which keys are so rare that they share the column "other", and which names, status messages and trace states
 * repeat so little that they stand in columns rather than in templates; then templates and shapes are numbered anew. Then the
 * columns' pages, the value filter and the header. Reusable; one thread.
 */
final class RowGroupEncoder {
    /** A key that stands in fewer than one of so many rows shares a column. */
    private static final int RARE = 4096;

    private final BlockSettings settings;
    private final LongCodec longs;
    private final ColumnPool pool = new ColumnPool();
    private final List<ColumnBuffer> columns = new ArrayList<>();
    /** By owner. */
    private final IntLists[] shapes = {new IntLists(), new IntLists(), new IntLists()};

    private final IntLists[] templates = {new IntLists(), new IntLists(), new IntLists()};
    private final int[][] columnOf = new int[3][64];
    private final int[] other = new int[3];
    /** Templates as they came with their resources, and as they are written. */
    private final LongIndex pairs = new LongIndex();

    private final LongIndex candidates = new LongIndex();
    private int[] renumbered = new int[64];
    private int[] list = new int[64];
    private final TextColumns texts;
    private final HeaderWriter header;
    private final ByteSink page = new ByteSink();
    private int[] filterPages = {};

    RowGroupEncoder(BlockSettings settings, Compression compression, LongCodec longs) {
        this.settings = settings;
        this.longs = longs;
        this.texts = new TextColumns(compression, longs);
        this.header = new HeaderWriter(compression, longs);
    }

    /**
     * Writes the group and returns the header's page length; the header ends at the sink's position.
     *
     * @param firstRow where each trace begins; one more entry than traces, the last being the row count
     * @param pageTraces the first trace of each page; one more entry than pages
     * @param summary gets the group's operations
     */
    int encode(OpenRowGroup group, int[] firstRow, int[] pageTraces, OperationSummary summary, PageSink out) {
        int pages = group.pages();
        columns.clear();
        pool.clear();
        texts.begin(group.words);
        spanIdPages(group.spanId, out);
        pairUp(group);
        summary.add(group, pairs);
        ColumnBuffer[] ids = {group.template, group.eventTemplate, group.linkTemplate};
        for (int owner = SPAN; owner <= LINK; owner++) {
            assign(group, owner, ids[owner]);
        }
        columns.add(group.template);
        columns.add(group.resource);
        columns.add(group.arrival);
        columns.add(group.start);
        columns.add(group.duration);
        columns.add(group.parent);
        columns.add(group.parentId);
        renumber(group, SPAN, group.template);
        rankResources(group);
        columns.add(group.eventTemplate);
        columns.add(group.eventTime);
        renumber(group, EVENT, group.eventTemplate);
        columns.add(group.linkTemplate);
        columns.add(group.linkHigh);
        columns.add(group.linkLow);
        columns.add(group.linkSpan);
        renumber(group, LINK, group.linkTemplate);
        placeArrivals(group);

        header.begin(group.words);
        header.pages(pages, pageTraces, firstRow, group.eventTemplate, group.linkTemplate);
        header.owners(group.resources, Owners.RESOURCE_FIELDS);
        header.owners(group.scopes, Owners.SCOPE_FIELDS);
        for (int owner = SPAN; owner <= LINK; owner++) {
            header.lists(shapes[owner]);
        }
        for (int owner = SPAN; owner <= LINK; owner++) {
            header.templates(templates[owner], RowGroup.textFields(owner), ids[owner]);
        }
        header.candidates(candidates, templates[SPAN].size());
        header.columnCount(columns.size());
        for (ColumnBuffer column : columns) {
            write(column, pages, group.words, out);
        }
        page.clear();
        group.arrivals.write(longs, page);
        header.page(page, out);
        texts.filterOwners(group.resources, ValueHash.RESOURCE, Owners.RESOURCE_FIELDS);
        texts.filterOwners(group.scopes, ValueHash.SCOPE, Owners.SCOPE_FIELDS);
        texts.filterNames(templates[SPAN], SPAN);
        texts.filterNames(templates[EVENT], EVENT);
        filterPages = texts.writeFilter(out);
        return header.write(out);
    }

    /** Heap bytes that its own columns hold, capacity included. */
    long heapBytes() {
        return pool.heapBytes();
    }

    /** Lengths of the value filter's pages of the group written last. */
    int[] filterPages() {
        return filterPages;
    }

    /** Span ids stand raw at the group's beginning, {@link RowGroup#IDS_PER_PAGE} to a page, so that few can be read. */
    private void spanIdPages(ColumnBuffer ids, PageSink out) {
        page.clear();
        for (int row = 0; row < ids.size; row++) {
            page.i64(ids.values[row]);
            if (page.length == 8 * RowGroup.IDS_PER_PAGE || row == ids.size - 1) {
                out.page(page);
                page.clear();
            }
        }
    }

    /** Puts in the place of each row's resource the number of its template with that resource. */
    private void pairUp(OpenRowGroup group) {
        pairs.clear();
        long[] template = group.template.values;
        long[] resource = group.resource.values;
        for (int row = 0, rows = group.rows(); row < rows; row++) {
            resource[row] = pairs.add(template[row] << 32 | resource[row]);
        }
    }

    /** Puts in the place of that number the place of the resource among those that the template written is seen with. */
    private void rankResources(OpenRowGroup group) {
        candidates.clear();
        int[] count = new int[templates[SPAN].size()];
        int[] rank = new int[pairs.size()];
        int[] rankOfPair = new int[pairs.size()];
        for (int pair = 0; pair < rankOfPair.length; pair++) {
            long key = pairs.key(pair);
            int template = renumbered[(int) (key >>> 32)];
            int known = candidates.size();
            int candidate = candidates.add((long) template << 32 | key & 0xFFFFFFFFL);
            if (candidate == known) {
                rank[candidate] = count[template]++;
            }
            rankOfPair[pair] = rank[candidate];
        }
        long[] resource = group.resource.values;
        for (int row = 0, rows = group.rows(); row < rows; row++) {
            resource[row] = rankOfPair[(int) resource[row]];
        }
    }

    private static void placeArrivals(OpenRowGroup group) {
        group.arrivals.order(group.resources.size());
        ColumnBuffer arrival = group.arrival;
        for (int p = 0, row = 0; p < group.pages(); p++) {
            group.arrivals.beginPage();
            for (; row < arrival.pageEnds[p]; row++) {
                arrival.values[row] = group.arrivals.code((int) arrival.values[row]);
            }
        }
    }

    // ---- attributes

    /** Decides which places keep their column; the rest, if any, goes to the column "other". */
    private void assign(OpenRowGroup group, int owner, ColumnBuffer ids) {
        int count = group.placeCount(owner);
        int most = settings.attributeColumns();
        long least = 1L + ids.size / RARE;
        if (count > most) {
            long[] uses = new long[count];
            for (int place = 0; place < count; place++) {
                uses[place] = group.values(owner, place).size;
            }
            Arrays.sort(uses);
            least = Math.max(least, most == 0 ? Long.MAX_VALUE : uses[count - most]);
        }
        if (columnOf[owner].length < count) {
            columnOf[owner] = new int[2 * count];
        }
        other[owner] = -1;
        int own = 0;
        for (int place = 0; place < count; place++) {
            ColumnBuffer column = group.values(owner, place);
            if (column.size >= least && own < most) {
                columnOf[owner][place] = columns.size();
                columns.add(column);
                own++;
            } else {
                columnOf[owner][place] = other(owner);
            }
        }
        if (group.rest(owner).size > 0) {
            int _ = other(owner);
        }
        if (other[owner] >= 0) {
            collectRare(group, owner, ids, columns.get(other[owner]));
        }
    }

    /** The number of the column that rare keys share. */
    private int other(int owner) {
        if (other[owner] < 0) {
            other[owner] = columns.size();
            columns.add(pool.next().intrinsic(owner, RowGroup.OTHER, true, LongCodec.Content.IDS));
        }
        return other[owner];
    }

    private void collectRare(OpenRowGroup group, int owner, ColumnBuffer ids, ColumnBuffer into) {
        IntLists ofShape = group.shapes[owner];
        int[] cursor = new int[group.placeCount(owner)];
        int fromRest = 0;
        int p = 0;
        for (int row = 0; row < ids.size; row++) {
            for (; row == ids.pageEnds[p]; p++) {
                into.endPage(p);
            }
            int shape = shapeOf(group, owner, (int) ids.values[row]);
            for (int at = ofShape.from(shape); at < ofShape.to(shape); at++) {
                int place = ofShape.item(at);
                if (place == OpenRowGroup.REST) {
                    into.add(group.rest(owner).values[fromRest++]);
                } else if (columnOf[owner][place] == other[owner]) {
                    ColumnBuffer column = group.values(owner, place);
                    into.add(group.composite(column.key, column.type, column.values[cursor[place]++]));
                }
            }
        }
        for (; p < group.pages(); p++) {
            into.endPage(p);
        }
    }

    private static int shapeOf(OpenRowGroup group, int owner, int template) {
        IntLists templates = group.templates[owner];
        return templates.item(templates.from(template) + RowGroup.shapeField(owner));
    }

    // ---- templates

    /** Numbers shapes and templates anew, now that columns are known, and the rows' templates with them. */
    private void renumber(OpenRowGroup group, int owner, ColumnBuffer ids) {
        IntLists before = group.templates[owner];
        int[] rowsOf = new int[before.size()];
        for (int row = 0; row < ids.size; row++) {
            rowsOf[(int) ids.values[row]]++;
        }
        int[] shapeOf = renumberShapes(group, owner);
        boolean[] inColumn = new boolean[RowGroup.fields(owner)];
        for (int field = 0; field < inColumn.length; field++) {
            String role = RowGroup.textColumn(owner, field);
            inColumn[field] = role != null && !texts.repeats(before, field, rowsOf);
            if (role != null && inColumn[field]) {
                fillTextColumn(
                        before,
                        field,
                        ids,
                        group.pages(),
                        pool.next().intrinsic(owner, role, true, LongCodec.Content.IDS));
            }
        }
        if (renumbered.length < before.size()) {
            renumbered = new int[2 * before.size()];
        }
        templates[owner].clear();
        for (int id = 0; id < before.size(); id++) {
            for (int field = 0, at = before.from(id); field < inColumn.length; field++, at++) {
                list[field] = inColumn[field] ? 0 : before.item(at);
            }
            list[RowGroup.shapeField(owner)] = shapeOf[list[RowGroup.shapeField(owner)]];
            renumbered[id] = templates[owner].intern(list, inColumn.length, rowsOf[id]);
        }
        for (int row = 0; row < ids.size; row++) {
            ids.values[row] = renumbered[(int) ids.values[row]];
        }
    }

    private int[] renumberShapes(OpenRowGroup group, int owner) {
        IntLists before = group.shapes[owner];
        int[] shapeOf = new int[before.size()];
        shapes[owner].clear();
        for (int id = 0; id < before.size(); id++) {
            int from = before.from(id);
            int count = before.to(id) - from;
            if (list.length < count) {
                list = new int[2 * count];
            }
            for (int i = 0; i < count; i++) {
                int place = before.item(from + i);
                list[i] = place == OpenRowGroup.REST ? other[owner] : columnOf[owner][place];
            }
            shapeOf[id] = shapes[owner].intern(list, count);
        }
        return shapeOf;
    }

    /** A text field's own column, where it repeats too little to stand in templates. */
    private void fillTextColumn(IntLists templatesOfRows, int field, ColumnBuffer ids, int pages, ColumnBuffer column) {
        columns.add(column);
        for (int p = 0, row = 0; p < pages; p++) {
            for (; row < ids.pageEnds[p]; row++) {
                column.add(templatesOfRows.item(templatesOfRows.from((int) ids.values[row]) + field));
            }
            column.endPage(p);
        }
    }

    // ---- pages

    private void write(ColumnBuffer column, int pages, ByteDictionary words, PageSink out) {
        header.column(column);
        if (column.role == null) {
            texts.filterColumn(column);
        }
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
}
