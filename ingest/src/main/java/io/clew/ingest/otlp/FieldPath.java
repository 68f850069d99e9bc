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
        } catch (WireException e) {
            // What cannot be walked any further is what is being described: the path so far is the answer.
        }
        return path.path.toString();
    }

    private void descend(Message outermost, int from, int end) throws WireException {
        @Nullable Message message = outermost;
        int p = from;
        int stop = end;
        int[] seen = new int[32];
        while (message != null && p < stop) {
            int tagAt = p;
            int tag = (int) Wire.varint(a, p, stop);
            p = Wire.afterVarint(a, p);
            int number = tag >>> 3;
            String name = message.field(number);
            boolean child = (tag & 7) == Wire.LENGTH && message.child(number) != null;
            int next;
            try {
                next = Wire.skip(a, tag, tagAt, p, stop);
            } catch (WireException e) {
                append(name, number, seen);
                throw e;
            }
            if (offset < next) {
                append(name, number, seen);
                if (!child || offset < (int) Wire.content(a, p, stop)) {
                    return;
                }
                p = (int) Wire.content(a, p, stop);
                stop = next;
                message = message.child(number);
                seen = new int[32];
            } else {
                if (number < seen.length) {
                    seen[number]++;
                }
                p = next;
            }
        }
    }

    private void append(@Nullable String name, int number, int[] seen) {
        if (name == null || ++named > LONGEST) {
            return;
        }
        if (named == LONGEST) {
            path.append("...");
            return;
        }
        if (!path.isEmpty()) {
            path.append('.');
        }
        boolean repeated = name.endsWith("[]");
        String plain = repeated ? name.substring(0, name.length() - 2) : name;
        path.append(camelCase ? camel(plain) : plain);
        if (repeated) {
            path.append('[').append(seen[number]).append(']');
        }
    }

    private static String camel(String name) {
        StringBuilder out = new StringBuilder(name.length());
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            out.append(c == '_' ? Character.toUpperCase(name.charAt(++i)) : c);
        }
        return out.toString();
    }
}
