package io.clew.quality.bench;

import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.RequestHeaders;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.zip.GZIPOutputStream;

/** Brings one request to a server and waits for its answer. From any thread. */
interface Sender {
    /** The status of the answer; gRPC's is told as HTTP's: 200, 503 for what may be sent again, else 500. */
    int send(byte[] otlp) throws IOException, InterruptedException;

    /** OTLP over HTTP/1.1 as protobuf. */
    static Sender http(URI intake) {
        return otlp -> post(HttpRequest.newBuilder(intake)
                .header("content-type", "application/x-protobuf")
                .POST(HttpRequest.BodyPublishers.ofByteArray(otlp)));
    }

    /** The same, compressed as the SDKs do it by default. */
    static Sender gzip(URI intake) {
        return otlp -> {
            ByteArrayOutputStream out = new ByteArrayOutputStream(otlp.length / 4);
            try (GZIPOutputStream gzip = new GZIPOutputStream(out, 8192)) {
                gzip.write(otlp);
            }
            return post(HttpRequest.newBuilder(intake)
                    .header("content-type", "application/x-protobuf")
                    .header("content-encoding", "gzip")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(out.toByteArray())));
        };
    }

    /** OTLP over gRPC, uncompressed, over cleartext HTTP/2. */
    static Sender grpc(int port) {
        WebClient client = WebClient.builder("h2c://127.0.0.1:" + port)
                .responseTimeout(Duration.ofMinutes(2))
                .build();
        RequestHeaders headers = RequestHeaders.builder(
                        HttpMethod.POST, "/opentelemetry.proto.collector.trace.v1.TraceService/Export")
                .add("content-type", "application/grpc")
                .add("te", "trailers")
                .build();
        return otlp -> {
            byte[] frame = new byte[5 + otlp.length];
            ByteBuffer.wrap(frame).put((byte) 0).putInt(otlp.length).put(otlp);
            AggregatedHttpResponse answer;
            try {
                answer = client.execute(headers, HttpData.wrap(frame))
                        .aggregate()
                        .join();
            } catch (CompletionException e) {
                throw new IOException("gRPC call failed", e.getCause());
            }
            String status =
                    answer.trailers().get("grpc-status", answer.headers().get("grpc-status", "none"));
            return switch (status) {
                case "0" -> 200;
                case "14" -> 503;
                default -> 500;
            };
        };
    }

    /** Sends with the HTTP client of the bench. */
    static int post(HttpRequest.Builder request) throws IOException, InterruptedException {
        return Child.HTTP
                .send(request.build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }
}
