package io.clew.server.api;

import com.linecorp.armeria.common.HttpResponse;

/** {@code search}. */
final class SearchRoute implements ClewApi.Route {
    @Override
    public String pattern() {
        return "search";
    }

    @Override
    public HttpResponse answer(ClewApi.Ask ask, String variable) {
        return HttpResponse.of(501);
    }
}
