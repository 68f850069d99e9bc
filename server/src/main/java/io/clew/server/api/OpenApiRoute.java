package io.clew.server.api;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/** {@code openapi.yaml}: this API's description. */
final class OpenApiRoute implements ClewApi.Route {
    private static final String RESOURCE = "clew-v1.yaml";

    @Override
    public String pattern() {
        return "openapi.yaml";
    }

    @Override
    public HttpResponse answer(ClewApi.Ask ask, String variable) {
        try (InputStream file = OpenApiRoute.class.getResourceAsStream(RESOURCE)) {
            if (file == null) {
                throw new IllegalStateException(RESOURCE + " is not in the jar");
            }
            return HttpResponse.of(
                    HttpStatus.OK, MediaType.create("application", "yaml"), HttpData.wrap(file.readAllBytes()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
