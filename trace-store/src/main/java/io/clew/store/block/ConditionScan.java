package io.clew.store.block;

import io.clew.model.ValueType;
import io.clew.store.SpanCondition;
import io.clew.store.SpanCondition.And;
import io.clew.store.SpanCondition.Any;
import io.clew.store.SpanCondition.Attribute;
import io.clew.store.SpanCondition.Int;
import io.clew.store.SpanCondition.Intrinsic;
import io.clew.store.SpanCondition.Operator;
import io.clew.store.SpanCondition.Or;
import io.clew.store.SpanCondition.Test;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Evaluates a condition over the columns of one row group, page by page: on templates, resources and dictionaries once,
 * then on their numbers. A part that header or filter exclude reads no page, and which span has a value is worked out only
 * where a value satisfies. Thread-safe.
 */
final class ConditionScan {
    /** Rows of a page that satisfy a part of the condition. */
    private interface Rows {
        /** A fresh set of rows, counted from the page's first. */
        BitSet of(int page);

        /** Takes the rows that do not satisfy out of a set. */
        default void retain(int page, BitSet rows) {
            rows.and(of(page));
        }
    }

    /**
     * A part of the condition.
     *
     * @param bytes of the columns that are read for it: of several parts that must hold, one that reads little spares others
     */
    private record Part(long bytes, Rows rows) {}

    private final RowGroup group;
    private final ConditionSkip skip;
    private final Block block;
    private final int firstOrdinal;
    private final Map<Column, Owning> owningOf = new ConcurrentHashMap<>();
    private final @Nullable Part whole;

    ConditionScan(RowGroup group, Block block, int firstOrdinal, SpanCondition condition) {
        this.group = group;
        this.skip = new ConditionSkip(group);
        this.block = block;
        this.firstOrdinal = firstOrdinal;
        this.whole = part(condition);
    }

    /** Whether certainly no row of the group satisfies the condition. */
    boolean never() {
        return whole == null;
    }

    /** The rows of a page, counted from its first, that satisfy the condition. */
    BitSet rows(int page) {
        return whole == null ? new BitSet() : whole.rows.of(page);
    }

    private int rowsOf(int page) {
        return group.pageRows[page + 1] - group.pageRows[page];
    }

    /** What finds the rows for a condition; null when there are none. */
    private @Nullable Part part(SpanCondition condition) {
        return switch (condition) {
            case Any _ -> new Part(0, this::all);
            case And and -> {
                List<Part> parts = new ArrayList<>();
                for (SpanCondition each : and.parts()) {
                    Part part = part(each);
                    if (part == null) {
                        yield null;
                    }
                    parts.add(part);
                }
                parts.sort(Comparator.comparingLong(Part::bytes));
                yield new Part(bytes(parts), page -> {
                    BitSet rows =
                            parts.isEmpty() ? all(page) : parts.getFirst().rows.of(page);
                    for (int i = 1; i < parts.size() && !rows.isEmpty(); i++) {
                        parts.get(i).rows.retain(page, rows);
                    }
                    return rows;
                });
            }
            case Or or -> {
                List<Part> parts = new ArrayList<>();
                for (SpanCondition each : or.parts()) {
                    Part part = part(each);
                    if (part != null) {
                        parts.add(part);
                    }
                }
                yield any(parts);
            }
            case Test test -> skip.mayMatch(test) ? test(test) : null;
        };
    }

    private static @Nullable Part any(List<Part> parts) {
        return switch (parts.size()) {
            case 0 -> null;
            case 1 -> parts.getFirst();
            default ->
                new Part(bytes(parts), page -> {
                    BitSet rows = new BitSet();
                    parts.forEach(part -> rows.or(part.rows.of(page)));
                    return rows;
                });
        };
    }

    private static long bytes(List<Part> parts) {
        return parts.stream().mapToLong(Part::bytes).sum();
    }

    private static long bytes(Column column) {
        return column.endsAt - column.beginsAt();
    }

    private BitSet all(int page) {
        BitSet rows = new BitSet();
        rows.set(0, rowsOf(page));
        return rows;
    }

