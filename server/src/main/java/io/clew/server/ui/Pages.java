package io.clew.server.ui;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.common.ResponseHeadersBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The user interface's files, from {@code web/} on the class path. Files under {@code assets/} carry a hash of their
 * content in their name and are cached for ever; any path that is no file gets the page itself, which reads the path.
 */
final class Pages {
    private static final String ROOT = "web/";
    private static final String INDEX = "index.html";
    /** Scripts only from here; styles also inline, which the page's layout computes. */
    private static final String POLICY = "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
            + "base-uri 'self'; form-action 'self'; frame-ancestors 'none'; object-src 'none'";

    private static final Map<String, String> TYPES = Map.ofEntries(
            Map.entry("html", "text/html; charset=utf-8"),
            Map.entry("js", "text/javascript; charset=utf-8"),
            Map.entry("css", "text/css; charset=utf-8"),
            Map.entry("json", "application/json"),
            Map.entry("svg", "image/svg+xml"),
            Map.entry("png", "image/png"),
            Map.entry("ico", "image/x-icon"),
            Map.entry("woff2", "font/woff2"),
            Map.entry("txt", "text/plain; charset=utf-8"),
            Map.entry("map", "application/json"));

    private final ClassLoader loader;
    private final Map<String, Optional<byte[]>> files = new ConcurrentHashMap<>();

    Pages(ClassLoader loader) {
        this.loader = loader;
    }

    /** @param path decoded, with its first slash */
    HttpResponse serve(String path) {
        String name = path.substring(1);
        if (isFileName(name)) {
            Optional<byte[]> file = file(name);
            if (file.isPresent()) {
                return answer(name, file.get());
            }
            if (name.startsWith("assets/")) {
                return HttpResponse.of(HttpStatus.NOT_FOUND, MediaType.PLAIN_TEXT_UTF_8, "no such file\n");
            }
        }
        return file(INDEX)
                .map(page -> answer(INDEX, page))
                .orElseGet(() -> HttpResponse.of(
                        HttpStatus.NOT_FOUND,
                        MediaType.PLAIN_TEXT_UTF_8,
                        "The user interface is not part of this build. The API is at /clew/api/v1/status\n"));
    }

    private static HttpResponse answer(String name, byte[] content) {
        String ending = name.substring(name.lastIndexOf('.') + 1);
        ResponseHeadersBuilder headers = ResponseHeaders.builder(HttpStatus.OK)
                .add(HttpHeaderNames.CONTENT_TYPE, TYPES.getOrDefault(ending, "application/octet-stream"))
                .add(HttpHeaderNames.X_CONTENT_TYPE_OPTIONS, "nosniff")
                .add(
                        HttpHeaderNames.CACHE_CONTROL,
                        name.startsWith("assets/") ? "public, max-age=31536000, immutable" : "no-cache");
        if (name.equals(INDEX)) {
            headers.add(HttpHeaderNames.CONTENT_SECURITY_POLICY, POLICY);
            headers.add(HttpHeaderNames.REFERRER_POLICY, "no-referrer");
        }
        return HttpResponse.of(headers.build(), HttpData.wrap(content));
    }

    /** Only names that can be files of the jar are looked up and remembered: what is not there is not remembered. */
    private Optional<byte[]> file(String name) {
        Optional<byte[]> known = files.get(name);
        if (known != null) {
            return known;
        }
        try (InputStream in = loader.getResourceAsStream(ROOT + name)) {
            if (in == null) {
                return Optional.empty();
            }
            Optional<byte[]> read = Optional.of(in.readAllBytes());
            files.put(name, read);
            return read;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isFileName(String name) {
        return name.matches("[A-Za-z0-9_.\\-/]+")
                && name.indexOf('.') >= 0
                && List.of(name.split("/", -1)).stream()
                        .noneMatch(part -> part.isEmpty() || part.equals(".") || part.equals(".."));
    }
}
