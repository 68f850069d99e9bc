package io.clew.server.api;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.clew.analysis.LiveCells;
import io.clew.server.intake.StoreGate;
import io.clew.server.query.Parameters;
import io.clew.server.query.Problem;
import io.clew.server.query.Queries;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * The Clew API, version 1: finds the route of a request. Every route stands in {@code clew-v1.yaml}, which is served too.
 */
public final class ClewApi {
    /** Where all of it is. */
    public static final String BASE = "/clew/api/v1/";

    private final List<Route> routes;
    private final Queries queries;

    /** One thing that can be asked. */
    interface Route {
        /** The path below {@link #BASE}, with {@code {name}} for the part that varies, as in the OpenAPI file. */
        String pattern();

        /** The methods it takes; where GET is, HEAD is too. */
        default Set<HttpMethod> methods() {
            return Set.of(HttpMethod.GET);
        }

        /**
         * Checks the parameters and answers.
         *
         * @param variable what stands at {@code {name}}, or the empty text
         */
        HttpResponse answer(Ask ask, String variable) throws Problem;
    }

    /** A request and what is needed to answer it. */
    record Ask(ServiceRequestContext context, Parameters parameters, Queries queries) {
        HttpMethod method() {
            return context.method();
        }

        HttpResponse json(Queries.Query query) throws Problem {
            return queries.json(context, parameters.timeout(queries.longest()), false, Problem::toResponse, query);
        }
    }

    /**
     * The API over a store.
     *
     * @param cells what red and map answer from
     * @param gate to the store that is copied, and that deletions and marks go to
     * @param snapshots the directory in which copies of the store are made
     */
    public ClewApi(Queries queries, StatusRoute status, LiveCells cells, StoreGate gate, Path snapshots) {
        StoreChanges changes = new StoreChanges(gate, cells);
        this.queries = queries;
        this.routes = List.of(
                status,
                new StoreStatsRoute(),
                new ExportRoute(),
                new SnapshotRoute(gate, snapshots),
                new ServicesRoute(),
                new OperationsRoute(),
                new SearchRoute(),
                new TraceRoute(changes),
                new KeepRoute(changes),
                new StoreDeleteRoute(changes),
                new RedRoute(cells),
                new MapRoute(cells),
                new OpenApiRoute());
    }

    /** The patterns of all routes, for counters and tests. */
    public List<String> patterns() {
        return routes.stream().map(Route::pattern).toList();
    }

    /** The pattern that this path below {@link #BASE} matches, or {@code "other"}. */
    public String pattern(String path) {
        return routes.stream()
                .map(Route::pattern)
                .filter(pattern -> variable(pattern, path) != null)
                .findFirst()
                .orElse("other");
    }

    /**
     * Answers a request.
     *
     * @param path below {@link #BASE}
     */
    public HttpResponse serve(ServiceRequestContext context, String path) {
        try {
            for (Route route : routes) {
                String variable = variable(route.pattern(), path);
                if (variable != null) {
                    HttpMethod method = context.method() == HttpMethod.HEAD ? HttpMethod.GET : context.method();
                    if (!route.methods().contains(method)) {
                        throw Problem.wrongMethod(BASE + route.pattern(), context.method(), route.methods());
                    }
                    return route.answer(new Ask(context, new Parameters(context.queryParams()), queries), variable);
                }
            }
            throw new Problem(
                    HttpStatus.NOT_FOUND,
                    "No such route",
                    "there is nothing at " + BASE + path + "; there are " + String.join(", ", patterns()));
        } catch (Problem problem) {
            return problem.toResponse();
        }
    }

    /** What a path has at the pattern's variable: the empty text when it has none, null when they do not match. */
    private static @org.jspecify.annotations.Nullable String variable(String pattern, String path) {
        int open = pattern.indexOf('{');
        if (open < 0) {
            return pattern.equals(path) ? "" : null;
        }
        String before = pattern.substring(0, open);
        String after = pattern.substring(pattern.indexOf('}') + 1);
        if (path.length() <= before.length() + after.length() || !path.startsWith(before) || !path.endsWith(after)) {
            return null;
        }
        String variable = path.substring(before.length(), path.length() - after.length());
        return variable.contains("/") ? null : variable;
    }
}