    private @Nullable Part test(Test test) {
        ValueTest value = new ValueTest(test.operator(), test.operand());
        return switch (test.field()) {
            case Attribute attribute ->
                switch (attribute.scope()) {
                    case SPAN -> attribute(RowGroup.SPAN, attribute.key(), value);
                    case EVENT -> attribute(RowGroup.EVENT, attribute.key(), value);
                    case LINK -> attribute(RowGroup.LINK, attribute.key(), value);
                    case RESOURCE -> byResource(skip.owners(group.resources, attribute.key(), value));
                    case INSTRUMENTATION -> byScope(skip.owners(group.scopes, attribute.key(), value));
                };
            case Intrinsic.DURATION ->
                new Part(bytes(group.required(RowGroup.SPAN, RowGroup.DURATION)), page -> duration(page, value));
            case Intrinsic.SPAN_ID ->
                test.operator() == Operator.EQUAL && test.operand() instanceof Int(long id)
                        ? new Part(8L * group.rows, page -> ids(page, id))
                        : new Part(0, this::all);
            case Intrinsic.PARENT_ID ->
                test.operator() == Operator.EQUAL && test.operand() instanceof Int(long id)
                        ? new Part(8L * group.rows, page -> parents(page, id))
                        : new Part(0, this::all);
            case Intrinsic.NAME -> text(RowGroup.NAME, RowGroup.SPAN_NAME, value);
            case Intrinsic.STATUS_MESSAGE -> text(RowGroup.MESSAGE, RowGroup.SPAN_MESSAGE, value);
            case Intrinsic.EVENT_NAME -> eventName(value);
            case Intrinsic.KIND, Intrinsic.STATUS, Intrinsic.SCOPE_NAME, Intrinsic.SCOPE_VERSION ->
                byTemplate(skip.templates((Intrinsic) test.field(), value));
        };
    }

    // ---- what templates and resources decide

    private Part byTemplate(BitSet templates) {
        Column column = group.required(RowGroup.SPAN, RowGroup.TEMPLATE);
        return new Part(bytes(column), new NumberRows(column, templates));
    }

    /** The rows of which the number is in a set. */
    private record NumberRows(Column column, BitSet numbers) implements Rows {
        @Override
        public BitSet of(int page) {
            return mayHold(column, numbers, page) ? column.longs(page).in(numbers) : new BitSet();
        }

        @Override
        public void retain(int page, BitSet rows) {
            if (mayHold(column, numbers, page)) {
                column.longs(page).retain(rows, numbers);
            } else {
                rows.clear();
            }
        }
    }

    /** Whether some number that a page can hold is in the set. */
    private static boolean mayHold(Column column, BitSet numbers, int page) {
        int next = numbers.nextSetBit((int) column.least(page));
        return next >= 0 && next <= column.greatest(page);
    }

    private Part byScope(BitSet scopes) {
        long[] scopeOf = group.templates[RowGroup.SPAN][RowGroup.SPAN_SCOPE];
        BitSet templates = new BitSet();
        for (int i = 0; i < scopeOf.length; i++) {
            templates.set(i, scopes.get((int) scopeOf[i]));
        }
        return byTemplate(templates);
    }

    /** Mostly one place in a program runs under one service, so that the template alone decides. */
    private Part byResource(BitSet resources) {
        BitSet certain = new BitSet();
        BitSet possible = new BitSet();
        for (int template = 0; template < group.candidates.length; template++) {
            boolean every = true;
            for (int resource : group.candidates[template]) {
                if (resources.get(resource)) {
                    possible.set(template);
                } else {
                    every = false;
                }
            }
            certain.set(template, every && possible.get(template));
        }
        Part decided = byTemplate(possible);
        BitSet open = (BitSet) possible.clone();
        open.andNot(certain);
        if (open.isEmpty()) {
            return decided;
        }
        Column templates = group.required(RowGroup.SPAN, RowGroup.TEMPLATE);
        Column ranks = group.required(RowGroup.SPAN, RowGroup.RESOURCE);
        return new Part(bytes(templates) + bytes(ranks), page -> {
            BitSet rows = decided.rows.of(page);
            if (!rows.isEmpty() && mayHold(templates, open, page)) {
                LongPage template = templates.longs(page);
                LongPage rank = ranks.longs(page);
                for (int row = rows.nextSetBit(0); row >= 0; row = rows.nextSetBit(row + 1)) {
                    int id = template.id(row);
                    if (open.get(id) && !resources.get(group.candidates[id][rank.id(row)])) {
                        rows.clear(row);
                    }
                }
            }
            return rows;
        });
    }

