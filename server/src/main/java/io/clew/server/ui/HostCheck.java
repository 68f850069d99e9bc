package io.clew.server.ui;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.RequestHeaders;
import io.clew.server.config.Setting;
import io.clew.server.net.Binding;
import io.clew.server.query.Problem;
import java.net.URI;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Keeps web pages out. Any page can make a browser call loopback, and by DNS rebinding (a name of its own that suddenly
 * stands for 127.0.0.1) even read the answer; but the browser then sends that name as Host. So while the server listens on
 * loopback, the Host must be loopback, an address, or a name that the setting {@code allowed-hosts} lists. Beyond
 * loopback any Host counts, since anyone on the network can call anyway. Calls that change something must not come from a
 * page of another origin, wherever the server listens.
 */
final class HostCheck {
    private static final Pattern ADDRESS = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|\\[[0-9a-f:.]+]");

    private final boolean anyHost;
    private final Set<String> allowed;

    HostCheck(Binding binding, Set<String> allowedHosts) {
        anyHost = !binding.isLoopback();
        allowed = allowedHosts;
    }

    /** @throws Problem 403 when the call must not be answered */
    void check(RequestHeaders headers) throws Problem {
        String authority = headers.get(HttpHeaderNames.AUTHORITY, headers.get(HttpHeaderNames.HOST, ""));
        if (!anyHost && !known(host(authority))) {
            throw new Problem(
                    HttpStatus.FORBIDDEN,
                    "Unknown host name",
                    "this server listens on loopback and is not known as '" + authority + "'; if that name is right, "
                            + "list it in the setting " + Setting.ALLOWED_HOSTS.key());
        }
        HttpMethod method = headers.method();
        String origin = headers.get(HttpHeaderNames.ORIGIN);
        boolean reading = method == HttpMethod.GET || method == HttpMethod.HEAD || method == HttpMethod.OPTIONS;
        if (!reading && origin != null && !sameOrigin(origin, authority)) {
            throw new Problem(
                    HttpStatus.FORBIDDEN, "Another origin", "a page of " + origin + " must not change anything here");
        }
    }

    private boolean known(String host) {
        return host.equals("localhost")
                || host.endsWith(".localhost")
                || ADDRESS.matcher(host).matches()
                || allowed.contains(host);
    }

    private static boolean sameOrigin(String origin, String authority) {
        try {
            return authority.equalsIgnoreCase(URI.create(origin).getAuthority());
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** The name or address without its port. */
    private static String host(String authority) {
        int colon = authority.lastIndexOf(':');
        boolean port = colon >= 0 && authority.indexOf(']') < colon;
        return (port ? authority.substring(0, colon) : authority).toLowerCase(Locale.ROOT);
    }
}
