package io.clew.server.doctor;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The places near a target that does not work: those that differ from it in one or two of path, protocol, TLS, port and
 * host, where each is varied only among what people mean to write (OTLP's path, the ports of a Clew server, loopback and
 * a container's ways to its host). They are tried at once.
 */
final class Alternatives {

    private static final int MOST_DIFFERENCES = 2;
    private static final int GRPC_PORT = Target.Wire.GRPC.port;
    private static final int HTTP_PORT = Target.Wire.HTTP_PROTOBUF.port;
    private static final int UI_PORT = 16_686;

    private final Target origin;
    private final Outcome failure;
    private final Surroundings where;

    Alternatives(Target origin, Outcome failure, Surroundings where) {
        this.origin = origin;
        this.failure = failure;
        this.where = where;
    }

    /** Those that accept an empty export, with the fewest differences, and of these in the order of the class comment. */
    List<Target> thatWork(TestExport export) throws InterruptedException {
        var near = new ArrayList<>(near());
        var tries = new ArrayList<Callable<Outcome>>();
        near.forEach(target -> tries.add(() -> export.to(target)));
        var working = new ArrayList<Target>();
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Outcome>> outcomes = threads.invokeAll(tries);
            for (int i = 0; i < near.size(); i++) {
                if (outcomes.get(i).get() instanceof Outcome.Accepted) {
                    working.add(near.get(i));
                }
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        }
        working.sort(Comparator.comparingInt(this::differences));
        int fewest = working.isEmpty() ? 0 : differences(working.getFirst());
        return working.stream().filter(target -> differences(target) == fewest).toList();
    }

    /** All that differ in one or two things, nearest kinds first. */
    private Set<Target> near() {
        var near = new LinkedHashSet<Target>();
        for (String host : hosts()) {
            for (int port : ports()) {
                for (boolean tls : tls()) {
                    for (Target wire : List.of(origin, origin.withOtherWire())) {
                        Target changed = new Target(tls, host, port, wire.wire(), wire.path());
                        near.add(changed);
                        near.add(changed.withPath(Target.TRACES));
                    }
                }
            }
        }
        near.removeIf(target -> differences(target) == 0 || differences(target) > MOST_DIFFERENCES);
        return near;
    }

    private int differences(Target target) {
        int differences = 0;
        // The other protocol brings its own path; that is one thing to change.
        if (target.wire() != origin.wire()) {
            differences++;
        } else if (target.wire() != Target.Wire.GRPC && !target.path().equals(origin.path())) {
            differences++;
        }
        differences += target.tls() == origin.tls() ? 0 : 1;
        differences += target.port() == origin.port() ? 0 : 1;
        differences += target.host().equals(origin.host()) ? 0 : 1;
        return differences;
    }

    private List<Boolean> tls() {
        boolean inDoubt = failure instanceof Outcome.WantsTls
                || failure instanceof Outcome.NoTls
                || failure instanceof Outcome.NoAnswer;
        return inDoubt ? List.of(origin.tls(), !origin.tls()) : List.of(origin.tls());
    }

    /** The port as given, OTLP's ports, and those of a server with the port offset that the given one suggests. */
    private Set<Integer> ports() {
        var ports = new LinkedHashSet<Integer>(List.of(origin.port(), HTTP_PORT, GRPC_PORT));
        for (int usual : new int[] {HTTP_PORT, GRPC_PORT, UI_PORT}) {
            int offset = origin.port() - usual;
            if (offset > 0 && HTTP_PORT + offset <= 65_535) {
                ports.add(HTTP_PORT + offset);
                ports.add(GRPC_PORT + offset);
            }
        }
        return ports;
    }

    private Set<String> hosts() {
        var hosts = new LinkedHashSet<String>(List.of(origin.host()));
        boolean absent = failure instanceof Outcome.UnknownHost
                || failure instanceof Outcome.Refused
                || failure instanceof Outcome.Unreachable;
        if (absent) {
            hosts.add("127.0.0.1");
            if (where.container().isPresent()) {
                hosts.add("host.docker.internal");
                hosts.add("host.containers.internal");
                where.gateway().ifPresent(hosts::add);
            }
        }
        return hosts;
    }
}
