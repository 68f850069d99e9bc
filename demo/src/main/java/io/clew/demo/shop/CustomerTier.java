package io.clew.demo.shop;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Scope;
import java.util.function.Supplier;

/**
 * The customer's tier, which travels with the request as OpenTelemetry baggage: the storefront sets it, the services
 * behind it read it without having it among their parameters and note it on their span.
 */
public final class CustomerTier {

    /** The baggage key and the span attribute. */
    public static final String KEY = "shop.customer.tier";

    private CustomerTier() {}

    /** Does the work with the tier in the baggage of its context. */
    public static <T> T carry(String tier, Supplier<T> work) {
        try (Scope _ = Baggage.current().toBuilder().put(KEY, tier).build().makeCurrent()) {
            return work.get();
        }
    }

    /** Notes the tier that arrived with the request on the current span; does nothing when none arrived. */
    public static void note() {
        String tier = Baggage.current().getEntryValue(KEY);
        if (tier != null) {
            Span.current().setAttribute(KEY, tier);
        }
    }
}
