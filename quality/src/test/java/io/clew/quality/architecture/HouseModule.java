package io.clew.quality.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import java.util.List;
import java.util.Optional;

/**
 * A module and everything it may use. {@link #ALL} is the one list of allowed edges; what is not in it is forbidden.
 *
 * <p>A package stands for itself and those below it; with {@code =} in front for itself alone ({@code =io.clew.store} is
 * the store's contract without the embedded store). A module may always use itself and {@link #EVERYONE}.
 */
record HouseModule(String root, List<String> allowed) {

    static final List<HouseModule> ALL = List.of(
            module("io.clew.model"),
            module("io.clew.ingest", "io.clew.model", "com.github.luben.zstd", "com.fasterxml.jackson.core"),
            module(
                    "io.clew.store",
                    "io.clew.model",
                    "com.github.benmanes.caffeine",
                    "com.github.luben.zstd",
                    "org.roaringbitmap"),
            module("io.clew.traceql", "io.clew.model", "=io.clew.store", "com.google.re2j"),
            module("io.clew.analysis", "io.clew.model", "=io.clew.store"),
            module(
                    "io.clew.server",
                    "io.clew.model",
                    "io.clew.ingest",
                    "io.clew.store",
                    "io.clew.traceql",
                    "io.clew.analysis",
                    "com.datadoghq.sketch",
                    "com.fasterxml.jackson",
                    "com.github.luben.zstd",
                    "com.google.protobuf",
                    "com.google.rpc",
                    "com.linecorp.armeria",
                    "io.grpc",
                    "io.micrometer",
                    "io.netty",
                    "io.opentelemetry.proto",
                    "io.prometheus",
                    "org.reactivestreams",
                    "org.slf4j",
                    "org.snakeyaml.engine",
                    "picocli"));

    /** The platform and JSpecify; {@code jdk.net} and {@code com.sun.management} are exported parts of the JDK. */
    private static final List<String> EVERYONE =
            List.of("java", "javax", "org.jspecify", "jdk.net", "com.sun.management");

    private static HouseModule module(String root, String... allowed) {
        return new HouseModule(root, List.of(allowed));
    }

    /** The module of one of our classes; empty for a class of others. */
    static Optional<HouseModule> of(JavaClass type) {
        return ALL.stream().filter(module -> within(module.root, type)).findFirst();
    }

    boolean mayUse(JavaClass type) {
        JavaClass base = type.getBaseComponentType();
        return base.isPrimitive()
                || within(root, base)
                || EVERYONE.stream().anyMatch(prefix -> within(prefix, base))
                || allowed.stream().anyMatch(prefix -> within(prefix, base));
    }

    private static boolean within(String prefix, JavaClass type) {
        String name = type.getPackageName();
        if (prefix.startsWith("=")) {
            return name.equals(prefix.substring(1));
        }
        return name.equals(prefix) || name.startsWith(prefix + ".");
    }
}
