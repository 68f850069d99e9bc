package io.clew.server.doctor;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** Examines one exporter's settings: tries them, and where that fails finds out what would have to be changed. */
final class Doctor {

    private static final int HTTP_UNAUTHORIZED = 401;
    private static final int HTTP_FORBIDDEN = 403;
    private static final int HTTP_TOO_MANY_REQUESTS = 429;
    private static final int HTTP_UNAVAILABLE = 503;
    private static final int GRPC_PERMISSION_DENIED = 7;
    private static final int GRPC_RESOURCE_EXHAUSTED = 8;
    private static final int GRPC_UNAVAILABLE = 14;
    private static final int GRPC_UNAUTHENTICATED = 16;
    private static final int FIXES_SHOWN = 3;

    private final ExporterSettings settings;
    private final Environment environment;
    private final Surroundings where;
    private final TestExport export;
    private final List<Report.Tried> tried = new ArrayList<>();

    /** Throws when the file of trusted certificates cannot be used. */
    Doctor(ExporterSettings settings, Environment environment, Surroundings where) throws IOException {
        this.settings = settings;
        this.environment = environment;
        this.where = where;
        this.export = new TestExport(settings.headers(), Trust.of(settings.certificate()));
    }

    /** Takes some seconds where hosts or ports do not answer; stores nothing anywhere. */
    Report examine() throws InterruptedException {
        var diagnoses = new ArrayList<>(new SwitchedOff(environment).diagnoses());
        var notes = new ArrayList<Phrase>();
        Target target = settings.target();
        Outcome outcome = export.to(target);
        tried.add(new Report.Tried(target.toString(), outcome));
        List<Proxies.InTheWay> proxies = Proxies.of(target, environment);
        if (outcome instanceof Outcome.Accepted) {
            proxies.forEach(proxy -> throughProxy(proxy, diagnoses, notes));
            notes.addAll(new ClewStatus(target).notes());
        } else if (proxies.stream().noneMatch(proxy -> accepts(proxy))) {
            diagnoses.add(explain(outcome));
        }
        return new Report(List.copyOf(tried), diagnoses, notes);
    }

    private void throughProxy(Proxies.InTheWay proxy, List<Diagnosis> diagnoses, List<Phrase> notes) {
        Target target = settings.target();
        if (accepts(proxy)) {
            notes.add(Phrase.of("note-proxy", proxy.shown(), proxy.setting()));
        } else {
            diagnoses.add(Diagnosis.of(
                    Cause.PROXY,
                    List.of(
                            Phrase.of("fix-exempt", proxy.exemption(), target.host()),
                            Phrase.of("fix-unset", proxy.setting())),
                    proxy.setting(),
                    proxy.shown(),
                    target.host()));
        }
    }

    private boolean accepts(Proxies.InTheWay proxy) {
        // Resolved here: a proxy's name is looked up by the client, not by the proxy.
        var address = new InetSocketAddress(
                proxy.address().getHostString(), proxy.address().getPort());
        Outcome outcome =
                address.isUnresolved() ? new Outcome.UnknownHost() : export.through(address, settings.target());
        tried.add(new Report.Tried(settings.target() + " via " + proxy.shown(), outcome));
        return outcome instanceof Outcome.Accepted;
    }

    private Diagnosis explain(Outcome outcome) throws InterruptedException {
        Target target = settings.target();
        String place = target.host() + ":" + target.port();
        if (outcome instanceof Outcome.Untrusted untrusted) {
            return Diagnosis.of(Cause.CERTIFICATE, List.of(Phrase.of("fix-certificate")), place, untrusted.reason());
        }
        if (unauthorized(outcome)) {
            return Diagnosis.of(Cause.AUTHORIZATION, List.of(Phrase.of("fix-headers")), place);
        }
        if (busy(outcome)) {
            return Diagnosis.of(Cause.BUSY, List.of(Phrase.of("fix-busy")), place);
        }
        List<Target> working = new Alternatives(target, outcome, where).thatWork(export);
        var fixes = new ArrayList<Phrase>();
        working.stream().limit(FIXES_SHOWN).forEach(found -> fixes.add(assignments(found)));
        return switch (outcome) {
            case Outcome.UnknownHost _ -> unknownHost(target, fixes);
            case Outcome.Refused _ -> refused(target, working, fixes);
            case Outcome.Unreachable unreachable ->
                Diagnosis.of(
                        Cause.UNREACHABLE, or(fixes, Phrase.of("fix-unreachable", place)), place, unreachable.reason());
            case Outcome.WantsTls _ ->
                Diagnosis.of(Cause.TLS_WANTED, or(fixes, assignments(target.withTls(true))), place);
            case Outcome.NoTls _ ->
                Diagnosis.of(Cause.TLS_UNWANTED, or(fixes, assignments(target.withTls(false))), place);
            default -> misunderstood(target, outcome, working, fixes);
        };
    }

