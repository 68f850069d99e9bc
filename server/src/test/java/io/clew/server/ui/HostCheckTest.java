package io.clew.server.ui;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.common.RequestHeadersBuilder;
import io.clew.server.net.Binding;
import io.clew.server.query.Problem;
import java.net.UnknownHostException;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whose calls are let in. Among the settings' hosts is {@code clew.company.com}. A dash stands for a header that is not
 * sent.
 */
class HostCheckTest {
    private static final Set<String> ALLOWED = Set.of("clew.company.com");

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            # host                         | origin                   | Sec-Fetch-Site | read | changed
            # the page itself, and other containers
            localhost:16686                | http://localhost:16686   | same-origin    | true  | true
            127.0.0.1:16686                | -                        | -              | true  | true
            [::1]:16686                    | http://[::1]:16686       | same-origin    | true  | true
            clew:16686                     | -                        | -              | true  | true
            clew.localhost                 | -                        | -              | true  | true
            host.docker.internal:16686     | -                        | -              | true  | true
            clew.svc.cluster.local:16686   | -                        | -              | true  | true
            LOCALHOST.                     | -                        | -              | true  | true
            # a page of another address over plain http, and one of another port
            192.168.1.5:16686              | http://192.168.1.5:16686 | -              | true  | true
            127.0.0.1:16686                | http://127.0.0.1:3000    | same-site      | true  | false
            127.0.0.1:16686                | http://evil.example      | cross-site     | true  | false
            127.0.0.1:16686                | null                     | cross-site     | true  | false
            # a name rebound to this server's address: browsers send no Sec-Fetch-Site over http to it
            evil.example:16686             | http://evil.example:16686 | -             | false | false
            evil.example:16686             | -                        | -              | false | false
            127.0.0.1.evil.example         | -                        | -              | false | false
            localhost.evil.example         | -                        | -              | false | false
            evil.example.                  | -                        | -              | false | false
            # a reverse proxy with a certificate for a name that nobody listed
            traces.company.com             | https://traces.company.com | same-origin  | true  | true
            traces.company.com             | -                        | none           | true  | true
            traces.company.com             | https://evil.example     | cross-site     | true  | false
            traces.company.com             | https://wiki.company.com | same-site      | true  | false
            # one that hands on a Host of its own
            127.0.0.1:16686                | https://clew.company.com | same-origin    | true  | true
            127.0.0.1:16686                | https://clew.company.com | -              | true  | true
            127.0.0.1:16686                | https://wiki.company.com | -              | true  | false
            # a listed name over plain http
            clew.company.com:16686         | http://clew.company.com:16686 | -         | true  | true
            clew.company.com               | -                        | -              | true  | true
            CLEW.company.com               | -                        | -              | true  | true
            grafana.company.com            | -                        | -              | false | false
            """)
    void pagesAreLetInBySource(String host, String origin, String site, boolean read, boolean changed)
            throws UnknownHostException {
        for (String bind : new String[] {"localhost", "0.0.0.0"}) {
            HostCheck check = new HostCheck(Binding.of(bind), ALLOWED);
            for (HttpMethod method : HttpMethod.knownMethods()) {
                boolean reading = method == HttpMethod.GET || method == HttpMethod.HEAD || method == HttpMethod.OPTIONS;
                assertThat(lets(check, browser(method, host, origin, site)))
                        .as("%s on %s", method, bind)
                        .isEqualTo(reading ? read : changed);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "DELETE"})
    void aRefusalNamesTheSetting(String method) throws UnknownHostException {
        HostCheck check = new HostCheck(Binding.of("0.0.0.0"), Set.of());
        try {
            check.check(browser(HttpMethod.valueOf(method), "clew.company.com", "http://clew.company.com", "-"));
            throw new AssertionError("let in");
        } catch (Problem refused) {
            assertThat(refused.status().code()).isEqualTo(403);
            assertThat(refused).hasMessageContaining("'clew.company.com'").hasMessageContaining("allowed-hosts");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "DELETE"})
    void aStarLetsEveryHostIn(String method) throws UnknownHostException {
        HostCheck check = new HostCheck(Binding.of("0.0.0.0"), Set.of("*"));
        HttpMethod of = HttpMethod.valueOf(method);
        assertThat(lets(check, browser(of, "any.example:1", "http://any.example:1", "-")))
                .isTrue();
        assertThat(lets(check, browser(of, "any.example:1", "http://other.example", "-")))
                .isEqualTo(of == HttpMethod.GET);
    }

    /** What Grafana, Prometheus and scripts send. */
    @ParameterizedTest
    @CsvSource({
        "localhost, clew:16686, true",
        "localhost, traces.company.com, false",
        "0.0.0.0, traces.company.com, true",
        "0.0.0.0, clew.monitoring.svc:16686, true"
    })
    void programsAreLetInByAnyNameBeyondLoopback(String bind, String host, boolean letIn) throws UnknownHostException {
        HostCheck check = new HostCheck(Binding.of(bind), ALLOWED);
        for (HttpMethod method : HttpMethod.knownMethods()) {
            RequestHeaders headers = headers(method, host, "-", "-").build();
            assertThat(lets(check, headers)).as(method.name()).isEqualTo(letIn);
        }
    }

    private static boolean lets(HostCheck check, RequestHeaders headers) {
        try {
            check.check(headers);
            return true;
        } catch (Problem refused) {
            assertThat(refused.status().code()).isEqualTo(403);
            return false;
        }
    }

    private static RequestHeaders browser(HttpMethod method, String host, String origin, String site) {
        return headers(method, host, origin, site)
                .add(HttpHeaderNames.ACCEPT_LANGUAGE, "")
                .build();
    }

    private static RequestHeadersBuilder headers(HttpMethod method, String host, String origin, String site) {
        RequestHeadersBuilder headers =
                RequestHeaders.builder(method, "/clew/api/v1/services").authority(host);
        if (!origin.equals("-")) {
            headers.add(HttpHeaderNames.ORIGIN, origin);
        }
        if (!site.equals("-")) {
            headers.add("Sec-Fetch-Site", site);
        }
        return headers;
    }
}
