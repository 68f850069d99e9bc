package io.clew.demo;

import io.clew.demo.shop.database.Database;
import io.clew.demo.shop.orders.Orders;
import io.clew.demo.shop.stock.Stock;
import io.clew.demo.shop.storefront.Storefront;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** How the shop's processes are started: small JVMs, and of tracing nothing but the agent, its name and its address. */
final class Shop {

    private static final List<String> SMALL = List.of("-Xmx128m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

    private final Ports ports;
    private final Path agent;
    private final Path logs;
    private final String password = UUID.randomUUID().toString();

    Shop(Ports ports, Path agent, Path logs) {
        this.ports = ports;
        this.agent = agent;
        this.logs = logs;
    }

    /** The agent's jar beside the classes of this module, where the build puts it. */
    static Path agentBesideTheseClasses() {
        Path classes = classes();
        Path agent = classes.resolveSibling("agent").resolve("opentelemetry-javaagent.jar");
        if (!Files.exists(agent)) {
            throw new IllegalStateException(agent + " is missing: run ./clew demo, which builds it");
        }
        return agent;
    }

    static Path classes() {
        return Path.of(System.getProperty("java.class.path").split(File.pathSeparator, 2)[0])
                .toAbsolutePath();
    }

    Child database() {
        return Child.start(
                "database",
                List.of("-Xmx64m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", classPath()),
                List.of(Database.class.getName(), Integer.toString(ports.database())),
                Map.of(Database.PASSWORD, password),
                logs);
    }

    Child storefront() {
        return service("storefront", Storefront.class, ports.storefront());
    }

    Child orders() {
        return service("orders", Orders.class, ports.orders());
    }

    Child stock() {
        return service("stock", Stock.class, ports.stock());
    }

    private Child service(String name, Class<?> main, int port) {
        var jvm = new java.util.ArrayList<>(SMALL);
        jvm.add("-javaagent:" + agent);
        jvm.addAll(List.of("-cp", classPath()));
        return Child.start(
                name,
                jvm,
                List.of(
                        main.getName(),
                        "--shop.service=" + name,
                        "--server.address=127.0.0.1",
                        "--server.port=" + port,
                        "--shop.orders=http://127.0.0.1:" + ports.orders(),
                        "--shop.stock=http://127.0.0.1:" + ports.stock(),
                        "--spring.datasource.url=" + Database.url(ports.database())),
                Map.of(
                        "SPRING_DATASOURCE_USERNAME",
                        "shop",
                        "SPRING_DATASOURCE_PASSWORD",
                        password,
                        "OTEL_SERVICE_NAME",
                        name,
                        "OTEL_EXPORTER_OTLP_ENDPOINT",
                        "http://127.0.0.1:" + ports.otlpHttp()),
                logs);
    }

    private static String classPath() {
        return System.getProperty("java.class.path");
    }
}
