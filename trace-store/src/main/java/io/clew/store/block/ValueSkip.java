package io.clew.store.block;

import io.clew.store.SpanCondition;
import io.clew.store.SpanCondition.And;
import io.clew.store.SpanCondition.Any;
import io.clew.store.SpanCondition.Attribute;
import io.clew.store.SpanCondition.Intrinsic;
import io.clew.store.SpanCondition.Or;
import io.clew.store.SpanCondition.Test;
import java.nio.charset.StandardCharsets;
import java.util.function.LongPredicate;

/**
 * Tells from the value filter alone, without the header, that no span of a row group satisfies a condition: keys that are
 * not there, and texts no key has. Stateless.
 */
final class ValueSkip {
    private ValueSkip() {}

    /** @param values whether the row group's value filter may hold a hash */
    static boolean excludes(SpanCondition condition, LongPredicate values) {
        return switch (condition) {
            case Any _ -> false;
            case And and -> and.parts().stream().anyMatch(part -> excludes(part, values));
            case Or or -> or.parts().stream().allMatch(part -> excludes(part, values));
            case Test test -> excludes(test, values);
        };
    }

    private static boolean excludes(Test test, LongPredicate values) {
        ValueTest value = new ValueTest(test.operator(), test.operand());
        return switch (test.field()) {
            case Attribute attribute -> {
                byte[] key = attribute.key().getBytes(StandardCharsets.UTF_8);
                long place = ValueHash.place(owner(attribute.scope()), key, 0, key.length);
                yield value.isTextEquality()
                        ? !holds(place, value, values) && !values.test(ValueHash.nested(place))
                        : !values.test(ValueHash.present(place));
            }
            case Intrinsic.NAME -> value.isTextEquality() && !holds(RowGroup.namePlace(RowGroup.SPAN), value, values);
            case Intrinsic.EVENT_NAME ->
                value.isTextEquality() && !holds(RowGroup.namePlace(RowGroup.EVENT), value, values);
            default -> false;
        };
    }

    private static boolean holds(long place, ValueTest value, LongPredicate values) {
        return values.test(ValueHash.value(place, value.utf8, 0, value.utf8.length));
    }

    private static int owner(SpanCondition.Scope scope) {
        return switch (scope) {
            case SPAN -> RowGroup.SPAN;
            case EVENT -> RowGroup.EVENT;
            case LINK -> RowGroup.LINK;
            case RESOURCE -> ValueHash.RESOURCE;
            case INSTRUMENTATION -> ValueHash.SCOPE;
        };
    }
}
