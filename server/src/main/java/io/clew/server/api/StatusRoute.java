package io.clew.server.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.ResponseHeaders;
import io.clew.analysis.LiveCells;
import io.clew.analysis.cell.Cell;
import io.clew.model.SpanBatch;
import io.clew.server.intake.StoreGate;
import io.clew.server.net.Address;
import io.clew.server.net.AddressFile;
import io.clew.server.query.Problem;
import io.clew.server.telemetry.Counters;
import io.clew.server.telemetry.Latencies;
import io.clew.server.telemetry.LiveState;
import io.clew.server.telemetry.TimeToVisible;
import io.clew.store.Damage;
import io.clew.store.StoreStats;
import io.clew.store.TraceStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** {@code status}: what is stored, what arrived since the start, how fast, and where to send. */
public final class StatusRoute implements ClewApi.Route {
    private final About about;
    private final StoreGate gate;
    private final Counters counters;
    private final TimeToVisible timeToVisible;
    private final Supplier<LiveState> live;

    /**
     * What does not change while the server runs.
     *
     * @param addresses known once the doors are open
     */
    public record About(
            String version, Instant startedAt, Path dataDirectory, String bind, Supplier<List<Address>> addresses) {}

    public StatusRoute(
            About about, StoreGate gate, Counters counters, TimeToVisible timeToVisible, Supplier<LiveState> live) {
        this.about = about;
        this.gate = gate;
        this.counters = counters;
        this.timeToVisible = timeToVisible;
        this.live = live;
    }

    @Override
    public String pattern() {
        return "status";
    }

    @Override
    public HttpResponse answer(ClewApi.Ask ask, String variable) throws Problem {
        ask.parameters().allowOnly("timeout");
        // Not among the queries: whoever looks at the status must not wait for long ones to end.
        return HttpResponse.of(this::answer, ask.context().blockingTaskExecutor());
    }

    private HttpResponse answer() {
        TraceStore store = gate.store();
        if (store == null) {
            return Problem.unavailable(String.valueOf(gate.closedBecause())).toResponse();
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        try (JsonGenerator json = new JsonFactory().createGenerator(body)) {
            write(store.stats(), json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return HttpResponse.of(
                ResponseHeaders.builder(HttpStatus.OK)
                        .add(HttpHeaderNames.CONTENT_TYPE, "application/json")
                        .add(HttpHeaderNames.CACHE_CONTROL, "no-store")
                        .build(),
                HttpData.wrap(body.toByteArray()));
    }

    private void write(StoreStats stats, JsonGenerator json) throws IOException {
        Instant now = Instant.now();
        json.writeStartObject();
        json.writeStringField("version", about.version());
        json.writeStringField("startedAt", about.startedAt().toString());
        json.writeStringField("now", Long.toString(now.getEpochSecond() * 1_000_000_000L + now.getNano()));
        json.writeStringField("dataDirectory", about.dataDirectory().toString());
        json.writeStringField("bind", about.bind());
        json.writeNumberField("spansStored", stats.spansStored());
        json.writeNumberField("tracesStored", stats.tracesStored());
        json.writeNumberField("spansReceived", counters.receivedTotal());
        json.writeNumberField("spansRepeated", stats.spansRepeated());
        counts("spansRefused", counters.refused(), json);
        counts("notTaken", counters.notTaken(), json);
        json.writeNumberField("blocks", stats.blocks());
        json.writeNumberField("bytesOnDisk", stats.bytesOnDisk());
        json.writeNumberField("unflushedBytes", stats.unflushedBytes());
        json.writeBooleanField("maintenanceDue", stats.maintenanceDue());
        json.writeFieldName("spanTimeRange");
        timeRange(stats, json);
        json.writeFieldName("timeToVisible");
        timeToVisible(json);
        json.writeFieldName("addresses");
        AddressFile.write(about.addresses().get(), json);
        String reason = gate.notWritableBecause();
        json.writeBooleanField("writable", reason == null);
        json.writeStringField("writableReason", reason);
        json.writeStringField("trouble", stats.trouble());
        json.writeNumberField("spansMissing", stats.spansMissing());
        json.writeNumberField("logRecordsMissing", stats.logRecordsMissing());
        json.writeArrayFieldStart("damage");
        for (Damage place : stats.damage()) {
            json.writeString(place.line());
        }
        json.writeEndArray();
        Damage doubtful = stats.doubtful();
        json.writeStringField("doubtful", doubtful == null ? null : doubtful.line());
        json.writeFieldName("analysis");
        analysis(live.get(), json);
        json.writeEndObject();
    }

    private static void analysis(LiveState state, JsonGenerator json) throws IOException {
        LiveCells.State cells = state.cells();
        Instant behind = state.behindSince();
        json.writeStartObject();
        json.writeBooleanField("live", state.on());
        json.writeBooleanField("caughtUp", cells.caughtUp());
        json.writeStringField(
                "keptFrom", cells.from() == Long.MAX_VALUE ? null : Long.toString(cells.from() * Cell.MINUTE));
        json.writeNumberField("minutesKept", cells.settled());
        json.writeNumberField("minutesOpen", cells.open());
        json.writeNumberField("bytesKept", cells.bytes());
        json.writeNumberField("hoursOnDisk", cells.hoursOnDisk());
        json.writeStringField("behindSince", behind == null ? null : behind.toString());
        json.writeStringField("trouble", state.trouble());
        json.writeStringField("diskTrouble", cells.trouble());
        json.writeEndObject();
    }

    private static void counts(String field, Map<String, Long> counts, JsonGenerator json) throws IOException {
        json.writeObjectFieldStart(field);
        for (Map.Entry<String, Long> count : counts.entrySet()) {
            json.writeNumberField(count.getKey(), count.getValue());
        }
        json.writeEndObject();
    }

    private static void timeRange(StoreStats stats, JsonGenerator json) throws IOException {
        if (stats.firstTime() == SpanBatch.NO_TIME) {
            json.writeNull();
            return;
        }
        json.writeStartObject();
        json.writeStringField("start", Long.toString(stats.firstTime()));
        json.writeStringField("end", Long.toString(stats.lastTime()));
        json.writeEndObject();
    }

    private void timeToVisible(JsonGenerator json) throws IOException {
        json.writeStartObject();
        pair(timeToVisible.all(), json);
        json.writeObjectFieldStart("services");
        for (Map.Entry<String, TimeToVisible.Pair> service :
                timeToVisible.services().entrySet()) {
            json.writeObjectFieldStart(service.getKey());
            pair(service.getValue(), json);
            json.writeEndObject();
        }
        json.writeEndObject();
        json.writeEndObject();
    }

    private static void pair(TimeToVisible.Pair pair, JsonGenerator json) throws IOException {
        latencies("endToArrival", pair.endToArrival().summary(), json);
        latencies("arrivalToVisible", pair.arrivalToVisible().summary(), json);
    }

    private static void latencies(String field, Latencies.Summary summary, JsonGenerator json) throws IOException {
        json.writeObjectFieldStart(field);
        json.writeNumberField("count", summary.count());
        if (summary.count() == 0) {
            json.writeNullField("p50Ms");
            json.writeNullField("p99Ms");
        } else {
            json.writeNumberField("p50Ms", rounded(summary.p50Millis()));
            json.writeNumberField("p99Ms", rounded(summary.p99Millis()));
        }
        json.writeEndObject();
    }

    /** To microseconds: the sketch knows no more. */
    private static double rounded(double millis) {
        return Math.rint(millis * 1000) / 1000;
    }
}
