package io.clew.demo.shop.storefront;

import io.clew.demo.shop.Basket;
import io.clew.demo.shop.CustomerTier;
import io.clew.demo.shop.storefront.Till.Receipt;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.client.RestClient;

/** What a customer can do: look at the shelves and check out. */
@RestController
class StorefrontController {

    private final Till till;
    private final RestClient stock;

    StorefrontController(Till till, RestClient stock) {
        this.till = till;
        this.stock = stock;
    }

    @GetMapping("/products")
    @Nullable
    String products() {
        return stock.get().uri("/products").retrieve().body(String.class);
    }

    @PostMapping("/checkout")
    Receipt checkout(@RequestHeader(name = "X-Tier", defaultValue = "guest") String tier, @RequestBody Basket basket) {
        return CustomerTier.carry(tier, () -> till.placeOrder(basket.customer(), basket));
    }
}
