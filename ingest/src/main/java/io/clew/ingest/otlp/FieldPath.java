package io.clew.ingest.otlp;

import org.jspecify.annotations.Nullable;

/**
 * Names the field at an offset of a request, as in {@code resource_spans[0].scope_spans[2].spans[17].name}. Walks the
 * request again from its beginning, so that the first walk need not keep track of where it is. For one use.
 */
final class FieldPath {
    /** Fields named of a path that is longer. */
    private static final int LONGEST = 12;

    private final byte[] a;
    private final int offset;
    private final boolean camelCase;
    private final StringBuilder path = new StringBuilder();
    private int named;

    private FieldPath(byte[] a, int offset, boolean camelCase) {
        this.a = a;
        this.offset = offset;
        this.camelCase = camelCase;
    }

    /**
     * The path of the innermost known field whose bytes contain {@code offset}; empty when that is the request itself.
     *
     * @param camelCase names as in JSON
     */
    static String at(byte[] body, int from, int end, int offset, boolean camelCase) {
        FieldPath path = new FieldPath(body, offset, camelCase);
        try {
            path.descend(Message.REQUEST, from, end);
        } catch (FormatException e) {
            // What cannot be walked any further is what is being described: the path so far is the answer.
        }
        return path.path.toString();
    }

    private void descend(Message outermost, int from, int end) throws FormatException {
        @Nullable Message message = outermost;
        int p = from;
        int stop = end;
        int[] seen = new int[Message.MAX_FIELDS];
        while (message != null && p < stop) {
            int tagAt = p;
            int tag = (int) Wire.varint(a, p, stop);
            p = Wire.afterVarint(a, p);
            int number = tag >>> 3;
            Message.Field field = message.field(number);
            Message child = (tag & 7) == Wire.LENGTH && field != null ? field.message() : null;
            int next;
            try {
                next = Wire.skip(a, tag, tagAt, p, stop);
            } catch (FormatException e) {
                append(field, seen);
                throw e;
            }
            if (offset < next) {
                append(field, seen);
                if (child == null || offset < (int) Wire.content(a, p, stop)) {
                    return;
                }
                p = (int) Wire.content(a, p, stop);
                stop = next;
                message = child;
                seen = new int[Message.MAX_FIELDS];
            } else {
                if (field != null) {
                    seen[number]++;
                }
                p = next;
            }
        }
    }

    private void append(Message.@Nullable Field field, int[] seen) {
        if (field == null || ++named > LONGEST) {
            return;
        }
        if (named == LONGEST) {
            path.append("...");
            return;
        }
        if (!path.isEmpty()) {
            path.append('.');
        }
        path.append(camelCase ? field.jsonName() : field.name());
        if (field.repeated()) {
            path.append('[').append(seen[field.number()]).append(']');
        }
    }
}
