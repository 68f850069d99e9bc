package io.clew.server.doctor;

import com.linecorp.armeria.client.ClientFactory;
import com.linecorp.armeria.client.ClientFactoryBuilder;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.client.proxy.ProxyConfig;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.RequestHeaders;
import io.clew.server.doctor.Target.Wire;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Sends an export of nothing: an {@code ExportTraceServiceRequest} without fields, which is zero bytes of protobuf and
 * which OTLP answers with success (opentelemetry-proto, docs/specification.md, "OTLP/gRPC Response"). It stores nothing.
 * Thread-safe.
 */
final class TestExport {

    private static final String GRPC_METHOD = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
    /** As long as exporters wait. */
    static final Duration ANSWER = Duration.ofSeconds(10);

    /** A gRPC message of zero bytes: not compressed, length 0 (gRPC over HTTP/2, "Length-Prefixed-Message"). */
    private static final byte[] EMPTY_MESSAGE = new byte[5];

    private final Map<String, String> headers;
    private final SSLContext tls;
    private final TrustManagerFactory trust;

    /**
     * Prepares exports.
     *
     * @param headers sent along, as {@code OTEL_EXPORTER_OTLP_HEADERS} has them
     * @param trust which certificates are believed
     */
    TestExport(Map<String, String> headers, Trust trust) {
        this.headers = headers;
        this.tls = trust.context();
        this.trust = trust.factory();
    }

    /** Sends it straight to the target. */
    Outcome to(Target target) {
        Peer.Sight sight = Peer.look(target, tls);
        if (sight.failure() != null) {
            return sight.failure();
        }
        if (target.wire() == Wire.GRPC) {
            return sight.speaks() == Peer.Speaks.HTTP1 ? new Outcome.OnlyHttp1() : grpc(target, null);
        }
        Outcome outcome = http(target, null);
        boolean deaf = outcome instanceof Outcome.NoAnswer && sight.speaks() == Peer.Speaks.HTTP2;
        return deaf ? new Outcome.OnlyHttp2() : outcome;
    }

    /** Sends it through an HTTP proxy. */
    Outcome through(InetSocketAddress proxy, Target target) {
        return target.wire() == Wire.GRPC ? grpc(target, proxy) : http(target, proxy);
    }

    private Outcome http(Target target, @Nullable InetSocketAddress proxy) {
        boolean json = target.wire() == Wire.HTTP_JSON;
        var request = java.net.http.HttpRequest.newBuilder(target.uri())
                .timeout(ANSWER)
                .header("Content-Type", json ? "application/json" : "application/x-protobuf")
                .POST(java.net.http.HttpRequest.BodyPublishers.ofString(json ? "{}" : ""));
        headers.forEach(request::setHeader);
        try (HttpClient client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(Duration.ofMillis(Peer.CONNECT_MILLIS))
                .proxy(proxy == null ? HttpClient.Builder.NO_PROXY : ProxySelector.of(proxy))
                .sslContext(tls)
                .build()) {
            HttpResponse<String> answer =
                    client.send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.ISO_8859_1));
            return judge(answer, json);
        } catch (IOException e) {
            return failed(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Outcome.NoAnswer("interrupted");
        }
    }

    private static Outcome judge(HttpResponse<String> answer, boolean json) {
        String type = answer.headers().firstValue("Content-Type").orElse("");
        boolean otlp = type.startsWith(json ? "application/json" : "application/x-protobuf")
                || (type.isEmpty() && answer.body().isEmpty());
        return answer.statusCode() == 200 && otlp
                ? new Outcome.Accepted()
                : new Outcome.HttpAnswer(answer.statusCode(), type);
    }

    private Outcome grpc(Target target, @Nullable InetSocketAddress proxy) {
        ClientFactoryBuilder factory = ClientFactory.builder()
                .connectTimeoutMillis(Peer.CONNECT_MILLIS)
                .tlsCustomizer(tls -> tls.trustManager(trust));
        if (proxy != null) {
            factory.proxyConfig(ProxyConfig.connect(proxy));
        }
        try (ClientFactory built = factory.build()) {
            String session = target.tls() ? "h2" : "h2c";
            WebClient client = WebClient.builder(
                            session + target.base().substring(target.base().indexOf(':')))
                    .factory(built)
                    .responseTimeout(ANSWER)
                    .build();
            var head = RequestHeaders.builder(HttpMethod.POST, GRPC_METHOD)
                    .add("content-type", "application/grpc")
                    .add("te", "trailers");
            headers.forEach((name, value) -> head.set(name.toLowerCase(java.util.Locale.ROOT), value));
            return judge(client.execute(HttpRequest.of(head.build(), HttpData.wrap(EMPTY_MESSAGE)))
                    .aggregate()
                    .join());
        } catch (CompletionException e) {
            return failed(e.getCause() == null ? e : e.getCause());
        }
    }

    private static Outcome judge(AggregatedHttpResponse answer) {
        String status = answer.trailers().get("grpc-status", answer.headers().get("grpc-status", ""));
        if (status.isEmpty()) {
            return new Outcome.HttpAnswer(
                    answer.status().code(), answer.headers().get("content-type", ""));
        }
        String message = answer.trailers().get("grpc-message", answer.headers().get("grpc-message", ""));
        return status.equals("0") ? new Outcome.Accepted() : new Outcome.GrpcAnswer(Integer.parseInt(status), message);
    }

    private static Outcome failed(Throwable failure) {
        String distrust = Peer.distrust(failure);
        return distrust == null ? new Outcome.NoAnswer(Peer.reason(failure)) : new Outcome.Untrusted(distrust);
    }
}
