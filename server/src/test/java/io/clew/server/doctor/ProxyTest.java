package io.clew.server.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.clew.server.doctor.Patient.Visit;
import io.clew.server.life.RunningServer;
import io.clew.server.net.Door;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A proxy that the environment puts in the way, against one that passes requests on and one that is not there. */
class ProxyTest {

    private final RunningServer clew = RunningServer.inMemory();
    private final HttpClient client = HttpClient.newHttpClient();
    private final AtomicInteger passedOn = new AtomicInteger();
    private String endpoint = "";
    private String deadProxy = "";

    @BeforeEach
    void addresses() throws IOException {
        endpoint = "http://127.0.0.1:" + clew.port(Door.OTLP_HTTP);
        try (var closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            deadProxy = "http://127.0.0.1:" + closed.getLocalPort();
        }
    }

    @AfterEach
    void stop() throws IOException {
        client.close();
        clew.close();
    }

    @Test
    void aProxyThatDoesNotPassItOnIsNamed() {
        Visit visit = new Patient().with("http_proxy", deadProxy).visits("--endpoint", endpoint);

        assertThat(visit.said())
                .contains("a proxy is in the way: http_proxy", "no_proxy=127.0.0.1", "unset http_proxy");
        assertThat(visit.code()).isEqualTo(1);
    }

    @Test
    void anExemptHostIsNotInTheWay() {
        for (String exempt : new String[] {"127.0.0.1", "*", "example.org, 127.0.0.1", endpoint.substring(7)}) {
            Visit visit = new Patient()
                    .with("HTTP_PROXY", deadProxy)
                    .with("NO_PROXY", exempt)
                    .visits("--endpoint", endpoint);
            assertThat(visit.said()).as(exempt).doesNotContain("proxy is in the way");
            assertThat(visit.code()).isZero();
        }
    }

    @Test
    void aProxyForTheOtherSchemeIsNotInTheWay() {
        assertThat(new Patient()
                        .with("https_proxy", deadProxy)
                        .visits("--endpoint", endpoint)
                        .code())
                .isZero();
    }

    @Test
    void grpcClientsTakeTheProxyOfHttps() {
        Visit visit = new Patient()
                .with("https_proxy", deadProxy)
                .visits("--endpoint", "http://127.0.0.1:" + clew.port(Door.OTLP_GRPC), "--protocol", "grpc");
        assertThat(visit.said()).contains("a proxy is in the way: https_proxy");
        assertThat(visit.code()).isEqualTo(1);
    }

    @Test
    void aProxyThatPassesItOnIsOnlyNoted() throws IOException {
        HttpServer proxy = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        proxy.createContext("/", this::passOn);
        proxy.start();
        try {
            Visit visit = new Patient()
                    .with("http_proxy", "http://127.0.0.1:" + proxy.getAddress().getPort())
                    .visits("--endpoint", endpoint);

            assertThat(visit.said()).contains("which passes exports on");
            assertThat(visit.code()).isZero();
            assertThat(passedOn).hasValue(1);
        } finally {
            proxy.stop(0);
        }
    }

    @Test
    void javasOwnProxyPropertiesCount() {
        // Read by the JDK from the process, not from the patient's environment.
        System.setProperty("http.proxyHost", "127.0.0.1");
        System.setProperty("http.proxyPort", deadProxy.substring(deadProxy.lastIndexOf(':') + 1));
        System.setProperty("http.nonProxyHosts", "");
        try {
            Visit visit =
                    new Patient().withProperty("http.proxyHost", "127.0.0.1").visits("--endpoint", endpoint);
            assertThat(visit.said()).contains("a proxy is in the way: -Dhttp.proxyHost");
            assertThat(visit.code()).isEqualTo(1);
        } finally {
            System.clearProperty("http.proxyHost");
            System.clearProperty("http.proxyPort");
            System.clearProperty("http.nonProxyHosts");
        }
    }

    /** What a forward proxy does: the request line has the whole address. */
    private void passOn(HttpExchange exchange) throws IOException {
        passedOn.incrementAndGet();
        var request = HttpRequest.newBuilder(exchange.getRequestURI())
                .header("Content-Type", exchange.getRequestHeaders().getFirst("Content-Type"))
                .POST(HttpRequest.BodyPublishers.ofByteArray(
                        exchange.getRequestBody().readAllBytes()))
                .build();
        try {
            HttpResponse<byte[]> answer = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
            answer.headers()
                    .firstValue("Content-Type")
                    .ifPresent(type -> exchange.getResponseHeaders().set("Content-Type", type));
            exchange.sendResponseHeaders(answer.statusCode(), answer.body().length == 0 ? -1 : answer.body().length);
            exchange.getResponseBody().write(answer.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            exchange.close();
        }
    }
}
