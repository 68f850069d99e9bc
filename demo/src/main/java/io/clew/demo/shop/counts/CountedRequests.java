package io.clew.demo.shop.counts;

import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.HandlerMapping;

/** Counts the requests a service serves, by method and route. */
final class CountedRequests implements HandlerInterceptor {

    private static final String BEGUN = Counts.Begun.class.getName();

    private final Counts counts;

    CountedRequests(Counts counts) {
        this.counts = counts;
    }

    @Override
    public boolean preHandle(HttpServletRequest request, HttpServletResponse response, Object handler) {
        // After an exception the same request comes by a second time, for its error page.
        if (request.getDispatcherType() == DispatcherType.REQUEST) {
            Object route = request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE);
            request.setAttribute(BEGUN, counts.served(request.getMethod() + " " + route));
        }
        return true;
    }

    @Override
    public void afterCompletion(
            HttpServletRequest request, HttpServletResponse response, Object handler, @Nullable Exception thrown) {
        if (request.getAttribute(BEGUN) instanceof Counts.Begun begun) {
            request.removeAttribute(BEGUN);
            begun.end(thrown != null || response.getStatus() >= 500);
        }
    }
}
