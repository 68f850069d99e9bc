package io.clew.demo.shop.stock;

import io.clew.demo.shop.Basket;
import io.clew.demo.shop.CustomerTier;
import io.clew.demo.shop.OtherCompany;
import java.time.Duration;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Shelves, reservations and delivery over HTTP. */
@RestController
class StockController {

    /** Packets that a delivery from the farm brings. */
    private static final int DELIVERY = 500;

    private final JdbcClient jdbc;

    StockController(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /** All products with what is on hand. */
    @GetMapping("/products")
    List<Product> products() {
        return jdbc.sql("SELECT id, name, cents, on_hand FROM product ORDER BY id")
                .query(Product.class)
                .list();
    }

    /** Days until a parcel arrives in a city, by the carrier. */
    @GetMapping("/delivery-estimate")
    int deliveryEstimate(@RequestParam String city) {
        CustomerTier.note();
        OtherCompany.answerAfter(Duration.ofMillis(20));
        return jdbc.sql("SELECT days FROM carrier WHERE city = ?")
                .param(city)
                .query(Integer.class)
                .optional()
                .orElse(7);
    }

    /** Takes the lines off the shelves; an empty shelf is filled from the farm first. */
    @PostMapping("/reservations")
    void reserve(@RequestBody List<Basket.Line> lines) {
        CustomerTier.note();
        for (Basket.Line line : lines) {
            if (!take(line)) {
                jdbc.sql("UPDATE product SET on_hand = on_hand + ? WHERE id = ?")
                        .params(DELIVERY, line.product())
                        .update();
                take(line);
            }
        }
    }

    private boolean take(Basket.Line line) {
        return jdbc.sql("UPDATE product SET on_hand = on_hand - ? WHERE id = ? AND on_hand >= ?")
                        .params(line.quantity(), line.product(), line.quantity())
                        .update()
                == 1;
    }

    /** A row of the shelves; money in cents. */
    record Product(int id, String name, int cents, int onHand) {}
}
