package io.clew.server.doctor;

import io.clew.server.doctor.Target.Wire;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an OpenTelemetry exporter in the doctor's place would be set to, by the rules of the specification
 * (opentelemetry-specification, protocol/exporter.md): the variable for traces before the general one, a Java system
 * property before its environment variable; the general endpoint gets {@value Target#TRACES} appended, that for traces is
 * taken as it is.
 *
 * @param target where spans would go
 * @param endpoint what named the endpoint
 * @param wire what named the protocol
 * @param headers sent with each request
 * @param certificate PEM file of the certificates to believe
 */
record ExporterSettings(
        Target target,
        Setting endpoint,
        Setting wire,
        Map<String, String> headers,
        @Nullable Path certificate) {

    static final String TRACES_ENDPOINT = "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT";
    static final String ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT";
    static final String TRACES_PROTOCOL = "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL";
    static final String PROTOCOL = "OTEL_EXPORTER_OTLP_PROTOCOL";

    /**
     * A value and where it comes from.
     *
     * @param name of the option or environment variable; empty for a default
     */
    record Setting(String name, String value) {}

    /** A setting that cannot mean anything; {@code cause} and {@code details} say which. */
    static final class BadSettingException extends Exception {

        private static final long serialVersionUID = 1;

        final transient Cause reason;
        final transient Object[] details;

        java.util.List<Phrase> fixes() {
            return java.util.List.of(Phrase.of("fix-" + reason.key(), details));
        }

        BadSettingException(Cause reason, Object... details) {
            super(reason.key());
            this.reason = reason;
            this.details = details;
        }
    }

    /** Whether the endpoint is that for traces alone, path included. */
    boolean pathIsGiven() {
        return endpoint.name().equals(TRACES_ENDPOINT);
    }

    /** The variable to set for another endpoint, and what to set it to. */
    String endpointAssignment(Target fixed) {
        return pathIsGiven() ? TRACES_ENDPOINT + "=" + fixed.uri() : ENDPOINT + "=" + fixed.base();
    }

    /** The variable to set for another protocol, and what to set it to. */
    String wireAssignment(Target fixed) {
        return (wire.name().equals(TRACES_PROTOCOL) ? TRACES_PROTOCOL : PROTOCOL) + "=" + fixed.wire().label;
    }

    /**
     * Reads the settings.
     *
     * @param endpointOption value of {@code --endpoint}, null when absent
     * @param protocolOption value of {@code --protocol}, null when absent
     */
    static ExporterSettings read(@Nullable String endpointOption, @Nullable String protocolOption, Environment from)
            throws BadSettingException {
        Setting wireSetting = protocolOption != null
                ? new Setting("--protocol", protocolOption)
                : first(from, new Setting("", Wire.HTTP_PROTOBUF.label), TRACES_PROTOCOL, PROTOCOL);
        Wire wire = wire(wireSetting);
        Setting endpoint = endpointOption != null
                ? new Setting("--endpoint", endpointOption)
                : first(from, new Setting("", "http://localhost:" + wire.port), TRACES_ENDPOINT, ENDPOINT);
        String certificate = first(
                        from,
                        new Setting("", ""),
                        "OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE",
                        "OTEL_EXPORTER_OTLP_CERTIFICATE")
                .value();
        return new ExporterSettings(
                target(endpoint, wire),
                endpoint,
                wireSetting,
                headers(first(
                                from,
                                new Setting("", ""),
                                "OTEL_EXPORTER_OTLP_TRACES_HEADERS",
                                "OTEL_EXPORTER_OTLP_HEADERS")
                        .value()),
                certificate.isEmpty() ? null : Path.of(certificate));
    }

    private static Setting first(Environment from, Setting otherwise, String... names) {
        for (String name : names) {
            String value = from.setting(name);
            if (value != null && !value.isBlank()) {
                return new Setting(name, value.strip());
            }
        }
        return otherwise;
    }

    private static Wire wire(Setting setting) throws BadSettingException {
        for (Wire wire : Wire.values()) {
            if (wire.label.equals(setting.value())) {
                return wire;
            }
        }
        throw new BadSettingException(Cause.BAD_PROTOCOL, setting.name(), setting.value());
    }

    private static Target target(Setting setting, Wire wire) throws BadSettingException {
        URI uri;
        try {
            uri = new URI(setting.value());
        } catch (URISyntaxException e) {
            throw new BadSettingException(Cause.BAD_ENDPOINT, nameOf(setting), setting.value(), suggestion(setting));
        }
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (uri.getHost() == null || !(scheme.equals("http") || scheme.equals("https")) || uri.getPort() > 65_535) {
            throw new BadSettingException(Cause.BAD_ENDPOINT, nameOf(setting), setting.value(), suggestion(setting));
        }
        boolean tls = scheme.equals("https");
        String given = uri.getRawPath() == null ? "" : uri.getRawPath();
        boolean asItIs = setting.name().equals(TRACES_ENDPOINT)
                || (setting.name().equals("--endpoint") && given.endsWith(Target.TRACES));
        String path = asItIs ? (given.isEmpty() ? "/" : given) : given.replaceAll("/+$", "") + Target.TRACES;
        String host = uri.getHost().replaceAll("^\\[|]$", "");
        int port = uri.getPort() != -1 ? uri.getPort() : tls ? 443 : 80;
        return new Target(tls, host, port, wire, path);
    }

    private static String nameOf(Setting setting) {
        return setting.name().isEmpty() ? ENDPOINT : setting.name();
    }

    /** The value with the scheme that it lacks, when that is all it lacks; else an example. */
    private static String suggestion(Setting setting) {
        String bare = setting.value().replaceFirst("^[A-Za-z]+://", "");
        boolean plausible = bare.matches("[A-Za-z0-9._-]+(:[0-9]{1,4}|:[1-5][0-9]{4})?(/.*)?");
        return plausible ? "http://" + bare : "http://localhost:4318";
    }

    /** Key=value pairs with commas between, values percent-encoded (W3C Baggage, as the specification says). */
    private static Map<String, String> headers(String value) {
        var headers = new LinkedHashMap<String, String>();
        for (String pair : value.split(",", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                headers.put(
                        pair.substring(0, equals).strip(),
                        URLDecoder.decode(
                                pair.substring(equals + 1).strip().replace("+", "%2B"), StandardCharsets.UTF_8));
            }
        }
        return headers;
    }
}
