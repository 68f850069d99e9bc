package io.clew.demo.shop.orders;

import io.clew.demo.shop.counts.CountedCalls;
import io.clew.demo.shop.counts.Counting;
import io.clew.demo.shop.counts.Counts;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.scheduling.annotation.EnableAsync;
import org.springframework.web.client.RestClient;

/** The orders service. */
@SpringBootApplication
@EnableAsync
@Import(Counting.class)
public class Orders {

    /** Starts the service; {@code --server.port}, {@code --shop.stock} and the data source say where things are. */
    public static void main(String[] args) {
        var service = new SpringApplication(Orders.class);
        // Spring's own task threads for @Async, although there is a second pool.
        service.setDefaultProperties(Map.of("spring.task.execution.mode", "force"));
        service.run(args);
    }

    @Bean
    RestClient stock(Counts counts, @Value("${shop.stock}") String url) {
        return CountedCalls.client(counts, "stock", url);
    }

    /** Two threads that talk to the payment gateway. */
    @Bean(destroyMethod = "shutdown")
    ExecutorService payments() {
        return Executors.newFixedThreadPool(
                2, Thread.ofPlatform().name("payment-", 1).factory());
    }
}
