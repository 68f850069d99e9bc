package io.clew.store.block;

import io.clew.model.ByteDictionary;
import io.clew.model.ValueType;
import java.util.Arrays;

/**
 * Writes the text columns of a row group: with a dictionary, the most frequent text first, where texts repeat, else as
 * they are. Notes keys and texts of attributes and names for the value filter. Reusable; one thread.
 */
final class TextColumns {
    private final Compression compression;
    private final LongCodec longs;
    private final Texts.Builder builder = new Texts.Builder();
    private final ByteSink page = new ByteSink();

    private ByteDictionary words = new ByteDictionary();
    /** For each text id the round that saw it last, and its number in that round. */
    private int[] seen = new int[1024];

    private int[] number = new int[1024];
    private int round;

    private int[] distinct = new int[256];
    private int[] uses = new int[256];
    private int found;
    private long[] ids = new long[256];

    private long[] filter = new long[1024];
    private int filtered;

    TextColumns(Compression compression, LongCodec longs) {
        this.compression = compression;
        this.longs = longs;
    }

    void begin(ByteDictionary dictionary) {
        words = dictionary;
        filtered = 0;
    }

    /** Whether the texts of a template's field repeat enough to stand in templates; the empty text does not count. */
    boolean repeats(IntLists templates, int field, int[] rowsOf) {
        nextRound();
        long filled = 0;
        for (int id = 0; id < templates.size(); id++) {
            int text = templates.item(templates.from(id) + field);
            if (text != 0) {
                filled += rowsOf[id];
                note(text);
            }
        }
        return found <= 64 || 4L * found <= filled;
    }

    void write(ColumnBuffer column, int pages, ByteDictionary dictionary, HeaderWriter header, PageSink out) {
        nextRound();
        long plain = 0;
        for (int i = 0; i < column.size; i++) {
            int id = (int) column.values[i];
            plain += words.length(id);
            note(id);
        }
        long once = 0;
        for (int i = 0; i < found; i++) {
            once += words.length(distinct[i]);
        }
        addToFilter(column);
        boolean pays = 3L * found <= column.size || plain > 4 * (once + column.size);
        if (pays) {
            byFrequency();
            builder.clear();
            for (int i = 0; i < found; i++) {
                builder.add(words, distinct[i]);
            }
            header.dictionary(found);
            page.clear();
            builder.write(longs, compression, page);
            header.page(page, out);
            if (ids.length < column.size) {
                ids = new long[column.values.length];
            }
            for (int i = 0; i < column.size; i++) {
                ids[i] = number[(int) column.values[i]];
            }
            for (int p = 0; p < pages; p++) {
                RowGroupEncoder.longPage(
                        ids, column.pageFrom(p), column.pageEnds[p], LongCodec.Content.IDS, longs, page, header, out);
            }
        } else {
            header.encoding(RowGroup.TEXTS);
            for (int p = 0; p < pages; p++) {
                int from = column.pageFrom(p);
                int to = column.pageEnds[p];
                header.count(to - from);
                if (from < to) {
                    builder.clear();
                    for (int i = from; i < to; i++) {
                        builder.add(words, (int) column.values[i]);
                    }
                    page.clear();
                    builder.write(longs, compression, page);
                    header.page(page, out);
                }
            }
        }
    }

    /** Notes an attribute that stands in the column of rare keys. */
    private void filterRare(int owner, int composite) {
        byte[] array = words.array();
        int from = words.offset(composite);
        ByteSource in = new ByteSource(array, from, from + words.length(composite));
        int keyLength = in.count(in.remaining());
        long place = ValueHash.place(owner, array, in.skip(keyLength), keyLength);
        byte type = (byte) in.u8();
        filter(ValueHash.rare(place));
        filterKey(place, type);
        if (type == ValueType.STRING) {
            filter(ValueHash.value(place, array, in.at, in.remaining()));
        }
    }

    /** Notes that there is a key with values of a type. */
    private void filterKey(long place, int type) {
        filter(ValueHash.present(place));
        if (RowGroup.nested(type)) {
            filter(ValueHash.nested(place));
        }
    }

    /** Notes the attributes of all resources or scopes. */
    void filterOwners(IntLists owners, int owner, int fields) {
        for (int id = 0; id < owners.size(); id++) {
            for (int at = owners.from(id) + fields; at < owners.to(id); at += Owners.ATTRIBUTE_FIELDS) {
                long place = place(owner, Owners.key(owners, at));
                filterKey(place, Owners.type(owners, at));
                if (Owners.type(owners, at) == ValueType.STRING) {
                    filter(place, (int) Owners.value(owners, at));
                }
            }
        }
    }

    /** Notes that there is an attribute column. */
    void filterColumn(ColumnBuffer column) {
        filterKey(place(column.owner, column.key), column.type);
    }

    /** Notes the names that stand in templates, of which they are the first field. */
    void filterNames(IntLists templates, int owner) {
        long place = RowGroup.namePlace(owner);
        for (int id = 0; id < templates.size(); id++) {
            filter(place, templates.item(templates.from(id)));
        }
    }

    private void addToFilter(ColumnBuffer column) {
        if (column.type == ValueType.STRING) {
            long place = place(column.owner, column.key);
            for (int i = 0; i < found; i++) {
                filter(place, distinct[i]);
            }
        } else if (column.role != null && column.role.equals(RowGroup.OTHER)) {
            for (int i = 0; i < found; i++) {
                filterRare(column.owner, distinct[i]);
            }
        } else if (column.role != null && column.role.equals(RowGroup.NAME)) {
            long place = RowGroup.namePlace(column.owner);
            for (int i = 0; i < found; i++) {
                filter(place, distinct[i]);
            }
        }
    }

    private long place(int owner, int key) {
        return ValueHash.place(owner, words.array(), words.offset(key), words.length(key));
    }

    private void filter(long place, int value) {
        filter(ValueHash.value(place, words.array(), words.offset(value), words.length(value)));
    }

    private void filter(long hash) {
        if (filtered == filter.length) {
            filter = Arrays.copyOf(filter, 2 * filtered);
        }
        filter[filtered++] = hash;
    }

    /** Writes the value filter and returns the lengths of its pages. */
    int[] writeFilter(PageSink out) {
        return ValueFilter.write(filter, filtered, page, out);
    }

    private void nextRound() {
        if (seen.length < words.size()) {
            seen = new int[Math.max(words.size(), 2 * seen.length)];
            number = new int[seen.length];
            round = 0;
        }
        round++;
        found = 0;
    }

    private void note(int id) {
        if (seen[id] != round) {
            seen[id] = round;
            number[id] = found;
            if (found == distinct.length) {
                distinct = Arrays.copyOf(distinct, 2 * found);
                uses = Arrays.copyOf(uses, 2 * found);
            }
            distinct[found] = id;
            uses[found++] = 1;
        } else {
            uses[number[id]]++;
        }
    }

    private void byFrequency() {
        long[] order = new long[found];
        for (int i = 0; i < found; i++) {
            order[i] = (long) (Integer.MAX_VALUE - uses[i]) << 32 | i;
        }
        Arrays.sort(order);
        int[] sorted = new int[found];
        for (int i = 0; i < found; i++) {
            sorted[i] = distinct[(int) order[i]];
            number[sorted[i]] = i;
        }
        distinct = found == distinct.length ? sorted : Arrays.copyOf(sorted, distinct.length);
    }
}
