package io.clew.store.block;

import io.clew.model.AttributeTable;
import io.clew.model.SpanBatch;

/**
 * The distinct resources and scopes of a batch, numbered; rows of equal content are one. As lists: dropped count, schema
 * URL, for a scope name and version, then for each attribute key and type ({@code key * 8 + type}) and the value's upper
 * and lower half; texts are the batch's text ids. Reusable.
 */
final class Owners {
    /** Ints before the attributes. */
    static final int RESOURCE_FIELDS = 2;

    static final int SCOPE_FIELDS = 4;

    final IntLists resources = new IntLists();
    final IntLists scopes = new IntLists();
    private int[] resourceOf = new int[16];
    private int[] scopeOf = new int[16];
    private int[] list = new int[64];

    void read(SpanBatch rows) {
        resources.clear();
        scopes.clear();
        resourceOf = room(resourceOf, rows.resourceCount());
        for (int row = 0; row < rows.resourceCount(); row++) {
            list[0] = rows.resourceDropped(row);
            list[1] = rows.resourceSchemaUrl(row);
            resourceOf[row] = resources.intern(list, attributes(rows.resourceAttributes(), row, RESOURCE_FIELDS));
        }
        scopeOf = room(scopeOf, rows.scopeCount());
        for (int row = 0; row < rows.scopeCount(); row++) {
            list[0] = rows.scopeDropped(row);
            list[1] = rows.scopeSchemaUrl(row);
            list[2] = rows.scopeName(row);
            list[3] = rows.scopeVersion(row);
            scopeOf[row] = scopes.intern(list, attributes(rows.scopeAttributes(), row, SCOPE_FIELDS));
        }
    }

    int resource(int row) {
        return resourceOf[row];
    }

    int scope(int row) {
        return scopeOf[row];
    }

    private int attributes(AttributeTable table, int row, int from) {
        int length = from + 3 * table.count(row);
        if (list.length < length) {
            list = java.util.Arrays.copyOf(list, 2 * length);
        }
        int at = from;
        for (int entry = table.from(row), end = table.to(row); entry < end; entry++) {
            list[at++] = table.key(entry) << 3 | table.type(entry);
            list[at++] = (int) (table.value(entry) >>> 32);
            list[at++] = (int) table.value(entry);
        }
        return length;
    }

    private static int[] room(int[] array, int length) {
        return array.length < length ? new int[2 * length] : array;
    }
}
