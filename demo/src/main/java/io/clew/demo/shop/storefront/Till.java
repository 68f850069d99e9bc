package io.clew.demo.shop.storefront;

import static java.util.Objects.requireNonNull;

import io.clew.demo.shop.Basket;
import io.clew.demo.shop.counts.Counts;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.instrumentation.annotations.SpanAttribute;
import io.opentelemetry.instrumentation.annotations.WithSpan;
import org.springframework.stereotype.Service;
import org.springframework.web.client.RestClient;

/**
 * Takes a basket to an order. The delivery estimate and the discount do not depend on each other, yet are asked for one
 * after the other: a planted fault, which a trace shows at a glance.
 */
@Service
class Till {

    private final RestClient orders;
    private final RestClient stock;
    private final Counts counts;

    Till(RestClient orders, RestClient stock, Counts counts) {
        this.orders = orders;
        this.stock = stock;
        this.counts = counts;
    }

    @WithSpan("place order")
    Receipt placeOrder(@SpanAttribute("shop.customer") String customer, Basket basket) {
        Span.current().setAttribute("shop.basket.lines", basket.lines().size());
        return counts.did("place order").during(() -> order(customer, basket));
    }

    private Receipt order(String customer, Basket basket) {
        int days = requireNonNull(stock.get()
                .uri("/delivery-estimate?city={city}", basket.city())
                .retrieve()
                .body(Integer.class));
        int discount = requireNonNull(orders.get()
                .uri("/customers/{name}/discount", customer)
                .retrieve()
                .body(Integer.class));
        long order = requireNonNull(orders.post()
                .uri("/orders?discount={percent}", discount)
                .body(basket)
                .retrieve()
                .body(Long.class));
        return new Receipt(order, days);
    }

    /**
     * What the customer gets.
     *
     * @param order number of the order
     * @param days days until delivery
     */
    record Receipt(long order, int days) {}
}
