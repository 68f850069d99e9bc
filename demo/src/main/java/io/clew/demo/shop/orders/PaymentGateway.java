package io.clew.demo.shop.orders;

import io.clew.demo.shop.OtherCompany;
import io.clew.demo.shop.counts.Counts;
import io.opentelemetry.instrumentation.annotations.SpanAttribute;
import io.opentelemetry.instrumentation.annotations.WithSpan;
import java.time.Duration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;

/** Charges cards; runs on the payment threads. */
@Service
class PaymentGateway {

    private final JdbcClient jdbc;
    private final Counts counts;

    PaymentGateway(JdbcClient jdbc, Counts counts) {
        this.jdbc = jdbc;
        this.counts = counts;
    }

    /** Charges the card and answers the receipt, or throws when the gateway is down (cards ending in 0000). */
    @WithSpan("charge card")
    String charge(String card, @SpanAttribute("shop.payment.cents") long cents) {
        return counts.did("charge card").during(() -> receipt(card, cents));
    }

    private String receipt(String card, long cents) {
        String terminal =
                jdbc.sql("SELECT terminal FROM merchant").query(String.class).single();
        OtherCompany.answerAfter(Duration.ofMillis(25));
        if (card.endsWith("0000")) {
            throw new PaymentFailedException("the payment gateway did not answer terminal " + terminal);
        }
        return terminal + "-" + cents;
    }

    /** The gateway did not take the money. */
    static final class PaymentFailedException extends RuntimeException {

        private static final long serialVersionUID = 1;

        PaymentFailedException(String message) {
            super(message);
        }
    }
}
