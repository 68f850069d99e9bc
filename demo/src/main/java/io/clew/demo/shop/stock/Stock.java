package io.clew.demo.shop.stock;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The stock service. */
@SpringBootApplication
public class Stock {

    /** Starts the service; {@code --server.port} and the data source say where things are. */
    public static void main(String[] args) {
        SpringApplication.run(Stock.class, args);
    }
}
