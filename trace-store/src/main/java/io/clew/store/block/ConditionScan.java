package io.clew.store.block;

import io.clew.model.ValueType;
import io.clew.store.ReadControl;
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
import java.util.BitSet;
import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/**
 * Evaluates a condition over the columns of one row group, page by page: on templates, resources and dictionaries once,
 * then on their numbers. A part that header or filter exclude reads no page. For one thread.
 */
final class ConditionScan {
    /** Rows of a page that satisfy a part of the condition. */
    private interface Part {
        /** A fresh set of rows, counted from the page's first. */
        BitSet rows(int page);
    }

    private final RowGroup group;
    private final ConditionSkip skip;
    private final ReadControl control;
    private final Block block;
    private final int firstOrdinal;

    ConditionScan(RowGroup group, ReadControl control, Block block, int firstOrdinal) {
        this.group = group;
        this.skip = new ConditionSkip(group);
        this.control = control;
        this.block = block;
        this.firstOrdinal = firstOrdinal;
    }

    /** Ordinals of the traces that have a row that satisfies the condition. */
    RoaringBitmap matching(SpanCondition condition) {
        RoaringBitmap found = new RoaringBitmap();
        if (condition instanceof Any) {
            found.add((long) firstOrdinal, firstOrdinal + group.traces());
            return found;
        }
        Part part = part(condition);
        for (int page = 0; part != null && page < group.pages(); page++) {
            control.check();
            traces(part.rows(page), page, found);
            control.inspected(group.pageTraces[page + 1] - group.pageTraces[page], rowsOf(page), 0);
        }
        return found;
    }

    private void traces(BitSet rows, int page, RoaringBitmap found) {
        int ordinal = firstOrdinal + group.pageTraces[page];
        int end = 0;
        for (int row = rows.nextSetBit(0); row >= 0; row = rows.nextSetBit(end)) {
            while (row >= end) {
                end += block.spanCount(ordinal++);
            }
            found.add(ordinal - 1);
        }
    }

    private int rowsOf(int page) {
        return group.pageRows[page + 1] - group.pageRows[page];
    }

    /** What finds the rows for a condition; null when there are none. */
    private @Nullable Part part(SpanCondition condition) {
        return switch (condition) {
            case Any _ -> this::all;
            case And and -> {
                List<Part> parts = new ArrayList<>();
                for (SpanCondition each : and.parts()) {
                    Part part = part(each);
                    if (part == null) {
                        yield null;
                    }
                    parts.add(part);
                }
                yield page -> {
                    BitSet rows = all(page);
                    for (int i = 0; i < parts.size() && !rows.isEmpty(); i++) {
                        rows.and(parts.get(i).rows(page));
                    }
                    return rows;
                };
            }
            case Or or -> {
                List<Part> parts = new ArrayList<>();
                for (SpanCondition each : or.parts()) {
                    Part part = part(each);
                    if (part != null) {
                        parts.add(part);
                    }
                }
                yield parts.isEmpty()
                        ? null
                        : page -> {
                            BitSet rows = new BitSet();
                            parts.forEach(part -> rows.or(part.rows(page)));
                            return rows;
                        };
            }
            case Test test -> skip.mayMatch(test) ? test(test) : null;
        };
    }

    private BitSet all(int page) {
        BitSet rows = new BitSet();
        rows.set(0, rowsOf(page));
        return rows;
    }

