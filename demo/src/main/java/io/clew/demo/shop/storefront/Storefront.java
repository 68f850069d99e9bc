package io.clew.demo.shop.storefront;

import io.clew.demo.shop.counts.CountedCalls;
import io.clew.demo.shop.counts.Counting;
import io.clew.demo.shop.counts.Counts;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.web.client.RestClient;

/** The storefront: where the traffic comes in. */
@SpringBootApplication(exclude = DataSourceAutoConfiguration.class)
@Import(Counting.class)
public class Storefront {

    /** Starts the service; {@code --server.port}, {@code --shop.orders} and {@code --shop.stock} say where things are. */
    public static void main(String[] args) {
        SpringApplication.run(Storefront.class, args);
    }

    @Bean
    RestClient orders(Counts counts, @Value("${shop.orders}") String url) {
        return CountedCalls.client(counts, "orders", url);
    }

    @Bean
    RestClient stock(Counts counts, @Value("${shop.stock}") String url) {
        return CountedCalls.client(counts, "stock", url);
    }
}
