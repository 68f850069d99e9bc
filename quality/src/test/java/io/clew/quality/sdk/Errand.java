package io.clew.quality.sdk;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.logging.Logger;

/** A Java application that knows nothing of tracing: calls one address by HTTP and logs the answer. The agent does the rest. */
final class Errand {
    private Errand() {}

    /**
     * Makes the call.
     *
     * @param arguments the address
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create(arguments[0])).build();
            int status = client.send(request, BodyHandlers.discarding()).statusCode();
            Logger.getLogger("errand").info("answered " + status);
        }
    }
}
