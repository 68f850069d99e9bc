package io.clew.server.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import io.clew.server.doctor.Patient.Visit;
import io.clew.server.life.RunningServer;
import io.clew.server.net.Door;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Settings against a Clew server that is all right: each that is wrong is named, with the value that works. */
class DoctorTest {

    private static RunningServer server = RunningServer.inMemory();
    private static String http = "";
    private static String grpc = "";

    @BeforeAll
    static void addresses() {
        http = "http://127.0.0.1:" + server.port(Door.OTLP_HTTP);
        grpc = "http://127.0.0.1:" + server.port(Door.OTLP_GRPC);
    }

    @AfterAll
    static void stop() throws IOException {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http/protobuf", "http/json"})
    void exportsOverHttpArriveAndStoreNothing(String protocol) {
        Visit visit = new Patient().visits("--endpoint", http, "--protocol", protocol);

        assertThat(visit.said())
                .contains("endpoint   " + http + "/v1/traces   (--endpoint)", "accepted", "would arrive");
        assertThat(visit.code()).isZero();
        assertThat(server.get("/clew/api/v1/status").body()).contains("\"spansReceived\":0");
    }

    @Test
    void exportsOverGrpcArriveAndStoreNothing() {
        Visit visit = new Patient().visits("--endpoint", grpc, "--protocol", "grpc");

        assertThat(visit.said()).contains("accepted", "would arrive");
        assertThat(visit.code()).isZero();
        assertThat(server.get("/clew/api/v1/status").body()).contains("\"spansReceived\":0");
    }

    @Test
    void theVariableThatWasUsedIsNamed() {
        Visit general = new Patient().with("OTEL_EXPORTER_OTLP_ENDPOINT", http).visits();
        assertThat(general.said()).contains(http + "/v1/traces   (OTEL_EXPORTER_OTLP_ENDPOINT=" + http + ")");
        assertThat(general.said()).contains("http/protobuf   (the default)");
        assertThat(general.code()).isZero();

        Visit traces = new Patient()
                .with("OTEL_EXPORTER_OTLP_ENDPOINT", "http://clew.invalid:1")
                .with("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", grpc)
                .with("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")
                .visits();
        assertThat(traces.said()).contains("(OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=" + grpc + ")");
        assertThat(traces.said()).contains("grpc   (OTEL_EXPORTER_OTLP_PROTOCOL=grpc)");
        assertThat(traces.code()).isZero();
    }

    @Test
    void aJavaPropertyWinsOverItsVariable() {
        Visit visit = new Patient()
                .with("OTEL_EXPORTER_OTLP_ENDPOINT", "http://clew.invalid:1")
                .withProperty("otel.exporter.otlp.endpoint", http)
                .visits();
        assertThat(visit.code()).isZero();
    }

    @Test
    void aWrongHostIsNamed() {
        Visit visit = new Patient().visits("--endpoint", "http://clew.invalid:4318");

        assertThat(visit.said()).contains("Diagnosis: wrong host", "'clew.invalid'", "localhost");
        assertThat(visit.code()).isEqualTo(1);
    }

    @Test
    void thePathForTracesAloneMustBeWhole() {
        Visit without =
                new Patient().with("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", http).visits();
        assertThat(without.said())
                .contains("Diagnosis: wrong path", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=" + http + "/v1/traces");
        assertThat(without.code()).isEqualTo(1);

        Visit with = new Patient()
                .with("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", http + "/v1/traces")
                .visits();
        assertThat(with.code()).isZero();
    }

    @Test
    void theGeneralEndpointIsWithoutThePath() {
        Visit visit = new Patient()
                .with("OTEL_EXPORTER_OTLP_ENDPOINT", http + "/v1/traces")
                .visits();
        assertThat(visit.said()).contains("Diagnosis: wrong path", "  - OTEL_EXPORTER_OTLP_ENDPOINT=" + http + "\n");
        assertThat(visit.code()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"grpc", "http/protobuf"})
    void tlsToCleartextIsAMismatch(String protocol) {
        String address = protocol.equals("grpc") ? grpc : http;
        Visit visit = new Patient().visits("--endpoint", address.replace("http:", "https:"), "--protocol", protocol);

        assertThat(visit.said())
                .contains("Diagnosis: TLS mismatch", "speaks cleartext", "OTEL_EXPORTER_OTLP_ENDPOINT=" + address);
        assertThat(visit.code()).isEqualTo(1);
    }

    @Test
    void theUiPortIsNotAReceiver() {
        Visit visit = new Patient().visits("--endpoint", "http://127.0.0.1:" + server.port(Door.UI));

        assertThat(visit.said()).contains("HTTP 4").containsAnyOf("not an OTLP receiver", "wrong port");
        assertThat(visit.code()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost:4318", "tcp://localhost:4318", "http://", "http://a b:4318", "http://h:70000"})
    void whatIsNoUrlIsNamed(String endpoint) {
        Visit visit =
                new Patient().with("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint).visits();

        assertThat(visit.said())
                .contains(
                        "OTEL_EXPORTER_OTLP_ENDPOINT is '" + endpoint + "'",
                        "OTEL_EXPORTER_OTLP_ENDPOINT=http://localhost:4318");
        assertThat(visit.code()).isEqualTo(1);
    }

    @Test
    void anUnknownProtocolIsNamed() {
        Visit visit =
                new Patient().with("OTEL_EXPORTER_OTLP_PROTOCOL", "thrift").visits();

        assertThat(visit.said())
                .contains("OTEL_EXPORTER_OTLP_PROTOCOL is 'thrift'", "OTEL_EXPORTER_OTLP_PROTOCOL=grpc");
        assertThat(visit.code()).isEqualTo(1);
    }

    @Test
    void anSdkThatIsSwitchedOffIsNamedAlthoughTheWayIsFree() {
        Visit visit = new Patient()
                .with("OTEL_SDK_DISABLED", "true")
                .with("OTEL_TRACES_EXPORTER", "none")
                .with("OTEL_TRACES_SAMPLER", "parentbased_traceidratio")
                .with("OTEL_TRACES_SAMPLER_ARG", "0.0")
                .visits("--endpoint", http);

        assertThat(visit.said())
                .contains(
                        "accepted",
                        "OTEL_SDK_DISABLED is 'true'",
                        "OTEL_TRACES_EXPORTER is 'none'",
                        "OTEL_TRACES_SAMPLER is 'parentbased_traceidratio'",
                        "unset OTEL_SDK_DISABLED");
        assertThat(visit.code()).isEqualTo(1);
    }

    @Test
    void itSpeaksChinese() {
        assertThat(new Patient().visits("--endpoint", http, "--lang", "zh").said())
                .contains("可以到达");
        assertThat(new Patient()
                        .with("LANG", "zh_CN.UTF-8")
                        .visits("--protocol", "thrift")
                        .said())
                .contains("诊断：--protocol 的值是“thrift”");
        assertThat(new Patient()
                        .with("LANG", "zh_CN.UTF-8")
                        .with("LC_ALL", "C")
                        .visits("--protocol", "thrift")
                        .said())
                .contains("Diagnosis: --protocol is 'thrift'");
    }

    @Test
    void aWrongOptionIsRefused() {
        assertThat(new Patient().visits("--endpont", http).code()).isEqualTo(2);
        assertThat(new Patient().visits("--lang", "fr").code()).isEqualTo(2);
    }
}
