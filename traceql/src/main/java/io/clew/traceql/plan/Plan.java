package io.clew.traceql.plan;

import io.clew.model.TraceId;
import io.clew.store.SpanCondition;
import org.jspecify.annotations.Nullable;

/**
 * What of a query the store answers.
 *
 * @param condition every trace that matches has a span that satisfies it
 * @param onlyTrace the one trace that can match, or null when several can
 * @param never whether nothing can match
 */
public record Plan(SpanCondition condition, @Nullable TraceId onlyTrace, boolean never) {}
