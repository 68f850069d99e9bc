package io.clew.server.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.ResponseHeaders;
import io.clew.server.intake.StoreGate;
import io.clew.server.query.Problem;
import io.clew.store.StoreCopy;
import io.clew.store.TraceStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Set;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code store/snapshot}: a copy of the data directory while the server runs. Any page in a browser can reach loopback,
 * so a caller chooses only the name of a new directory in the one that the server's setting gives.
 */
final class SnapshotRoute implements ClewApi.Route {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotRoute.class);
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

    private final StoreGate gate;
    private final Path directory;

    SnapshotRoute(StoreGate gate, Path directory) {
        this.gate = gate;
        this.directory = directory;
    }

    @Override
    public String pattern() {
        return "store/snapshot";
    }

    @Override
    public Set<HttpMethod> methods() {
        return Set.of(HttpMethod.POST);
    }

    @Override
    public HttpResponse answer(ClewApi.Ask ask, String variable) throws Problem {
        ask.parameters().allowOnly("name");
        String name = ask.parameters().text("name").orElseGet(SnapshotRoute::nameOfNow);
        if (!NAME.matcher(name).matches()) {
            throw Problem.parameter(
                    "name", name, "up to 100 letters, digits, dots, hyphens and underscores, a letter or digit first");
        }
        ask.context().clearRequestTimeout();
        return HttpResponse.of(() -> answer(name), ask.context().blockingTaskExecutor());
    }

    /** As 2026-11-24T06-30-05.123Z. */
    private static String nameOfNow() {
        return Instant.ofEpochMilli(System.currentTimeMillis()).toString().replace(':', '-');
    }

    private HttpResponse answer(String name) {
        try {
            TraceStore store = gate.store();
            if (store == null) {
                throw Problem.unavailable(String.valueOf(gate.closedBecause()));
            }
            long began = System.nanoTime();
            StoreCopy copy = StoreStatsRoute.onDisk(store).copyTo(directory.resolve(name));
            return HttpResponse.of(
                    ResponseHeaders.builder(HttpStatus.OK)
                            .add(HttpHeaderNames.CONTENT_TYPE, "application/json")
                            .add(HttpHeaderNames.CACHE_CONTROL, "no-store")
                            .build(),
                    HttpData.wrap(json(copy, System.nanoTime() - began)));
        } catch (Problem problem) {
            return problem.toResponse();
        } catch (FileAlreadyExistsException taken) {
            return new Problem(
                            HttpStatus.CONFLICT,
                            "Taken",
                            directory.resolve(name) + " is there already and not an empty directory")
                    .toResponse();
        } catch (IOException | RuntimeException e) {
            LOG.error("A snapshot could not be made", e);
            return new Problem(
                            HttpStatus.INTERNAL_SERVER_ERROR,
                            "No snapshot was made",
                            "writing " + directory.resolve(name) + " failed: " + e.getMessage())
                    .toResponse();
        }
    }

    private static byte[] json(StoreCopy copy, long nanos) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        try (JsonGenerator json = new JsonFactory().createGenerator(body)) {
            json.writeStartObject();
            json.writeStringField("directory", copy.directory().toString());
            json.writeNumberField("spans", copy.spans());
            json.writeNumberField("traces", copy.traces());
            json.writeNumberField("blocks", copy.blocks());
            json.writeNumberField("linkedBytes", copy.linkedBytes());
            json.writeNumberField("copiedBytes", copy.copiedBytes());
            json.writeNumberField("elapsedMs", Math.rint(nanos / 1e3) / 1e3);
            json.writeEndObject();
        }
        return body.toByteArray();
    }
}