    private Part text(String columnName, int field, ValueTest value) {
        Column column = group.intrinsic(RowGroup.SPAN, columnName);
        if (column == null) {
            return byTemplate(skip.words(group.templates[RowGroup.SPAN][field], value));
        }
        return new Part(bytes(column), new TextRows(column, value)::of);
    }

    private Part eventName(ValueTest value) {
        Column column = group.intrinsic(RowGroup.EVENT, RowGroup.NAME);
        if (column != null) {
            TextRows events = new TextRows(column, value);
            return new Part(bytes(column), page -> spansOf(RowGroup.EVENT, page, events.of(page)));
        }
        Column templates = group.required(RowGroup.EVENT, RowGroup.TEMPLATE);
        BitSet named = skip.words(group.templates[RowGroup.EVENT][RowGroup.EVENT_NAME], value);
        return new Part(
                bytes(templates),
                page -> spansOf(RowGroup.EVENT, page, templates.longs(page).in(named)));
    }

    /** The spans that have these events or links. */
    private BitSet spansOf(int owner, int page, BitSet owned) {
        BitSet rows = new BitSet();
        if (owned.isEmpty()) {
            return rows;
        }
        long[] counts =
                group.templates[RowGroup.SPAN][owner == RowGroup.EVENT ? RowGroup.SPAN_EVENTS : RowGroup.SPAN_LINKS];
        LongPage templates = group.templatesOf(RowGroup.SPAN, page);
        int next = 0;
        for (int row = 0; row < templates.count(); row++) {
            int count = (int) counts[templates.id(row)];
            if (count > 0) {
                int found = owned.nextSetBit(next);
                next += count;
                if (found >= 0 && found < next) {
                    rows.set(row);
                }
            }
        }
        return rows;
    }

    // ---- times and ids

    private BitSet duration(int page, ValueTest value) {
        Column column = group.required(RowGroup.SPAN, RowGroup.DURATION);
        boolean none = value.integer(0);
        if (!none && !value.anyInteger(column.least(page), column.greatest(page))) {
            return new BitSet();
        }
        LongPage lengths = column.longs(page);
        if (PageStarts.allValid(group, page, block, firstOrdinal)) {
            return value.isRange()
                    ? lengths.within(none ? Long.MIN_VALUE : Math.max(1, value.least()), value.greatest())
                    : lengths.matching(length -> value.integer(Math.max(0, length)));
        }
        PageStarts starts = PageStarts.of(group, page, block, firstOrdinal);
        BitSet rows = new BitSet();
        for (int row = 0; row < lengths.count(); row++) {
            long length = lengths.get(row);
            long start = starts.start()[row];
            boolean valid = start > 0 && length > 0 && start + length > 0 && starts.hasEnd()[row];
            rows.set(row, valid ? value.integer(length) : none);
        }
        return rows;
    }

    private BitSet ids(int page, long id) {
        BitSet rows = new BitSet();
        int first = group.pageRows[page];
        for (int row = first; row < group.pageRows[page + 1]; row++) {
            if (group.spanId(row) == id) {
                rows.set(row - first);
            }
        }
        return rows;
    }

    private BitSet parents(int page, long id) {
        LongPage codes = group.required(RowGroup.SPAN, RowGroup.PARENT).longs(page);
        LongPage elsewhere = group.required(RowGroup.SPAN, RowGroup.PARENT_ID).longs(page);
        BitSet rows = new BitSet();
        int next = 0;
        for (int row = 0; row < codes.count(); row++) {
            long code = codes.get(row);
            long parent;
            if (code == RowGroup.NO_PARENT) {
                parent = 0;
            } else if (code == RowGroup.PARENT_ELSEWHERE) {
                parent = elsewhere.get(next++);
            } else {
                long zigzag = code - RowGroup.PARENT_NEAR;
                parent = group.spanId((int) (group.pageRows[page] + row - (zigzag >>> 1 ^ -(zigzag & 1))));
            }
            if (parent == id) {
                rows.set(row);
            }
        }
        return rows;
    }

    // ---- attributes

    private @Nullable Part attribute(int owner, String key, ValueTest value) {
        byte[] utf8 = key.getBytes(StandardCharsets.UTF_8);
        List<Part> parts = new ArrayList<>();
        for (Column column : group.columns) {
            if (column.owner != owner) {
                continue;
            }
            if (column.isAttribute()) {
                if (value.compares(column.type) && column.named(utf8)) {
                    parts.add(values(column, value));
                }
            } else if (column.named(RowGroup.OTHER_UTF8)) {
                parts.add(new Part(
                        bytes(column),
                        page -> column.count(page) == 0
                                ? new BitSet()
                                : holders(column, page, rare(column.texts(page), column.count(page), utf8, value))));
            }
        }
        return any(parts);
    }

