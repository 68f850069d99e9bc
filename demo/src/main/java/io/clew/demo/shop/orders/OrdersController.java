package io.clew.demo.shop.orders;

import io.clew.demo.shop.Basket;
import io.clew.demo.shop.CustomerTier;
import io.clew.demo.shop.OtherCompany;
import io.clew.demo.shop.counts.Counts;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;

/** Discounts and orders over HTTP. */
@RestController
class OrdersController {

    private final OrderBook book;
    private final PaymentGateway gateway;
    private final Confirmation confirmation;
    private final ExecutorService payments;
    private final RestClient stock;
    private final JdbcClient jdbc;
    private final Counts counts;

    OrdersController(
            OrderBook book,
            PaymentGateway gateway,
            Confirmation confirmation,
            ExecutorService payments,
            RestClient stock,
            JdbcClient jdbc,
            Counts counts) {
        this.book = book;
        this.gateway = gateway;
        this.confirmation = confirmation;
        this.payments = payments;
        this.stock = stock;
        this.jdbc = jdbc;
        this.counts = counts;
    }

    /** Percent off for this customer; 0 for one we do not know. */
    @GetMapping("/customers/{name}/discount")
    int discount(@PathVariable String name) {
        CustomerTier.note();
        OtherCompany.answerAfter(Duration.ofMillis(15));
        return jdbc.sql("SELECT discount FROM customer WHERE name = ?")
                .param(name)
                .query(Integer.class)
                .optional()
                .orElse(0);
    }

    /** Prices, reserves, charges and records an order; answers its number. */
    @PostMapping("/orders")
    long order(@RequestParam int discount, @RequestBody Basket basket) throws InterruptedException, ExecutionException {
        CustomerTier.note();
        long cents = book.price(basket.lines(), discount);
        Future<String> charge = payments.submit(() -> gateway.charge(basket.card(), cents));
        stock.post().uri("/reservations").body(basket.lines()).retrieve().toBodilessEntity();
        long number = book.record(basket, cents, charge.get());
        confirmation.send(number, basket.customer(), counts.did("send confirmation"));
        return number;
    }
}
