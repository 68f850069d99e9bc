package io.clew.server.life;

import io.clew.server.config.ServerConfig;
import io.clew.server.net.Address;
import io.clew.server.net.Door;
import io.clew.store.kit.NaiveTraceStore;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** A server on free ports with a data directory of its own, for one test class. */
public final class RunningServer implements AutoCloseable {
    private final Path directory;
    private final ClewServer server;
    private final HttpClient client = HttpClient.newHttpClient();

    private RunningServer(Path directory, ClewServer server) {
        this.directory = directory;
        this.server = server;
    }

    /** Over a store in memory. */
    public static RunningServer inMemory() {
        return over(_ -> new NaiveTraceStore());
    }

    public static RunningServer over(StoreOpener opener) {
        try {
            Path directory = Files.createTempDirectory("clew-server");
            return new RunningServer(directory, ClewServer.start(ServerConfig.onFreePorts(directory), "test", opener));
        } catch (IOException | StartException e) {
            throw new AssertionError(e);
        }
    }

    public ClewServer server() {
        return server;
    }

    public int port(Door door) {
        return server.addresses().stream()
                .filter(address -> address.door() == door)
                .mapToInt(Address::port)
                .findFirst()
                .orElseThrow();
    }

    public URI uri(Door door, String pathAndQuery) {
        return URI.create("http://127.0.0.1:" + port(door) + pathAndQuery);
    }

    /** GET on the UI's port. */
    public HttpResponse<String> get(String pathAndQuery) {
        return send(HttpRequest.newBuilder(uri(Door.UI, pathAndQuery)).build());
    }

    /** POST to OTLP over HTTP/1.1; {@code headers} are names and values in turn. */
    public HttpResponse<byte[]> post(String path, byte[] body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(Door.OTLP_HTTP, path))
                .version(HttpClient.Version.HTTP_1_1)
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    public HttpResponse<String> send(HttpRequest request) {
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() throws IOException {
        client.close();
        server.close();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
