package io.clew.demo;

import io.clew.demo.shop.Basket;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import tools.jackson.databind.json.JsonMapper;

/** The shop's customers: from a fixed seed, so that every demo sells the same tea. Not thread-safe. */
final class Traffic {

    /** The third checkout fails, and every twelfth from there. */
    private static final int FAILING = 12;

    private static final List<String> CUSTOMERS = List.of("Lin", "Zhao", "Okafor", "Meier", "Sato");
    private static final List<String> CITIES = List.of("Hangzhou", "Shanghai", "Beijing", "Lagos", "Bremen", "Kyoto");
    private static final List<String> TIERS = List.of("gold", "silver", "guest");

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final JsonMapper json = new JsonMapper();
    private final Random random = new Random(20261123);
    private final String storefront;
    private int sent;
    private int failed;

    Traffic(int storefrontPort) {
        this.storefront = "http://127.0.0.1:" + storefrontPort;
    }

    /** One customer looks at the shelves and checks out. */
    void next() throws IOException, InterruptedException {
        send(HttpRequest.newBuilder(URI.create(storefront + "/products")));
        String card = sent % FAILING == 2 ? "4000 0000 0000 0000" : "4000 0000 0000 4242";
        List<Basket.Line> lines = IntStream.rangeClosed(0, 1 + random.nextInt(4))
                .mapToObj(_ -> new Basket.Line(1 + random.nextInt(8), 1 + random.nextInt(9)))
                .toList();
        var basket = new Basket(pick(CUSTOMERS), pick(CITIES), card, lines);
        int status = send(HttpRequest.newBuilder(URI.create(storefront + "/checkout"))
                .header("Content-Type", "application/json")
                .header("X-Tier", pick(TIERS))
                .POST(HttpRequest.BodyPublishers.ofString(json.writeValueAsString(basket))));
        sent++;
        if (status >= 500) {
            failed++;
        }
    }

    int sent() {
        return sent;
    }

    /** Checkouts that the shop answered with an error. */
    int failed() {
        return failed;
    }

    private int send(HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.timeout(Duration.ofSeconds(30)).build(), BodyHandlers.discarding())
                .statusCode();
    }

    private String pick(List<String> from) {
        return from.get(random.nextInt(from.size()));
    }
}
