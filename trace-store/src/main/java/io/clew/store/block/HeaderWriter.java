package io.clew.store.block;

import io.clew.model.ByteDictionary;
import io.clew.model.ValueType;
import java.util.Arrays;

/** Builds the header of a row group while its pages are written; {@link RowGroup} reads it. Reusable; one thread. */
final class HeaderWriter {
    private final Compression compression;
    private final LongCodec longs;
    private final ByteSink body = new ByteSink();
    private final ByteSink page = new ByteSink();
    private final ByteDictionary words = new ByteDictionary();
    private ByteDictionary texts = words;
    private int[] newId = new int[64];
    private long[] values = new long[64];
    private long[] spanOrder = new long[0];

    HeaderWriter(Compression compression, LongCodec longs) {
        this.compression = compression;
        this.longs = longs;
    }

    void begin(ByteDictionary ofBatch) {
        texts = ofBatch;
        words.clear();
        body.clear();
    }

    private int word(int text) {
        return words.intern(texts.array(), texts.offset(text), texts.length(text));
    }

    void pages(int pages, int[] pageTraces, int[] firstRow, ColumnBuffer events, ColumnBuffer links) {
        body.varint(pages);
        for (int p = 0; p < pages; p++) {
            body.varint(pageTraces[p + 1] - pageTraces[p]);
            body.varint(firstRow[pageTraces[p + 1]] - firstRow[pageTraces[p]]);
            body.varint(events.pageEnds[p] - events.pageFrom(p));
            body.varint(links.pageEnds[p] - links.pageFrom(p));
        }
    }

    /** Writes resources or scopes. */
    void owners(IntLists lists, int fields) {
        body.varint(lists.size());
        for (int id = 0; id < lists.size(); id++) {
            int at = lists.from(id);
            int end = lists.to(id);
            body.zigzag(lists.item(at++));
            for (int i = 1; i < fields; i++) {
                body.varint(word(lists.item(at++)));
            }
            body.varint((end - at) / Owners.ATTRIBUTE_FIELDS);
            for (; at < end; at += Owners.ATTRIBUTE_FIELDS) {
                byte type = Owners.type(lists, at);
                body.varint(word(Owners.key(lists, at)));
                body.u8(type);
                if (ValueType.inDictionary(type)) {
                    body.varint(word((int) Owners.value(lists, at)));
                } else {
                    body.zigzag(Owners.value(lists, at));
                }
            }
        }
    }

    void lists(IntLists lists) {
        body.varint(lists.size());
        for (int id = 0; id < lists.size(); id++) {
            body.varint(lists.to(id) - lists.from(id));
            for (int at = lists.from(id); at < lists.to(id); at++) {
                body.varint(lists.item(at));
            }
        }
    }

    /** Writes templates field by field, the most frequent first, and renumbers the column that refers to them. */
    void templates(IntLists templates, boolean[] textFields, ColumnBuffer ids) {
        int count = templates.size();
        long[] order = new long[count];
        for (int i = 0; i < count; i++) {
            order[i] = (long) (Integer.MAX_VALUE - templates.uses(i)) << 32 | i;
        }
        Arrays.sort(order);
        if (newId.length < count) {
            newId = new int[2 * count];
            values = new long[2 * count];
        }
        for (int i = 0; i < count; i++) {
            newId[(int) order[i]] = i;
        }
        for (int i = 0; i < ids.size; i++) {
            ids.values[i] = newId[(int) ids.values[i]];
        }
        body.varint(count);
        for (int field = 0; field < textFields.length; field++) {
            for (int i = 0; i < count; i++) {
                int value = templates.item(templates.from((int) order[i]) + field);
                values[i] = textFields[field] ? word(value) : value;
            }
            Numbers.write(values, count, LongCodec.Content.AMOUNTS, longs, body);
        }
        if (ids.owner == RowGroup.SPAN) {
            spanOrder = order;
        }
    }

    /** Writes for each span template the resources seen with it, in the order of {@link #templates}. */
    void candidates(LongIndex pairs, int templates) {
        int[] first = new int[templates + 1];
        for (int i = 0; i < pairs.size(); i++) {
            first[(int) (pairs.key(i) >>> 32) + 1]++;
        }
        for (int i = 0; i < templates; i++) {
            first[i + 1] += first[i];
        }
        int[] at = first.clone();
        int[] resources = new int[pairs.size()];
        for (int i = 0; i < pairs.size(); i++) {
            resources[at[(int) (pairs.key(i) >>> 32)]++] = (int) pairs.key(i);
        }
        for (int i = 0; i < templates; i++) {
            int old = (int) spanOrder[i];
            body.varint(first[old + 1] - first[old]);
            for (int j = first[old]; j < first[old + 1]; j++) {
                body.varint(resources[j]);
            }
        }
    }

    void columnCount(int count) {
        body.varint(count);
    }

    void column(ColumnBuffer column) {
        body.u8(column.owner);
        body.u8(column.type);
        if (column.role == null) {
            body.varint(word(column.key));
        } else {
            byte[] role = column.role.getBytes(java.nio.charset.StandardCharsets.UTF_8);
            body.varint(words.intern(role));
        }
    }

    void encoding(int encoding) {
        body.u8(encoding);
    }

    void dictionary(int size) {
        body.u8(RowGroup.DICTIONARY);
        body.varint(size);
    }

    void count(int values) {
        body.varint(values);
    }

    void range(long least, long greatest) {
        body.zigzag(least);
        body.varint(greatest - least);
    }

    /** Writes a page and notes its length; an empty one is not written. */
    void page(ByteSink content, PageSink out) {
        body.varint(content.length);
        if (content.length > 0) {
            out.page(content);
        }
    }

    /** Writes the header's own page and returns its length. */
    int write(PageSink out) {
        page.clear();
        page.varint(words.size());
        Texts.Builder builder = new Texts.Builder();
        for (int id = 0; id < words.size(); id++) {
            builder.add(words, id);
        }
        builder.write(longs, compression, page);
        page.varint(body.length);
        compression.section(body.array, 0, body.length, Compression.DENSE, page);
        out.page(page);
        return page.length;
    }
}
