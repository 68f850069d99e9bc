package io.clew.store.block;

import io.clew.model.ValueType;

/** One column of a row group as its header describes it. Never changes. */
final class Column {
    final int number;
    final int owner;
    /** {@link ValueType} of an attribute, or {@link RowGroup#INTRINSIC}. */
    final int type;
    /** Word: the attribute's key, or the column's name. */
    final int key;

    final int encoding;
    /** First byte after the column's pages. */
    final long endsAt;

    private final RowGroup group;
    private final int dictionarySize;
    private final long dictionaryAt;
    private final int dictionaryLength;
    private final int[] counts;
    private final long[] least;
    private final long[] range;
    private final long[] at;
    private final int[] lengths;

    Column(RowGroup group, int number, ByteSource in, long startsAt, int pages) {
        this.group = group;
        this.number = number;
        owner = in.u8();
        type = in.u8();
        key = in.count(group.words.size() - 1L);
        encoding = in.u8();
        if (owner > RowGroup.LINK || encoding < RowGroup.LONGS || encoding > RowGroup.TEXTS) {
            throw new IllegalStateException("a column of owner " + owner + " in encoding " + encoding);
        }
        long next = startsAt;
        dictionaryAt = next;
        if (encoding == RowGroup.DICTIONARY) {
            dictionarySize = in.count(Integer.MAX_VALUE / 8);
            dictionaryLength = in.count(group.file.size);
            next += dictionaryLength == 0 ? 0 : dictionaryLength + BlockFile.CHECKSUM;
        } else {
            dictionarySize = 0;
            dictionaryLength = 0;
        }
        counts = new int[pages];
        least = new long[pages];
        range = new long[pages];
        at = new long[pages];
        lengths = new int[pages];
        for (int p = 0; p < pages; p++) {
            counts[p] = in.count(Integer.MAX_VALUE - 8);
            at[p] = next;
            if (counts[p] == 0) {
                continue;
            }
            if (encoding != RowGroup.TEXTS) {
                least[p] = in.zigzag();
                range[p] = in.varint();
            }
            if (encoding == RowGroup.TEXTS || range[p] != 0) {
                lengths[p] = in.count(group.file.size);
                next += lengths[p] + BlockFile.CHECKSUM;
            }
        }
        endsAt = next;
    }

    boolean named(byte[] utf8) {
        return group.words.equal(key, utf8);
    }

    boolean isAttribute() {
        return type != RowGroup.INTRINSIC;
    }

    boolean hasText() {
        return encoding != RowGroup.LONGS;
    }

    int pages() {
        return counts.length;
    }

    long beginsAt() {
        return dictionaryAt;
    }

    /** Values in a page. */
    int count(int page) {
        return counts[page];
    }

    /** Smallest number in a page that has any; of a column with a dictionary, the smallest id. */
    long least(int page) {
        return least[page];
    }

    long greatest(int page) {
        return least[page] + range[page];
    }

    /** Visits the dictionary and every page there is. */
    void eachPage(RowGroup.PageVisitor visitor) {
        String name = BlockCheck.describe(group, this);
        if (dictionaryLength > 0) {
            visitor.page(dictionaryAt, dictionaryLength, "dictionary of " + name);
        }
        for (int p = 0; p < lengths.length; p++) {
            if (lengths[p] > 0) {
                visitor.page(at[p], lengths[p], "page " + p + " of " + name);
            }
        }
    }

    /** The numbers of a page; ids of a column with a dictionary. */
    LongPage longs(int page) {
        int count = counts[page];
        if (count == 0 || range[page] == 0) {
            return LongPage.constant(least[page], count);
        }
        return group.file.page(
                at[page],
                lengths[page],
                in -> LongCodec.decode(in, count, least[page], range[page], group.file.cache.decompression()));
    }

    /** The distinct texts of a column with a dictionary. */
    Texts dictionary() {
        return group.file.page(
                dictionaryAt, dictionaryLength, in -> Texts.read(in, dictionarySize, group.file.cache.decompression()));
    }

    /** The texts of a page that has any. */
    TextPage texts(int page) {
        if (encoding == RowGroup.DICTIONARY) {
            return new TextPage(dictionary(), longs(page));
        }
        return new TextPage(
                group.file.page(
                        at[page], lengths[page], in -> Texts.read(in, counts[page], group.file.cache.decompression())),
                null);
    }
}
