package io.clew.server.doctor;

import io.clew.server.doctor.Target.Wire;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which proxies an exporter would go through: Java's by its system properties, everyone else's by environment variables
 * that they read alike but for details (Go, Python, gRPC's C core; curl).
 */
final class Proxies {

    private static final int DEFAULT_PORT = 80;

    /**
     * A proxy in the way.
     *
     * @param setting the variable or property that puts it there
     * @param exemption the variable or property that would take a host out of it
     * @param address not resolved
     */
    record InTheWay(String setting, String exemption, InetSocketAddress address) {
        String shown() {
            return address.getHostString() + ":" + address.getPort();
        }
    }

    private Proxies() {}

    static List<InTheWay> of(Target target, Environment environment) {
        var proxies = new ArrayList<InTheWay>();
        InTheWay variable = ofVariables(target, environment);
        if (variable != null) {
            proxies.add(variable);
        }
        InTheWay property = ofProperties(target, environment);
        if (property != null) {
            proxies.add(property);
        }
        return proxies;
    }

    private static @Nullable InTheWay ofVariables(Target target, Environment environment) {
        String name;
        if (target.wire() == Wire.GRPC) {
            name = environment.firstOf(
                    "grpc_proxy", "https_proxy", "HTTPS_PROXY", "http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY");
        } else if (target.tls()) {
            name = environment.firstOf("https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY");
        } else {
            name = environment.firstOf("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY");
        }
        String exemption = environment.firstOf("no_grpc_proxy", "no_proxy", "NO_PROXY");
        if (name == null || (exemption != null && exempt(target, environment.variable(exemption)))) {
            return null;
        }
        InetSocketAddress address = address(environment.variable(name));
        return address == null ? null : new InTheWay(name, exemption == null ? "no_proxy" : exemption, address);
    }

    private static @Nullable InTheWay ofProperties(Target target, Environment environment) {
        String property = target.tls() ? "https.proxyHost" : "http.proxyHost";
        if (!environment.properties().containsKey(property)) {
            return null;
        }
        // The JDK's own reading of its properties, exemptions included.
        for (Proxy proxy : ProxySelector.getDefault().select(target.uri())) {
            if (proxy.address() instanceof InetSocketAddress address) {
                return new InTheWay(
                        "-D" + property,
                        "-Dhttp.nonProxyHosts",
                        InetSocketAddress.createUnresolved(address.getHostString(), address.getPort()));
            }
        }
        return null;
    }

    /** {@code no_proxy}: hosts, domains (with or without a leading dot), {@code host:port}, addresses, or {@code *}. */
    private static boolean exempt(Target target, String list) {
        String host = target.host().toLowerCase(Locale.ROOT);
        for (String each : list.toLowerCase(Locale.ROOT).split("[,\\s]+", -1)) {
            String entry = each.replaceFirst("^\\*?\\.", "").replaceFirst(":" + target.port() + "$", "");
            if (each.equals("*") || (!entry.isEmpty() && (host.equals(entry) || host.endsWith("." + entry)))) {
                return true;
            }
        }
        return false;
    }

    private static @Nullable InetSocketAddress address(String value) {
        try {
            URI uri = new URI(value.contains("://") ? value : "http://" + value);
            return uri.getHost() == null
                    ? null
                    : InetSocketAddress.createUnresolved(
                            uri.getHost(), uri.getPort() == -1 ? DEFAULT_PORT : uri.getPort());
        } catch (URISyntaxException e) {
            return null;
        }
    }
}
