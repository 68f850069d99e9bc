package io.clew.analysis.trace;

import io.clew.model.AttributeTable;
import io.clew.model.ByteDictionary;
import io.clew.model.SpanBatch;
import io.clew.model.ValueType;
import java.util.Arrays;

/**
 * Finds the {@link Attribute attributes} of one span at a time: one pass over its entries, and each key of a batch is
 * compared with the names only once. Reusable; allocates nothing per span; not thread-safe.
 */
public final class SpanAttributes {
    private static final int NOT_OURS = -1;
    private static final int SWITCHING_PROTOCOLS = 101;

    /** All names, numbered: by name the attribute and, below, how early the name stands in it. */
    private final ByteDictionary names = new ByteDictionary();

    private final int[] attributeOf;
    private final int[] placeOf;
    private SpanBatch batch = new SpanBatch();
    private int generation = -1;
    private int[] known = new int[0];
    private final int[] entry = new int[Attribute.values().length];
    private final int[] place = new int[Attribute.values().length];
    private final TextMarks marks = new TextMarks();
    private int row = -1;

    public SpanAttributes() {
        int count = 0;
        for (Attribute attribute : Attribute.values()) {
            count += attribute.names().size();
        }
        attributeOf = new int[count + 1];
        placeOf = new int[count + 1];
        for (Attribute attribute : Attribute.values()) {
            for (int i = 0; i < attribute.names().size(); i++) {
                int id = names.intern(attribute.names().get(i));
                attributeOf[id] = attribute.ordinal();
                placeOf[id] = i;
            }
        }
    }

    /** Turns to a span. */
    public void bind(SpanBatch spans, int spanRow) {
        if (batch != spans || generation != spans.generation()) {
            batch = spans;
            generation = spans.generation();
            Arrays.fill(known, 0);
            marks.clear();
        }
        int texts = spans.dictionary().size();
        if (known.length < texts) {
            known = Arrays.copyOf(known, Math.max(texts, 2 * known.length));
        }
        row = spanRow;
        Arrays.fill(entry, -1);
        AttributeTable attributes = spans.spanAttributes();
        for (int i = attributes.from(row), to = attributes.to(row); i < to; i++) {
            int name = nameOf(attributes.key(i));
            if (name != NOT_OURS) {
                int attribute = attributeOf[name];
                if (entry[attribute] < 0 || placeOf[name] < place[attribute]) {
                    entry[attribute] = i;
                    place[attribute] = placeOf[name];
                }
            }
        }
    }

    private int nameOf(int key) {
        int name = known[key];
        if (name == 0) {
            ByteDictionary texts = batch.dictionary();
            int found = names.find(texts.array(), texts.offset(key), texts.length(key));
            name = found > 0 ? found : NOT_OURS;
            known[key] = name;
        }
        return name;
    }

    /** Whether the span has the attribute, as a text that is not empty or as an integer. */
    public boolean has(Attribute attribute) {
        return isNumber(attribute) || text(attribute) != 0;
    }

    private boolean isNumber(Attribute attribute) {
        int at = entry[attribute.ordinal()];
        return at >= 0 && batch.spanAttributes().type(at) == ValueType.INT;
    }

    /** The attribute's text as a number in the batch's dictionary; 0 when there is none. */
    public int text(Attribute attribute) {
        int at = entry[attribute.ordinal()];
        return at >= 0 && batch.spanAttributes().type(at) == ValueType.STRING
                ? (int) batch.spanAttributes().value(at)
                : 0;
    }

    /** The attribute as an integer, also when it was sent as text; -1 when there is none. */
    public long number(Attribute attribute) {
        if (isNumber(attribute)) {
            return batch.spanAttributes().value(entry[attribute.ordinal()]);
        }
        int text = text(attribute);
        ByteDictionary texts = batch.dictionary();
        int length = texts.length(text);
        if (text == 0 || length > 9) {
            return -1;
        }
        long value = 0;
        for (int i = texts.offset(text); i < texts.offset(text) + length; i++) {
            int digit = texts.array()[i] - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = 10 * value + digit;
        }
        return value;
    }

    /** Whether the span waits for something to happen, as its attributes say. */
    public boolean waits() {
        return is(Attribute.MESSAGING_OPERATION, TextMarks.RECEIVES)
                || number(Attribute.HTTP_STATUS) == SWITCHING_PROTOCOLS
                || is(Attribute.URL, TextMarks.WATCH_PARAMETER | TextMarks.LONG_POLL_PATH)
                || is(Attribute.ROUTE, TextMarks.LONG_POLL_PATH)
                || is(Attribute.RPC_METHOD, TextMarks.WATCH_METHOD)
                || is(Attribute.DB_OPERATION, TextMarks.BLOCKING_COMMAND) && is(Attribute.DB_SYSTEM, TextMarks.REDIS);
    }

    /** Whether the database the span is about is a cache. */
    public boolean isCache() {
        return is(Attribute.DB_SYSTEM, TextMarks.CACHE);
    }

    private boolean is(Attribute attribute, int wanted) {
        int text = text(attribute);
        return text != 0 && (marks.of(batch.dictionary(), text) & wanted) != 0;
    }
}
