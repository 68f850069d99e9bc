package io.clew.server.doctor;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.TlsKeyPair;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServerBuilder;
import com.linecorp.armeria.server.grpc.GrpcService;
import com.sun.net.httpserver.HttpServer;
import io.clew.server.doctor.Patient.Visit;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.collector.trace.v1.TraceServiceGrpc;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Peers other than a Clew in the clear: TLS, gateways that want authorization, web servers, silence. They listen on an
 * address of the loopback network that nothing else listens on, so that no server of the machine can be found beside.
 */
class StrangePeersTest {

    private static final String HOST = "127.0.0.9";

    private AutoCloseable peer = () -> {};

    @AfterEach
    void stop() throws Exception {
        peer.close();
    }

    @Test
    void cleartextToTlsIsAMismatch(@TempDir Path directory) throws Exception {
        TlsKeyPair key = TlsKeyPair.ofSelfSigned("localhost");
        int port = otlp(server -> server.https(local()).tls(key));
        Path trusted = Files.writeString(
                directory.resolve("ca.pem"), pem(key.certificateChain().getFirst()));

        Visit visit = new Patient()
                .with("OTEL_EXPORTER_OTLP_CERTIFICATE", trusted.toString())
                .visits("--endpoint", "http://localhost:" + port, "--protocol", "http/protobuf");

        assertThat(visit.said()).contains("Diagnosis: TLS mismatch", "wants TLS", "=https://localhost:" + port);
        assertThat(visit.code()).isEqualTo(1);
        Visit fixed = new Patient()
                .with("OTEL_EXPORTER_OTLP_CERTIFICATE", trusted.toString())
                .visits("--endpoint", "https://localhost:" + port);
        assertThat(fixed.said()).contains("accepted");
        assertThat(fixed.code()).isZero();
    }

    @Test
    void aCertificateThatNobodyKnowsIsNotTrusted() throws Exception {
        int port = otlp(server -> server.https(local()).tls(TlsKeyPair.ofSelfSigned("localhost")));

        Visit visit = new Patient().visits("--endpoint", "https://localhost:" + port);

        assertThat(visit.said()).contains("is not trusted here", "OTEL_EXPORTER_OTLP_CERTIFICATE=");
        assertThat(visit.code()).isEqualTo(1);
    }

    @Test
    void aFileWithoutCertificatesIsNamed(@TempDir Path directory) throws Exception {
        Path empty = Files.writeString(directory.resolve("empty.pem"), "");

        Visit visit = new Patient()
                .with("OTEL_EXPORTER_OTLP_CERTIFICATE", empty.toString())
                .visits("--endpoint", "https://localhost:1");

        assertThat(visit.said()).contains("empty.pem holds no certificate");
        assertThat(visit.code()).isEqualTo(1);
    }

    @Test
    void grpcToAnHttpReceiverIsAWrongProtocol() throws Exception {
        int port = otlp(server -> server.http(there()));
        String endpoint = "http://" + HOST + ":" + port;

        Visit visit = new Patient().visits("--endpoint", endpoint, "--protocol", "grpc");

        assertThat(visit.said())
                .contains("wrong protocol: " + HOST + ":" + port + " speaks http/protobuf, and grpc was");
        assertThat(visit.said()).contains("  - OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf\n");
        assertThat(visit.code()).isEqualTo(1);
        assertThat(new Patient().visits("--endpoint", endpoint).code()).isZero();
    }

    @Test
    void httpToAGrpcReceiverIsAWrongProtocol() throws Exception {
        Server server = Server.builder()
                .gracefulShutdownTimeoutMillis(0, 0)
                .http(there())
                .service(GrpcService.builder().addService(new Receiver()).build())
                .build();
        server.start().join();
        peer = server;
        String endpoint = "http://" + HOST + ":" + server.activeLocalPort();

        Visit visit = new Patient()
                .with("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/protobuf")
                .visits("--endpoint", endpoint);

        assertThat(visit.said()).contains("wrong protocol", "speaks grpc, and http/protobuf was");
        assertThat(visit.said()).contains("  - OTEL_EXPORTER_OTLP_TRACES_PROTOCOL=grpc\n");
        assertThat(visit.code()).isEqualTo(1);
        assertThat(new Patient()
                        .visits("--endpoint", endpoint, "--protocol", "grpc")
                        .code())
                .isZero();
    }

