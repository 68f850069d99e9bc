package io.clew.server.otlp;

import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.HttpService;
import com.linecorp.armeria.server.ServiceRequestContext;
import io.clew.server.telemetry.Counters;

/**
 * One OTLP port. Both take both protocols, told apart by content type: a tracer that was given the other port works all
 * the same. Only what web pages may do differs.
 */
public final class OtlpDoor implements HttpService {
    private final HttpDoor http;
    private final GrpcDoor grpc;

    /**
     * A door of both protocols.
     *
     * @param door label in counters
     * @param openToPages whether web pages of other origins may send (CORS)
     */
    public OtlpDoor(Exports exports, Counters counters, String door, boolean openToPages) {
        http = new HttpDoor(exports, counters, door, openToPages);
        grpc = new GrpcDoor(exports, counters, door);
    }

    @Override
    public HttpResponse serve(ServiceRequestContext context, HttpRequest request) {
        return GrpcDoor.isGrpc(request.headers()) ? grpc.serve(context, request) : http.serve(context, request);
    }
}
