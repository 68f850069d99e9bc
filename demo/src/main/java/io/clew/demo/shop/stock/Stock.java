package io.clew.demo.shop.stock;

import io.clew.demo.shop.counts.Counting;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Import;

/** The stock service. */
@SpringBootApplication
@Import(Counting.class)
public class Stock {

    /** Starts the service; {@code --server.port} and the data source say where things are. */
    public static void main(String[] args) {
        SpringApplication.run(Stock.class, args);
    }
}