    private Part test(Test test) {
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
            case Intrinsic.DURATION -> page -> duration(page, value);
            case Intrinsic.SPAN_ID ->
                test.operator() == Operator.EQUAL && test.operand() instanceof Int id
                        ? page -> ids(page, id.value())
                        : this::all;
            case Intrinsic.PARENT_ID ->
                test.operator() == Operator.EQUAL && test.operand() instanceof Int id
                        ? page -> parents(page, id.value())
                        : this::all;
            case Intrinsic.NAME -> text(RowGroup.NAME, RowGroup.SPAN_NAME, value);
            case Intrinsic.STATUS_MESSAGE -> text(RowGroup.MESSAGE, RowGroup.SPAN_MESSAGE, value);
            case Intrinsic.EVENT_NAME -> eventName(value);
            case Intrinsic.KIND, Intrinsic.STATUS, Intrinsic.SCOPE_NAME, Intrinsic.SCOPE_VERSION ->
                byTemplate(skip.templates((Intrinsic) test.field(), value));
        };
    }

    // ---- what templates and resources decide

    private Part byTemplate(boolean[] verdicts) {
        Column templates = group.required(RowGroup.SPAN, RowGroup.TEMPLATE);
        return page -> {
            if (!verdictWithin(verdicts, templates, page)) {
                return new BitSet();
            }
            LongPage ids = templates.longs(page);
            return rows(rowsOf(page), row -> verdicts[ids.id(row)]);
        };
    }

    /** Whether some number a page can hold has the verdict yes. */
    private static boolean verdictWithin(boolean[] verdicts, Column column, int page) {
        for (long id = column.least(page); id <= column.greatest(page); id++) {
            if (verdicts[(int) id]) {
                return true;
            }
        }
        return false;
    }

    private static BitSet rows(int count, IntPredicate holds) {
        BitSet rows = new BitSet(count);
        for (int row = 0; row < count; row++) {
            if (holds.test(row)) {
                rows.set(row);
            }
        }
        return rows;
    }

    private Part byScope(boolean[] verdicts) {
        long[] scopes = group.templates[RowGroup.SPAN][RowGroup.SPAN_SCOPE];
        boolean[] templates = new boolean[scopes.length];
        for (int i = 0; i < templates.length; i++) {
            templates[i] = verdicts[(int) scopes[i]];
        }
        return byTemplate(templates);
    }

    private Part byResource(boolean[] verdicts) {
        return page -> {
            int[] resources = group.pageRows(page).resource();
            return rows(resources.length, row -> verdicts[resources[row]]);
        };
    }

    private Part text(String columnName, int field, ValueTest value) {
        Column column = group.intrinsic(RowGroup.SPAN, columnName);
        if (column == null) {
            return byTemplate(skip.words(group.templates[RowGroup.SPAN][field], value));
        }
        TextVerdicts verdicts = new TextVerdicts(column, value);
        return page -> rows(rowsOf(page), verdicts.of(page));
    }

    private Part eventName(ValueTest value) {
        Column column = group.intrinsic(RowGroup.EVENT, RowGroup.NAME);
        Column templates = group.required(RowGroup.EVENT, RowGroup.TEMPLATE);
        if (column != null) {
            TextVerdicts verdicts = new TextVerdicts(column, value);
            return page -> spansOf(
                    RowGroup.EVENT,
                    page,
                    column.count(page) == 0 ? new BitSet() : rows(column.count(page), verdicts.of(page)));
        }
        boolean[] verdicts = skip.words(group.templates[RowGroup.EVENT][RowGroup.EVENT_NAME], value);
        return page -> {
            LongPage ids = templates.longs(page);
            return spansOf(RowGroup.EVENT, page, rows(ids.count(), row -> verdicts[ids.id(row)]));
        };
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
        PageStarts starts = PageStarts.of(group, page, block, firstOrdinal);
        return rows(lengths.count(), row -> {
            long length = lengths.get(row);
            long start = starts.start()[row];
            return start > 0 && length > 0 && start + length > 0 && starts.hasEnd()[row] ? value.integer(length) : none;
        });
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

    private Part attribute(int owner, String key, ValueTest value) {
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
            } else if (column.named(RowGroup.OTHER.getBytes(StandardCharsets.UTF_8))) {
                int[] occurrences = group.occurrences(column);
                parts.add(page -> column.count(page) == 0
                        ? new BitSet()
                        : holders(column, occurrences, page, rare(column.texts(page), utf8, value)));
            }
        }
        return page -> {
            BitSet rows = new BitSet();
            parts.forEach(part -> rows.or(part.rows(page)));
            return rows;
        };
    }

    private Part values(Column column, ValueTest value) {
        int[] occurrences = group.occurrences(column);
        if (value.always(column.type)) {
            return page -> column.count(page) == 0 ? new BitSet() : holders(column, occurrences, page, at -> true);
        }
        if (column.hasText()) {
            TextVerdicts verdicts = new TextVerdicts(column, value);
            return page -> column.count(page) == 0 || !verdicts.any(page)
                    ? new BitSet()
                    : holders(column, occurrences, page, verdicts.of(page));
        }
        return page -> {
            if (column.count(page) == 0
                    || column.type == ValueType.INT && !value.anyInteger(column.least(page), column.greatest(page))) {
                return new BitSet();
            }
            LongPage numbers = column.longs(page);
            return holders(column, occurrences, page, at -> value.number(column.type, numbers.get(at)));
        };
    }

    /** The spans of a page that own a value, of this column, that holds. */
    private BitSet holders(Column column, int[] occurrences, int page, IntPredicate holds) {
        LongPage templates = group.templatesOf(column.owner, page);
        BitSet rows = new BitSet();
        int at = 0;
        for (int row = 0; row < templates.count(); row++) {
            for (int i = occurrences[templates.id(row)]; i > 0; i--) {
                if (holds.test(at++)) {
                    rows.set(row);
                }
            }
        }
        return column.owner == RowGroup.SPAN ? rows : spansOf(column.owner, page, rows);
    }

    private static IntPredicate rare(TextPage values, byte[] key, ValueTest value) {
        return at -> {
            int id = values.id(at);
            Texts texts = values.texts();
            ByteSource in = new ByteSource(texts.bytes, texts.offset(id), texts.offset(id) + texts.length(id));
            int length = in.count(in.remaining());
            int from = in.skip(length);
            int type = in.u8();
            if (!value.compares(type)
                    || !java.util.Arrays.equals(texts.bytes, from, from + length, key, 0, key.length)) {
                return false;
            }
            return value.always(type)
                    || (type == ValueType.STRING
                            ? value.text(texts.bytes, in.at, in.remaining())
                            : value.number(type, in.zigzag()));
        };
    }

    /** Which texts of a column satisfy a test: worked out once for a dictionary. */
    private static final class TextVerdicts {
        private final Column column;
        private final ValueTest value;
        private boolean @Nullable [] verdicts;

        TextVerdicts(Column column, ValueTest value) {
            this.column = column;
            this.value = value;
        }

        private boolean[] verdicts() {
            boolean[] known = verdicts;
            if (known == null) {
                Texts dictionary = column.dictionary();
                known = new boolean[dictionary.size()];
                for (int id = 0; id < known.length; id++) {
                    known[id] = value.text(dictionary, id);
                }
                verdicts = known;
            }
            return known;
        }

        /** Whether some text a page can hold satisfies it; without a dictionary, always. */
        boolean any(int page) {
            return column.encoding != RowGroup.DICTIONARY || verdictWithin(verdicts(), column, page);
        }

        IntPredicate of(int page) {
            if (column.encoding == RowGroup.DICTIONARY) {
                boolean[] known = verdicts();
                LongPage ids = column.longs(page);
                return at -> known[ids.id(at)];
            }
            Texts texts = column.texts(page).texts();
            return at -> value.text(texts, at);
        }
    }
}
