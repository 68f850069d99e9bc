package io.clew.server.exchange;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.clew.server.net.AddressFile;
import io.clew.server.net.Door;
import io.clew.store.manifest.DirectoryLock;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** The server that has a data directory open, asked over its API. Thread-safe. */
public final class LiveServer implements AutoCloseable {
    private static final String API = "/clew/api/v1/";

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final Map<String, String> addresses;

    private LiveServer(Map<String, String> addresses) {
        this.addresses = addresses;
    }

    /**
     * The server on a directory.
     *
     * @param inUse how it became known that there is one
     * @throws IOException when it has not said where it listens
     */
    public static LiveServer on(Path directory, DirectoryLock.InUseException inUse) throws IOException {
        try {
            return new LiveServer(AddressFile.read(directory));
        } catch (NoSuchFileException notReady) {
            throw new IOException(
                    inUse.getMessage()
                            + " (it has not said yet where it listens; if it is a server that is starting, try"
                            + " again when it is ready)",
                    notReady);
        }
    }

    /** Where a door is. */
    String address(Door door) throws IOException {
        String address = addresses.get(door.label());
        if (address == null) {
            throw new IOException("the server says of no door " + door.label());
        }
        return address;
    }

    JsonNode get(String path) throws IOException {
        return json(request(path).GET().build());
    }

    /** The answer to a POST without a body. */
    public JsonNode post(String path) throws IOException {
        return json(request(path).POST(HttpRequest.BodyPublishers.noBody()).build());
    }

    /** Whether it was there. */
    boolean deleteIfThere(String path) throws IOException {
        HttpResponse<String> answer = send(request(path).DELETE().build(), HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200 && answer.statusCode() != 404) {
            throw refused(answer.statusCode(), answer.body());
        }
        return answer.statusCode() == 200;
    }

    /** The answer as it comes; the caller closes it. */
    InputStream stream(String path) throws IOException {
        HttpResponse<InputStream> answer = send(request(path).GET().build(), HttpResponse.BodyHandlers.ofInputStream());
        if (answer.statusCode() == 200) {
            return answer.body();
        }
        try (InputStream body = answer.body()) {
            throw refused(
                    answer.statusCode(), new String(body.readAllBytes(), java.nio.charset.StandardCharsets.UTF_8));
        }
    }

    private HttpRequest.Builder request(String path) throws IOException {
        return HttpRequest.newBuilder(URI.create(address(Door.UI) + API + path));
    }

    private JsonNode json(HttpRequest request) throws IOException {
        HttpResponse<String> answer = send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
            throw refused(answer.statusCode(), answer.body());
        }
        return new ObjectMapper().readTree(answer.body());
    }

    private <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler) throws IOException {
        try {
            return client.send(request, handler);
        } catch (ConnectException e) {
            throw new IOException("the server at " + request.uri().getAuthority() + " does not answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the server was asked", e);
        }
    }

    /** The server did not do all that was asked. */
    static final class RefusedException extends IOException {
        private static final long serialVersionUID = 1;
        private final transient JsonNode problem;

        private RefusedException(int status, String detail, JsonNode problem) {
            super("the server answered " + status + (detail.isEmpty() ? "" : ": " + detail));
            this.problem = problem;
        }

        /** Its problem+json; without fields when it is none. */
        JsonNode problem() {
            return problem;
        }
    }

    private static RefusedException refused(int status, String body) {
        try {
            JsonNode problem = new ObjectMapper().readTree(body);
            return new RefusedException(status, problem.path("detail").asText(), problem);
        } catch (JsonProcessingException notOurs) {
            return new RefusedException(status, body.strip(), MissingNode.getInstance());
        }
    }

    @Override
    public void close() {
        client.close();
    }
}