    /** grpc-java's servers speak HTTP/2 alone: they greet with SETTINGS and hang up on anything else. */
    @Test
    void httpToAServerOfHttp2AloneIsAWrongProtocol() throws Exception {
        var http2 = new ServerSocket(0, 50, InetAddress.ofLiteral(HOST));
        peer = http2;
        Thread.ofVirtual().start(() -> {
            while (!http2.isClosed()) {
                try (Socket connection = http2.accept()) {
                    connection.getInputStream().read(new byte[9]);
                    connection.getOutputStream().write(new byte[] {0, 0, 0, 4, 0, 0, 0, 0, 0});
                } catch (IOException e) {
                    // Closed from either side.
                }
            }
        });

        Visit visit = new Patient().visits("--endpoint", "http://" + HOST + ":" + http2.getLocalPort());

        assertThat(visit.said()).contains("HTTP/2 only", "wrong protocol", "OTEL_EXPORTER_OTLP_PROTOCOL=grpc");
        assertThat(visit.code()).isEqualTo(1);
    }

    @Test
    void aGatewayThatWantsAuthorizationIsNamed() throws Exception {
        int port = otlp(server -> server.http(there())
                .decorator((delegate, ctx, request) ->
                        "Bearer s3cret=".equals(request.headers().get("authorization"))
                                ? delegate.serve(ctx, request)
                                : HttpResponse.of(HttpStatus.UNAUTHORIZED)));
        String endpoint = "http://" + HOST + ":" + port;

        Visit visit = new Patient().visits("--endpoint", endpoint);
        assertThat(visit.said()).contains("refuses without authorization", "OTEL_EXPORTER_OTLP_HEADERS=");
        assertThat(visit.code()).isEqualTo(1);

        Visit let = new Patient()
                .with("OTEL_EXPORTER_OTLP_HEADERS", "x-a=b, authorization=Bearer%20s3cret=")
                .visits("--endpoint", endpoint);
        assertThat(let.code()).isZero();
    }

    @Test
    void aServerThatIsBusyIsNotAWrongOne() throws Exception {
        int port = otlp(
                server -> server.http(there()).decorator((_, _, _) -> HttpResponse.of(HttpStatus.SERVICE_UNAVAILABLE)));

        Visit visit = new Patient().visits("--endpoint", "http://" + HOST + ":" + port);

        assertThat(visit.said()).contains("cannot take spans at the moment");
        assertThat(visit.code()).isEqualTo(1);
    }

    @Test
    void aWebServerIsNoReceiverEvenIfItSaysYesToAll() throws Exception {
        HttpServer web = HttpServer.create(there(), 0);
        web.createContext("/", exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "text/html");
            exchange.sendResponseHeaders(200, 4);
            exchange.getResponseBody().write("<p/>".getBytes(UTF_8));
            exchange.close();
        });
        web.start();
        peer = () -> web.stop(0);
        String endpoint = "http://" + HOST + ":" + web.getAddress().getPort();

        Visit http = new Patient().visits("--endpoint", endpoint);
        assertThat(http.said()).contains("HTTP 200, content type text/html", "not an OTLP receiver");
        assertThat(http.code()).isEqualTo(1);

        Visit grpc = new Patient().visits("--endpoint", endpoint, "--protocol", "grpc");
        assertThat(grpc.said()).contains("HTTP/1 only, and gRPC needs HTTP/2");
        assertThat(grpc.code()).isEqualTo(1);
    }

    @Test
    void aPortThatSaysNothingIsNamed() throws Exception {
        var silent = new ServerSocket(0, 50, InetAddress.ofLiteral(HOST));
        peer = silent;

        Visit visit = new Patient().visits("--endpoint", "http://" + HOST + ":" + silent.getLocalPort());

        assertThat(visit.said()).contains("it does not answer");
        assertThat(visit.code()).isEqualTo(1);
    }

    /** A receiver of exports over HTTP with whatever is around it; answers its port. */
    private int otlp(Consumer<ServerBuilder> around) {
        ServerBuilder builder = Server.builder().gracefulShutdownTimeoutMillis(0, 0);
        builder.service(
                "/v1/traces",
                (_, _) -> HttpResponse.of(HttpStatus.OK, MediaType.parse("application/x-protobuf"), new byte[0]));
        around.accept(builder);
        Server server = builder.build();
        server.start().join();
        peer = server;
        return server.activeLocalPort();
    }

    private static final class Receiver extends TraceServiceGrpc.TraceServiceImplBase {
        @Override
        public void export(
                ExportTraceServiceRequest request, StreamObserver<ExportTraceServiceResponse> responseObserver) {
            responseObserver.onNext(ExportTraceServiceResponse.getDefaultInstance());
            responseObserver.onCompleted();
        }
    }

    /** For certificates, which are for a name. */
    private static InetSocketAddress local() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private static InetSocketAddress there() {
        return new InetSocketAddress(InetAddress.ofLiteral(HOST), 0);
    }

    private static String pem(X509Certificate certificate) throws Exception {
        return "-----BEGIN CERTIFICATE-----\n" + Base64.getMimeEncoder().encodeToString(certificate.getEncoded())
                + "\n-----END CERTIFICATE-----\n";
    }
}
