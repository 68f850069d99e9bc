package io.clew.demo.shop;

import java.util.List;

/**
 * What a customer wants to buy, as the services pass it on in JSON.
 *
 * @param customer name of the customer, one of those in {@code schema.sql}
 * @param city where the tea goes
 * @param card number of the card to charge; one that ends in {@code 0000} finds the payment gateway down
 * @param lines at least one line
 */
public record Basket(String customer, String city, String card, List<Line> lines) {

    /**
     * One line of a basket.
     *
     * @param product product id
     * @param quantity packets, at least 1
     */
    public record Line(int product, int quantity) {}
}
