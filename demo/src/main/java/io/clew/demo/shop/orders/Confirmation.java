package io.clew.demo.shop.orders;

import io.clew.demo.shop.CustomerTier;
import io.clew.demo.shop.OtherCompany;
import io.clew.demo.shop.counts.Counts;
import io.opentelemetry.instrumentation.annotations.SpanAttribute;
import io.opentelemetry.instrumentation.annotations.WithSpan;
import java.time.Duration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Async;
import org.springframework.stereotype.Service;

/** Tells the customer that the order is taken, after the answer has gone out: the last span of a trace ends after its root. */
@Service
class Confirmation {

    private final JdbcClient jdbc;

    Confirmation(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * Notes the mail in the outbox and hands it to the mail server; on one of Spring's task threads.
     *
     * @param begun counted as underway since it was handed over
     */
    @Async
    @WithSpan("send confirmation")
    public void send(@SpanAttribute("shop.order.number") long number, String customer, Counts.Begun begun) {
        CustomerTier.note();
        int _ = begun.during(() -> {
            int noted = jdbc.sql("INSERT INTO outbox (number, recipient) VALUES (?, ?)")
                    .params(number, customer)
                    .update();
            OtherCompany.answerAfter(Duration.ofMillis(40));
            return noted;
        });
    }
}