    private Part values(Column column, ValueTest value) {
        if (value.always(column.type)) {
            return new Part(bytes(group.required(column.owner, RowGroup.TEMPLATE)), page -> {
                BitSet values = new BitSet();
                values.set(0, column.count(page));
                return holders(column, page, values);
            });
        }
        if (column.hasText()) {
            TextRows texts = new TextRows(column, value);
            return new Part(bytes(column), page -> holders(column, page, texts.of(page)));
        }
        return new Part(bytes(column), page -> holders(column, page, numbers(column, value, page)));
    }

    private static BitSet numbers(Column column, ValueTest value, int page) {
        if (column.count(page) == 0
                || column.type == ValueType.INT && !value.anyInteger(column.least(page), column.greatest(page))) {
            return new BitSet();
        }
        LongPage numbers = column.longs(page);
        return column.type == ValueType.INT && value.isRange()
                ? numbers.within(value.least(), value.greatest())
                : numbers.matching(number -> value.number(column.type, number));
    }

    /** The spans of a page that own one of these values of the column. */
    private BitSet holders(Column column, int page, BitSet values) {
        if (values.isEmpty()) {
            return values;
        }
        Owning owning = owningOf.computeIfAbsent(column, this::owning);
        BitSet rows = owning.once == null
                ? owning.rows(group.templatesOf(column.owner, page), values)
                : group.valueRows(column, page, owning.once).of(values);
        return column.owner == RowGroup.SPAN ? rows : spansOf(column.owner, page, rows);
    }

    private Owning owning(Column column) {
        int[] occurrences = group.occurrences(column);
        BitSet once = new BitSet();
        for (int template = 0; template < occurrences.length; template++) {
            once.set(template, occurrences[template] > 0);
        }
        return new Owning(occurrences, Arrays.stream(occurrences).allMatch(times -> times <= 1) ? once : null);
    }

    /**
     * Which templates have values of a column.
     *
     * @param occurrences how many, by template
     * @param once the templates that have one; null when some have several
     */
    private record Owning(int[] occurrences, @Nullable BitSet once) {
        /** The rows that have one of these values, of which there is one at least. */
        BitSet rows(LongPage templates, BitSet values) {
            BitSet rows = new BitSet();
            int next = values.nextSetBit(0);
            for (int row = 0, at = 0; next >= 0; row++) {
                at += occurrences[templates.id(row)];
                if (at > next) {
                    rows.set(row);
                    next = values.nextSetBit(at);
                }
            }
            return rows;
        }
    }

    private static BitSet rare(TextPage values, int count, byte[] key, ValueTest value) {
        BitSet found = new BitSet();
        for (int at = 0; at < count; at++) {
            found.set(at, isRare(values, at, key, value));
        }
        return found;
    }

    private static boolean isRare(TextPage values, int at, byte[] key, ValueTest value) {
        int id = values.id(at);
        Texts texts = values.texts();
        ByteSource in = new ByteSource(texts.bytes, texts.offset(id), texts.offset(id) + texts.length(id));
        int length = in.count(in.remaining());
        int from = in.skip(length);
        int type = in.u8();
        if (!value.compares(type) || !Arrays.equals(texts.bytes, from, from + length, key, 0, key.length)) {
            return false;
        }
        return value.always(type)
                || (type == ValueType.STRING
                        ? value.text(texts.bytes, in.at, in.remaining())
                        : value.number(type, in.zigzag()));
    }

    /** The values of a text column that satisfy a test; of a dictionary that is found out once. */
    private static final class TextRows {
        private final Column column;
        private final ValueTest value;
        private volatile @Nullable BitSet ofDictionary;

        TextRows(Column column, ValueTest value) {
            this.column = column;
            this.value = value;
        }

        BitSet of(int page) {
            if (column.count(page) == 0) {
                return new BitSet();
            }
            if (column.encoding != RowGroup.DICTIONARY) {
                return TextScan.matching(column.texts(page).texts(), value);
            }
            BitSet known = ofDictionary;
            if (known == null) {
                known = TextScan.matching(column.dictionary(), value);
                ofDictionary = known;
            }
            return mayHold(column, known, page) ? column.longs(page).in(known) : new BitSet();
        }
    }
}