    private Diagnosis unknownHost(Target target, List<Phrase> fixes) {
        fixes.add(Phrase.of(where.container().isPresent() ? "fix-host-in-container" : "fix-host", target.host()));
        return Diagnosis.of(Cause.WRONG_HOST, fixes, target.host());
    }

    private Diagnosis refused(Target target, List<Target> working, List<Phrase> fixes) {
        String place = target.host() + ":" + target.port();
        if (working.stream().anyMatch(found -> found.host().equals(target.host()))) {
            return Diagnosis.of(Cause.WRONG_PORT, fixes, place);
        }
        boolean loopback = Surroundings.isLoopback(target.host());
        if (loopback && where.container().isPresent()) {
            if (fixes.isEmpty()) {
                fixes.add(Phrase.of(
                        "fix-from-container", settings.endpointAssignment(target.withHost("host.docker.internal"))));
                fixes.add(Phrase.of("fix-service-name", settings.endpointAssignment(target.withHost("clew"))));
                fixes.add(Phrase.of("fix-bind"));
                fixes.add(Phrase.of("fix-start-here"));
            }
            return Diagnosis.of(
                    Cause.CONTAINER_LOOPBACK, fixes, place, where.container().orElseThrow());
        }
        if (loopback) {
            return Diagnosis.of(Cause.NOTHING_LISTENING, or(fixes, Phrase.of("fix-start")), place);
        }
        boolean onLoopback = working.stream().anyMatch(found -> Surroundings.isLoopback(found.host()));
        if (onLoopback && Surroundings.isOwnAddress(target.host())) {
            fixes.addFirst(Phrase.of("fix-bind"));
            return Diagnosis.of(Cause.LOOPBACK_ONLY, fixes, place, target.port());
        }
        fixes.addFirst(Phrase.of("fix-bind"));
        fixes.add(Phrase.of("fix-start-there", target.host()));
        return Diagnosis.of(Cause.NOTHING_LISTENING_THERE, fixes, place);
    }

    /** Something listens, and it did not take the request for OTLP's. */
    private Diagnosis misunderstood(Target target, Outcome outcome, List<Target> working, List<Phrase> fixes) {
        String place = target.host() + ":" + target.port();
        if (working.stream().anyMatch(found -> found.equals(target.withPath(Target.TRACES)))) {
            return Diagnosis.of(Cause.PATH, fixes, target.path(), place);
        }
        boolean otherWire = working.stream().anyMatch(found -> found.equals(target.withOtherWire()));
        if (otherWire || outcome instanceof Outcome.OnlyHttp1 || outcome instanceof Outcome.OnlyHttp2) {
            return Diagnosis.of(
                    Cause.PROTOCOL,
                    or(fixes, assignments(target.withOtherWire())),
                    place,
                    target.withOtherWire().wire().label,
                    target.wire().label);
        }
        if (working.stream().anyMatch(found -> found.tls() != target.tls() && found.port() == target.port())) {
            return Diagnosis.of(target.tls() ? Cause.TLS_UNWANTED : Cause.TLS_WANTED, fixes, place);
        }
        if (!working.isEmpty()) {
            return Diagnosis.of(Cause.WRONG_PORT, fixes, place);
        }
        Cause cause = outcome instanceof Outcome.NoAnswer ? Cause.SILENT : Cause.NOT_OTLP;
        return Diagnosis.of(cause, List.of(Phrase.of("fix-not-otlp")), place);
    }

    /** What to set so that the exporter goes to another target. */
    private Phrase assignments(Target fixed) {
        var assignments = new ArrayList<String>();
        if (fixed.wire() != settings.target().wire()) {
            assignments.add(settings.wireAssignment(fixed));
        }
        boolean samePlace = settings.endpointAssignment(fixed).equals(settings.endpointAssignment(settings.target()));
        if (!samePlace || assignments.isEmpty()) {
            assignments.add(settings.endpointAssignment(fixed));
        }
        return Phrase.of("fix-set", String.join(" ", assignments));
    }

    private static List<Phrase> or(List<Phrase> fixes, Phrase otherwise) {
        return fixes.isEmpty() ? List.of(otherwise) : fixes;
    }

    private static boolean unauthorized(Outcome outcome) {
        return switch (outcome) {
            case Outcome.HttpAnswer http -> http.status() == HTTP_UNAUTHORIZED || http.status() == HTTP_FORBIDDEN;
            case Outcome.GrpcAnswer grpc ->
                grpc.status() == GRPC_UNAUTHENTICATED || grpc.status() == GRPC_PERMISSION_DENIED;
            default -> false;
        };
    }

    private static boolean busy(Outcome outcome) {
        return switch (outcome) {
            case Outcome.HttpAnswer http ->
                http.status() == HTTP_UNAVAILABLE || http.status() == HTTP_TOO_MANY_REQUESTS;
            case Outcome.GrpcAnswer grpc ->
                grpc.status() == GRPC_UNAVAILABLE || grpc.status() == GRPC_RESOURCE_EXHAUSTED;
            default -> false;
        };
    }
}
