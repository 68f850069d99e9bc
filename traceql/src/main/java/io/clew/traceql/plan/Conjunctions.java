package io.clew.traceql.plan;

import io.clew.store.SpanCondition;
import java.util.ArrayList;
import java.util.List;

/** Puts span conditions together and simplifies what that makes plain. */
final class Conjunctions {
    static final SpanCondition ANY = new SpanCondition.Any();
    /** What no span satisfies. */
    static final SpanCondition NEVER = new SpanCondition.Or(List.of());

    private Conjunctions() {}

    static SpanCondition and(List<SpanCondition> parts) {
        List<SpanCondition> kept = new ArrayList<>();
        for (SpanCondition part : parts) {
            if (part.equals(NEVER)) {
                return NEVER;
            }
            if (part instanceof SpanCondition.And inner) {
                kept.addAll(inner.parts());
            } else if (!(part instanceof SpanCondition.Any)) {
                kept.add(part);
            }
        }
        return kept.isEmpty() ? ANY : kept.size() == 1 ? kept.get(0) : new SpanCondition.And(List.copyOf(kept));
    }

    static SpanCondition or(List<SpanCondition> parts) {
        List<SpanCondition> kept = new ArrayList<>();
        for (SpanCondition part : parts) {
            if (part instanceof SpanCondition.Any) {
                return ANY;
            }
            if (part instanceof SpanCondition.Or inner) {
                kept.addAll(inner.parts());
            } else {
                kept.add(part);
            }
        }
        return kept.size() == 1 ? kept.get(0) : new SpanCondition.Or(List.copyOf(kept));
    }

    /** The one that fewer spans satisfy, by a guess. */
    static SpanCondition moreSelective(SpanCondition a, SpanCondition b) {
        return Selectivity.of(b) < Selectivity.of(a) ? b : a;
    }
}
