package io.clew.demo.shop.orders;

import static java.util.Objects.requireNonNull;

import io.clew.demo.shop.Basket;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.GeneratedKeyHolder;
import org.springframework.stereotype.Repository;

/** Prices and orders in the database. */
@Repository
class OrderBook {

    private final JdbcClient jdbc;

    OrderBook(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * The price in cents after the discount. It reads one product at a time where one statement would do: a planted
     * fault (the N+1 query).
     */
    long price(List<Basket.Line> lines, int discountPercent) {
        long cents = 0;
        for (Basket.Line line : lines) {
            cents += (long) line.quantity()
                    * jdbc.sql("SELECT cents FROM product WHERE id = ?")
                            .param(line.product())
                            .query(Integer.class)
                            .single();
        }
        return cents * (100 - discountPercent) / 100;
    }

    /** Records a paid order and answers its number. */
    long record(Basket basket, long cents, String payment) {
        var key = new GeneratedKeyHolder();
        jdbc.sql("INSERT INTO purchase (customer, cents, payment) VALUES (?, ?, ?)")
                .params(basket.customer(), cents, payment)
                .update(key, "number");
        return requireNonNull(key.getKeyAs(Long.class));
    }
}
