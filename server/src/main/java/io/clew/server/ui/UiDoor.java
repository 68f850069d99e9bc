package io.clew.server.ui;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import com.linecorp.armeria.server.encoding.EncodingService;
import io.clew.server.api.ClewApi;
import io.clew.server.api.RedMetrics;
import io.clew.server.intake.BodyReader;
import io.clew.server.intake.StoreGate;
import io.clew.server.jaeger.JaegerApi;
import io.clew.server.net.Binding;
import io.clew.server.net.Door;
import io.clew.server.query.Problem;
import io.clew.server.telemetry.Counters;
import io.clew.server.telemetry.Metrics;
import java.util.Set;
import java.util.function.Supplier;

/** Port 16686: sorts requests by path into health, metrics, the APIs and, for everything else, the user interface. */
public final class UiDoor implements HttpService {
    private static final MediaType METRICS = MediaType.parse("text/plain; version=0.0.4; charset=utf-8");

    private final ClewApi clewApi;
    private final JaegerApi jaeger;
    private final Supplier<Metrics> metrics;
    private final RedMetrics redMetrics;
    private final Counters counters;
    private final HostCheck hosts;
    private final Health health;
    private final Pages pages = new Pages(UiDoor.class.getClassLoader());

    private UiDoor(
            ClewApi clewApi,
            JaegerApi jaeger,
            Supplier<Metrics> metrics,
            RedMetrics redMetrics,
            Counters counters,
            StoreGate gate,
            Binding binding,
            Set<String> allowedHosts) {
        this.clewApi = clewApi;
        this.jaeger = jaeger;
        this.metrics = metrics;
        this.redMetrics = redMetrics;
        this.counters = counters;
        this.hosts = new HostCheck(binding, allowedHosts);
        this.health = new Health(gate);
    }

    /** The door with answers compressed as the client wishes. */
    public static HttpService of(
            ClewApi clewApi,
            JaegerApi jaeger,
            Supplier<Metrics> metrics,
            RedMetrics redMetrics,
            Counters counters,
            StoreGate gate,
            Binding binding,
            Set<String> allowedHosts) {
        return new UiDoor(clewApi, jaeger, metrics, redMetrics, counters, gate, binding, allowedHosts)
                .decorate(EncodingService.builder()
                        .encodableContentTypes(type -> type.is(MediaType.ANY_TEXT_TYPE)
                                || type.is(MediaType.JSON)
                                || type.subtype().endsWith("+json")
                                || type.subtype().endsWith("+xml"))
                        .newDecorator());
    }

    @Override
    public HttpResponse serve(ServiceRequestContext context, HttpRequest request) {
        String path = context.decodedPath();
        String route = route(path);
        HttpResponse answer;
        try {
            answer = answer(context, request, path);
        } catch (Problem problem) {
            answer = path.startsWith(JaegerApi.BASE) ? JaegerApi.answer(problem) : problem.toResponse();
        }
        HttpResponse counted = answer.peekHeaders(headers -> counters.request(new Counters.RequestKind(
                Door.UI.label(), route, headers.status().codeAsText())));
        return request.method() == HttpMethod.GET
                ? counted
                : HttpResponse.of(BodyReader.discard(context, request).thenApply(_ -> counted));
    }

    private HttpResponse answer(ServiceRequestContext context, HttpRequest request, String path) throws Problem {
        boolean probe = path.equals("/live") || path.equals("/ready");
        if (!probe) {
            hosts.check(request.headers());
        }
        if (path.startsWith(ClewApi.BASE)) {
            return clewApi.serve(context, path.substring(ClewApi.BASE.length()));
        }
        String raw = context.path();
        boolean jaegers = raw.startsWith(JaegerApi.BASE) && JaegerApi.isRoute(raw.substring(JaegerApi.BASE.length()));
        if (!jaegers && (path.startsWith(JaegerApi.BASE) || path.startsWith("/clew/") || path.equals("/v1/traces"))) {
            throw new Problem(
                    HttpStatus.NOT_FOUND,
                    "No such route",
                    "there is nothing at " + path + "; this port has " + ClewApi.BASE
                            + ", the Jaeger API under /api/, /live, /ready, /metrics and /metrics/red. Spans are sent to the OTLP ports");
        }
        if (request.method() != HttpMethod.GET && request.method() != HttpMethod.HEAD) {
            throw Problem.wrongMethod(path, request.method(), Set.of(HttpMethod.GET));
        }
        return jaegers ? jaeger.serve(context, raw.substring(JaegerApi.BASE.length())) : read(context, path);
    }

    /** What is at fixed paths, and the pages. */
    private HttpResponse read(ServiceRequestContext context, String path) {
        return switch (path) {
            case "/live" -> health.live();
            case "/ready" -> health.ready();
            case "/metrics" ->
                HttpResponse.of(
                        () -> HttpResponse.of(
                                HttpStatus.OK,
                                METRICS,
                                HttpData.wrap(metrics.get().page())),
                        context.blockingTaskExecutor());
            case "/metrics/red" -> redMetrics.answer(context, METRICS);
            default -> pages.serve(path);
        };
    }

    /** Path patterns, so that counters stay few. */
    private String route(String path) {
        if (path.startsWith(ClewApi.BASE)) {
            return ClewApi.BASE + clewApi.pattern(path.substring(ClewApi.BASE.length()));
        }
        return switch (path) {
            case "/live", "/ready", "/metrics", "/metrics/red" -> path;
            default ->
                path.startsWith(JaegerApi.BASE)
                        ? JaegerApi.BASE + JaegerApi.pattern(path.substring(JaegerApi.BASE.length()))
                        : "page";
        };
    }
}
