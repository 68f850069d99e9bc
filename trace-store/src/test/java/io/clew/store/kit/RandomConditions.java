package io.clew.store.kit;

import io.clew.model.RandomSpans;
import io.clew.store.SpanCondition;
import io.clew.store.SpanCondition.Intrinsic;
import io.clew.store.SpanCondition.Operator;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Random conditions over what {@link RandomSpans} makes. */
public final class RandomConditions {
    private final Random random;

    public RandomConditions(Random random) {
        this.random = random;
    }

    public SpanCondition next() {
        return next(2);
    }

    private SpanCondition next(int depth) {
        return switch (depth == 0 ? 3 + random.nextInt(5) : random.nextInt(8)) {
            case 0 -> new SpanCondition.And(parts(depth));
            case 1 -> new SpanCondition.Or(parts(depth));
            case 2 -> new SpanCondition.Any();
            case 3 -> intrinsic();
            default -> attribute();
        };
    }

    private List<SpanCondition> parts(int depth) {
        return IntStream.range(0, 1 + random.nextInt(3))
                .mapToObj(_ -> next(depth - 1))
                .toList();
    }

    private SpanCondition intrinsic() {
        return switch (random.nextInt(6)) {
            case 0 -> test(Intrinsic.NAME, comparison(), new SpanCondition.Text(pick(RandomSpans.NAMES)));
            case 1 -> test(Intrinsic.KIND, comparison(), new SpanCondition.Int(random.nextInt(6)));
            case 2 -> test(Intrinsic.STATUS, Operator.EQUAL, new SpanCondition.Int(random.nextInt(3)));
            case 3 -> test(Intrinsic.DURATION, comparison(), new SpanCondition.Int(random.nextLong(2_000_000_000L)));
            case 4 -> test(Intrinsic.STATUS_MESSAGE, comparison(), new SpanCondition.Text(pick(RandomSpans.WORDS)));
            default -> test(Intrinsic.EVENT_NAME, Operator.EQUAL, new SpanCondition.Text(pick(RandomSpans.WORDS)));
        };
    }

    private SpanCondition attribute() {
        if (random.nextInt(4) == 0) {
            return test(
                    new SpanCondition.Attribute(SpanCondition.Scope.RESOURCE, "service.name"),
                    comparison(),
                    new SpanCondition.Text(pick(RandomSpans.SERVICES)));
        }
        SpanCondition.Scope[] scopes = SpanCondition.Scope.values();
        SpanCondition.Field field =
                new SpanCondition.Attribute(scopes[random.nextInt(scopes.length)], pick(RandomSpans.KEYS));
        return switch (random.nextInt(6)) {
            case 0 -> test(field, Operator.EXISTS, new SpanCondition.Nothing());
            case 1 -> test(field, comparison(), new SpanCondition.Int(random.nextInt(600)));
            case 2 -> test(field, comparison(), new SpanCondition.Real(random.nextInt(100) / 4.0));
            case 3 -> test(field, Operator.EQUAL, new SpanCondition.Bool(random.nextBoolean()));
            case 4 ->
                test(
                        field,
                        random.nextBoolean() ? Operator.MATCH : Operator.NOT_MATCH,
                        new Containing(pick(RandomSpans.WORDS)));
            default -> test(field, comparison(), new SpanCondition.Text(pick(RandomSpans.WORDS)));
        };
    }

    private Operator comparison() {
        return random.nextInt(2) == 0 ? Operator.EQUAL : Operator.values()[random.nextInt(6)];
    }

    private String pick(List<String> words) {
        return words.get(random.nextInt(words.size()));
    }

    private static SpanCondition test(SpanCondition.Field field, Operator operator, SpanCondition.Operand operand) {
        return new SpanCondition.Test(field, operator, operand);
    }

    /** The pattern {@code .*word.*}. */
    private record Containing(String word) implements SpanCondition.Pattern {
        @Override
        public boolean matches(byte[] utf8, int offset, int length) {
            return new String(utf8, offset, length, StandardCharsets.UTF_8).contains(word);
        }

        @Override
        public @Nullable String literal() {
            return word.isEmpty() ? null : word;
        }
    }
}
