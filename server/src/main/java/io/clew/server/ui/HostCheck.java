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
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps web pages out, wherever the server listens. Any page can make a browser call an address that the browser's
 * machine reaches, and by DNS rebinding (a name of the page's own that suddenly stands for that address) even read the
 * answer; but the browser then sends that name as Host. So the Host must be one that no page can have: an address,
 * localhost, a name without a dot, one below a suffix that is nobody's on the Internet, the name the server was told to
 * listen on, or one that the setting {@code allowed-hosts} lists.
 *
 * <p>Where the server listens beyond loopback, programs may call it by any Host, as Grafana, Prometheus and scripts do by the
 * name they were given: calls with neither {@code Accept-Language}, which browsers add to all of theirs and no script can
 * take away, nor {@code Origin}.
 *
 * <p>Any Host will do in a call with {@code Sec-Fetch-Site}: browsers send that over https and to loopback names alone, and
 * no script can. This server speaks no https, so that such a call came through a reverse proxy that has a certificate
 * for the name.
 *
 * <p>Calls that change something must not come from a page of another origin: one with an {@code Origin} needs a known
 * Host that is its own, or the browser's word that both are the same. Thread-safe.
 */
final class HostCheck {
    private static final Logger LOG = LoggerFactory.getLogger(HostCheck.class);
    /** What stands in the setting to know every Host. */
    private static final String ANY = "*";

    private static final Pattern ADDRESS = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|\\[[0-9a-f:.]+]");
    /** What cannot be registered: RFC 6761, RFC 6762, RFC 8375, and ICANN's resolution 2024.07.29.06. */
    private static final Pattern NOBODYS = Pattern.compile("[^.]+|.+\\.(localhost|local|internal|home\\.arpa)");

    private static final String FETCH_SITE = "sec-fetch-site";
    /** Names that were refused and told of in the log; no more than that, since a caller may invent them. */
    private static final int MOST_TOLD = 20;

    private final Set<String> allowed;
    private final String bound;
    private final boolean onLoopback;
    private final Set<String> told = ConcurrentHashMap.newKeySet();

    HostCheck(Binding binding, Set<String> allowedHosts) {
        bound = binding.text().toLowerCase(Locale.ROOT);
        onLoopback = binding.isLoopback();
        allowed = allowedHosts;
    }

    /** @throws Problem 403 when the call must not be answered */
    void check(RequestHeaders headers) throws Problem {
        String authority = headers.get(HttpHeaderNames.AUTHORITY, headers.get(HttpHeaderNames.HOST, ""));
        String site = headers.get(FETCH_SITE, "");
        String host = host(authority);
        String origin = headers.get(HttpHeaderNames.ORIGIN);
        boolean program = origin == null && !headers.contains(HttpHeaderNames.ACCEPT_LANGUAGE);
        if (site.isEmpty() && !known(host) && (onLoopback || !program)) {
            tell(host);
            throw new Problem(
                    HttpStatus.FORBIDDEN,
                    "Unknown host name",
                    "this server is not known as '" + authority
                            + "', and a web page could have invented that name; if it"
                            + " is right, list it in the setting " + Setting.ALLOWED_HOSTS.key());
        }
        HttpMethod method = headers.method();
        boolean reading = method == HttpMethod.GET || method == HttpMethod.HEAD || method == HttpMethod.OPTIONS;
        if (!reading && origin != null && !site.equals("same-origin") && !(known(host) && isOwn(origin, authority))) {
            throw new Problem(
                    HttpStatus.FORBIDDEN,
                    "Another origin",
                    "a page of " + origin + " must not change anything at '" + authority + "'; if that page is this"
                            + " server's own behind a reverse proxy, list its host in the setting "
                            + Setting.ALLOWED_HOSTS.key());
        }
    }

    private boolean known(String host) {
        return NOBODYS.matcher(host).matches()
                || ADDRESS.matcher(host).matches()
                // HTTP/1.0 has none, and no browser speaks it.
                || host.isEmpty()
                || host.equals(bound)
                || allowed.contains(host)
                || allowed.contains(ANY);
    }

    /** A proxy may hand on a Host of its own choosing: then the page's name is one that the setting lists. */
    private boolean isOwn(String origin, String authority) {
        try {
            String page = URI.create(origin).getAuthority();
            return page != null && (page.equalsIgnoreCase(authority) || allowed.contains(host(page)));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private void tell(String host) {
        if (told.size() < MOST_TOLD && told.add(host)) {
            LOG.warn(
                    "A call to host name '{}' was refused; if this server is known by it, list it in the setting {}",
                    host,
                    Setting.ALLOWED_HOSTS.key());
        }
    }

    /** The name or address without its port, and without the dot that may end a name. */
    private static String host(String authority) {
        int colon = authority.lastIndexOf(':');
        boolean port = colon >= 0 && authority.indexOf(']') < colon;
        String host = (port ? authority.substring(0, colon) : authority).toLowerCase(Locale.ROOT);
        return host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    }
}
