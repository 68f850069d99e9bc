package io.clew.demo.shop.counts;

import java.io.IOException;
import java.net.URI;
import org.springframework.http.HttpRequest;
import org.springframework.http.client.ClientHttpRequestExecution;
import org.springframework.http.client.ClientHttpRequestInterceptor;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.web.client.RestClient;

/** Counts the HTTP calls to another service, by method and template of the path. */
public final class CountedCalls implements ClientHttpRequestInterceptor {

    /** Where {@link RestClient} notes the template it made the address from. */
    private static final String TEMPLATE = RestClient.class.getName() + ".uriTemplate";

    private final Counts counts;
    private final String callee;
    private final String base;

    private CountedCalls(Counts counts, String callee, String base) {
        this.counts = counts;
        this.callee = callee;
        this.base = base;
    }

    /** A client of the service of this name at this address, without a path. */
    public static RestClient client(Counts counts, String callee, String base) {
        return RestClient.builder()
                .baseUrl(base)
                .requestInterceptor(new CountedCalls(counts, callee, base))
                .build();
    }

    @Override
    public ClientHttpResponse intercept(HttpRequest request, byte[] body, ClientHttpRequestExecution execution)
            throws IOException {
        Counts.Begun begun = counts.called(callee, request.getMethod() + " " + route(request));
        boolean failed = true;
        try {
            ClientHttpResponse response = execution.execute(request, body);
            failed = response.getStatusCode().isError();
            return response;
        } finally {
            begun.end(failed);
        }
    }

    private String route(HttpRequest request) {
        URI address = request.getURI();
        if (!(request.getAttributes().get(TEMPLATE) instanceof String template) || !template.startsWith(base)) {
            return address.getPath();
        }
        return template.substring(base.length()).replaceFirst("\\?.*", "");
    }
}
