package io.clew.analysis.cell;

import io.clew.model.ByteDictionary;
import java.util.Arrays;
import java.util.List;

/**
 * The serialised form of a cell, version 1; {@code docs/formats/cell.md} gives it byte by byte. Equal contents have equal
 * bytes: only texts in use are written, in order of their bytes, and rows in order of their keys. Whatever bytes it is
 * given, {@link #read} returns a cell that writes the same bytes again, or throws {@link CellFormatException}.
 */
public final class CellFormat {
    /** The version written; others are refused. */
    public static final int VERSION = 1;

    private CellFormat() {}

    public static byte[] write(Cell cell) {
        boolean[] used = new boolean[cell.words().size()];
        for (int i = 0; i < cell.shapes().size(); i++) {
            cell.table(i).settle();
            cell.table(i).markUsed(used);
        }
        used[0] = false;
        CellWriter out = new CellWriter();
        out.varint(VERSION);
        out.varint(cell.isSealed() ? 1 : 0);
        out.zigzag(cell.minute());
        int[] numbers = writeWords(cell.words(), used, out);
        out.varint(cell.shapes().size());
        for (int i = 0; i < cell.shapes().size(); i++) {
            write(cell.table(i), numbers, cell.isSealed(), out);
        }
        return out.finish();
    }

    /** Writes the words in use and returns the number each has in the file; the empty text is 0 and not written. */
    private static int[] writeWords(Words words, boolean[] used, CellWriter out) {
        Integer[] order = new Integer[used.length];
        int count = 0;
        for (int id = 1; id < used.length; id++) {
            if (used[id]) {
                order[count++] = id;
            }
        }
        Arrays.sort(order, 0, count, words::compare);
        out.varint(count);
        int[] numbers = new int[used.length];
        ByteDictionary texts = words.texts();
        for (int i = 0; i < count; i++) {
            int id = order[i];
            numbers[id] = i + 1;
            out.varint(texts.length(id));
            out.bytes(texts.array(), texts.offset(id), texts.length(id));
        }
        return numbers;
    }

    private static void write(Table table, int[] numbers, boolean sealed, CellWriter out) {
        Integer[] order = table.byKey();
        out.varint(order.length);
        for (int row : order) {
            for (int part = 0; part < table.shape().width(); part++) {
                int value = table.key(row, part);
                out.varint(table.shape().isText(part) ? numbers[value] : value);
            }
            table.row(row).write(out, sealed);
        }
        Row other = table.otherRow();
        out.varint(other == null ? 0 : 1);
        if (other != null) {
            other.write(out, sealed);
        }
    }

    /**
     * Reads a cell.
     *
     * @param shapes of the tables the cell must have
     * @throws CellFormatException naming what is wrong and where
     */
    public static Cell read(byte[] bytes, List<TableShape> shapes) {
        CellReader in = new CellReader(bytes);
        long version = in.varint();
        if (version != VERSION) {
            throw in.wrong("version " + Long.toUnsignedString(version) + ", this is for version " + VERSION);
        }
        boolean sealed = in.count(1) == 1;
        Cell cell = new Cell(shapes, in.zigzag());
        int words = readWords(in, cell);
        if (in.varint() != shapes.size()) {
            throw in.wrong("expected " + shapes.size() + " tables");
        }
        boolean[] used = new boolean[words + 1];
        for (int i = 0; i < shapes.size(); i++) {
            read(in, cell.table(i), words, sealed);
            cell.table(i).markUsed(used);
        }
        for (int word = 1; word <= words; word++) {
            if (!used[word]) {
                throw in.wrong("word " + word + " is in no key");
            }
        }
        in.expectEnd();
        if (sealed) {
            cell.seal();
        }
        return cell;
    }

    private static int readWords(CellReader in, Cell cell) {
        int count = in.count(in.remaining());
        for (int word = 1; word <= count; word++) {
            int length = in.count(Words.LONGEST);
            int at = in.skip(length);
            if (cell.word(in.array(), at, length) != word
                    || word > 1 && cell.words().compare(word - 1, word) >= 0) {
                throw in.wrong("word " + word + " is not in order");
            }
        }
        return count;
    }

    private static void read(CellReader in, Table table, int words, boolean sealed) {
        TableShape shape = table.shape();
        int rows = in.count(shape.limit());
        int[] key = new int[shape.width()];
        for (int row = 0; row < rows; row++) {
            for (int part = 0; part < key.length; part++) {
                key[part] = in.count(shape.isText(part) ? words : Integer.MAX_VALUE);
            }
            table.put(key, Row.read(in, shape, sealed));
            if (row > 0 && table.compareKeys(row - 1, row) >= 0) {
                throw in.wrong("row " + row + " of " + shape.name() + " is not in order");
            }
        }
        if (in.count(1) == 1) {
            if (rows < shape.limit()) {
                throw in.wrong(shape.name() + " has an other row and only " + rows + " of " + shape.limit() + " rows");
            }
            table.restoreOther(Row.read(in, shape, sealed));
        }
    }
}
