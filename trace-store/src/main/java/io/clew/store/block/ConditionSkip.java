package io.clew.store.block;

import io.clew.model.SpanKind;
import io.clew.model.StatusCode;
import io.clew.model.ValueType;
import io.clew.store.SpanCondition;
import io.clew.store.SpanCondition.And;
import io.clew.store.SpanCondition.Any;
import io.clew.store.SpanCondition.Attribute;
import io.clew.store.SpanCondition.Intrinsic;
import io.clew.store.SpanCondition.Or;
import io.clew.store.SpanCondition.Test;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;

/** Tells from header and value filter alone whether a row group may have a span that satisfies a condition. Stateless. */
final class ConditionSkip {
    private final RowGroup group;

    ConditionSkip(RowGroup group) {
        this.group = group;
    }

    boolean mayMatch(SpanCondition condition) {
        return switch (condition) {
            case Any _ -> true;
            case And and -> {
                for (SpanCondition part : and.parts()) {
                    if (!mayMatch(part)) {
                        yield false;
                    }
                }
                yield true;
            }
            case Or or -> {
                for (SpanCondition part : or.parts()) {
                    if (mayMatch(part)) {
                        yield true;
                    }
                }
                yield false;
            }
            case Test test -> mayMatch(test);
        };
    }

    boolean mayMatch(Test test) {
        ValueTest value = new ValueTest(test.operator(), test.operand());
        return switch (test.field()) {
            case Attribute attribute ->
                switch (attribute.scope()) {
                    case SPAN -> attribute(RowGroup.SPAN, attribute.key(), value);
                    case EVENT -> attribute(RowGroup.EVENT, attribute.key(), value);
                    case LINK -> attribute(RowGroup.LINK, attribute.key(), value);
                    case RESOURCE ->
                        !owners(group.resources, attribute.key(), value).isEmpty();
                    case INSTRUMENTATION ->
                        !owners(group.scopes, attribute.key(), value).isEmpty();
                };
            case Intrinsic.DURATION -> duration(value);
            case Intrinsic.SPAN_ID, Intrinsic.PARENT_ID -> true;
            case Intrinsic.NAME -> text(RowGroup.SPAN, RowGroup.NAME, RowGroup.SPAN_NAME, value);
            case Intrinsic.EVENT_NAME -> text(RowGroup.EVENT, RowGroup.NAME, RowGroup.EVENT_NAME, value);
            case Intrinsic.STATUS_MESSAGE -> text(RowGroup.SPAN, RowGroup.MESSAGE, RowGroup.SPAN_MESSAGE, value);
            case Intrinsic.KIND, Intrinsic.STATUS, Intrinsic.SCOPE_NAME, Intrinsic.SCOPE_VERSION ->
                !templates((Intrinsic) test.field(), value).isEmpty();
        };
    }

    private boolean attribute(int owner, String key, ValueTest value) {
        byte[] utf8 = key.getBytes(StandardCharsets.UTF_8);
        long place = ValueHash.place(owner, utf8, 0, utf8.length);
        boolean filtered = value.isTextEquality() && !inFilter(place, value.utf8);
        for (Column column : group.columns) {
            if (column.owner != owner) {
                continue;
            }
            boolean may = false;
            if (column.isAttribute()) {
                may = value.compares(column.type)
                        && column.named(utf8)
                        && (value.always(column.type)
                                || (column.type == ValueType.STRING ? !filtered : numbers(column, value)));
            } else if (column.named(RowGroup.OTHER_UTF8)) {
                may = inFilter(ValueHash.rare(place)) && (!filtered || inFilter(ValueHash.nested(place)));
            }
            if (may) {
                return true;
            }
        }
        return false;
    }

    private static boolean numbers(Column column, ValueTest value) {
        if (column.type != ValueType.INT) {
            return true;
        }
        for (int page = 0; page < column.pages(); page++) {
            if (column.count(page) > 0 && value.anyInteger(column.least(page), column.greatest(page))) {
                return true;
            }
        }
        return false;
    }

    private boolean inFilter(long place, byte[] text) {
        return inFilter(ValueHash.value(place, text, 0, text.length));
    }

    private boolean inFilter(long hash) {
        return group.mayHold(hash);
    }

    private boolean duration(ValueTest value) {
        if (value.integer(0)) {
            return true;
        }
        Column column = group.required(RowGroup.SPAN, RowGroup.DURATION);
        for (int page = 0; page < column.pages(); page++) {
            if (value.anyInteger(column.least(page), column.greatest(page))) {
                return true;
            }
        }
        return false;
    }

    private boolean text(int owner, String columnName, int field, ValueTest value) {
        if (group.intrinsic(owner, columnName) != null) {
            return !(columnName.equals(RowGroup.NAME) && value.isTextEquality())
                    || inFilter(RowGroup.namePlace(owner), value.utf8);
        }
        return !words(group.templates[owner][field], value).isEmpty();
    }

    /** The templates whose word satisfies the test. */
    BitSet words(long[] words, ValueTest value) {
        BitSet verdicts = new BitSet();
        for (int i = 0; i < words.length; i++) {
            verdicts.set(i, value.text(group.words, (int) words[i]));
        }
        return verdicts;
    }

    /** The span templates of which this field, their own or their scope's, satisfies the test. */
    BitSet templates(Intrinsic field, ValueTest value) {
        long[][] fields = group.templates[RowGroup.SPAN];
        BitSet verdicts = new BitSet();
        for (int i = 0; i < fields[0].length; i++) {
            int scope = (int) fields[RowGroup.SPAN_SCOPE][i];
            int kind = (int) fields[RowGroup.SPAN_KIND][i];
            int status = (int) fields[RowGroup.SPAN_STATUS][i];
            boolean holds = switch (field) {
                case KIND ->
                    value.integer(kind) || value.integer(SpanKind.of(kind).code());
                case STATUS ->
                    value.integer(status) || value.integer(StatusCode.of(status).code());
                case SCOPE_NAME -> value.text(group.words, group.scopes.fields()[2][scope]);
                case SCOPE_VERSION -> value.text(group.words, group.scopes.fields()[3][scope]);
                default -> throw new IllegalArgumentException(field + " is no field of templates");
            };
            verdicts.set(i, holds);
        }
        return verdicts;
    }

    /** The resources or scopes of which one of the attributes satisfies the test. */
    BitSet owners(OwnerTable table, String key, ValueTest value) {
        byte[] utf8 = key.getBytes(StandardCharsets.UTF_8);
        BitSet verdicts = new BitSet();
        for (int row = 0; row < table.size(); row++) {
            boolean holds = false;
            for (int at = table.first()[row]; at < table.first()[row + 1] && !holds; at++) {
                int type = table.types()[at];
                holds = value.compares(type)
                        && group.words.equal(table.keys()[at], utf8)
                        && (value.always(type)
                                || (type == ValueType.STRING
                                        ? value.text(group.words, (int) table.values()[at])
                                        : value.number(type, table.values()[at])));
            }
            verdicts.set(row, holds);
        }
        return verdicts;
    }
}
